"""Packages that travel with the code."""

import sys
from pathlib import Path

import pytest

from model.vendored import BESIDE_CODE, use_vendored

OWN = f"cp{sys.version_info.major}{sys.version_info.minor}"


@pytest.fixture(autouse=True)
def _import_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))


def test_packages_for_this_interpreter_stand_behind_the_installed_ones(tmp_path: Path):
    (tmp_path / OWN).mkdir()
    before = list(sys.path)
    use_vendored(tmp_path)
    assert sys.path == [*before, str(tmp_path / OWN)]


def test_packages_for_another_interpreter_are_left_alone(tmp_path: Path):
    (tmp_path / "cp27").mkdir()
    before = list(sys.path)
    use_vendored(tmp_path)
    assert sys.path == before


def test_they_are_looked_for_where_the_source_tarball_has_them():
    import model

    assert Path(str(model.__file__)).resolve().parents[1] / "vendor" == BESIDE_CODE
