"""The version of the taxonomy that the stacks are told."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.taxonomy_version import taxonomy_version


def test_the_shipped_taxonomy_has_a_version():
    assert taxonomy_version() == "2026.1"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "taxonomy.toml cannot be read."),
        ("version = ", "taxonomy.toml is not TOML: Invalid value (at end of document)."),
        ("tasks = []", "taxonomy.toml, version: must be a text such as '2026.1'."),
        ("version = 2026", "taxonomy.toml, version: must be a text such as '2026.1'."),
    ],
)
def test_a_taxonomy_without_a_version_stops_the_synth_with_a_sentence(tmp_path: Path, text: str | None, sentence: str):
    path = tmp_path / "taxonomy.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        taxonomy_version(path)
    assert str(caught.value) == sentence
