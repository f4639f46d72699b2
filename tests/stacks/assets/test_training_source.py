"""The tarball with the code of the pipeline's jobs."""

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from stacks.assets.archives import content_hash, tar_gz_archive
from tests.support.node import node_environment
from tests.support.pipeline import ROOT, all_steps, definition

ENTRIES = """
import sys
from pathlib import Path
from config.errors import ConfigError
from stacks.assets.training_source import training_source_entries
from stacks.assets.archives import tar_gz_archive
try:
    Path(sys.argv[1]).write_bytes(tar_gz_archive(training_source_entries(vendor=Path(sys.argv[2]))))
except ConfigError as error:
    sys.exit(str(error))
"""


def _pack(target: Path, vendor: Path) -> subprocess.CompletedProcess[str]:
    # A process of its own: the asset's module imports CDK, which tests keep out.
    return subprocess.run(
        [sys.executable, "-c", ENTRIES, str(target), str(vendor)],
        cwd=ROOT,
        env=node_environment(),
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vendor")
    (folder / "cp312" / "package").mkdir(parents=True)
    (folder / "cp312" / "package" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "cp312" / "package" / "__pycache__").mkdir()
    (folder / "cp312" / "package" / "__pycache__" / "old.pyc").write_bytes(b"stale")
    (folder / "requirements.sha256").write_text("digest", encoding="ascii")
    return folder


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory, vendor: Path) -> Path:
    folder = tmp_path_factory.mktemp("source")
    done = _pack(folder / "training.tar.gz", vendor)
    assert done.returncode == 0, done.stderr
    with tarfile.open(folder / "training.tar.gz") as archive:
        archive.extractall(folder / "code", filter="data")
    return folder / "code"


def test_it_holds_the_domain_the_model_the_taxonomy_and_what_is_vendored(unpacked: Path):
    assert sorted(path.name for path in unpacked.iterdir()) == ["config", "mailroom", "model", "vendor"]
    assert [path.name for path in (unpacked / "config").iterdir()] == ["taxonomy.toml"]
    vendored = sorted(path.relative_to(unpacked / "vendor").as_posix() for path in (unpacked / "vendor").rglob("*"))
    assert vendored == ["cp312", "cp312/package", "cp312/package/__init__.py"]


def test_no_cache_travels(unpacked: Path):
    assert [path for path in unpacked.rglob("*") if path.name == "__pycache__" or path.suffix == ".pyc"] == []


def test_every_step_starts_at_a_file_of_the_tarball(unpacked: Path):
    for name, step in all_steps(definition()).items():
        arguments = step["Arguments"]
        if step["Type"] == "Training":
            assert (unpacked / arguments["HyperParameters"]["sagemaker_program"]).is_file()
        elif step["Type"] == "Processing":
            path = unpacked / arguments["AppSpecification"]["ContainerEntrypoint"][-1].replace(".", "/")
            assert (path / "__main__.py").is_file() or path.with_suffix(".py").is_file(), name


@pytest.mark.slow
@pytest.mark.parametrize(
    "module", ["model.steps.prepare", "model.steps.evaluate", "model.gate", "model.track", "model.track.verdict"]
)
def test_every_module_of_a_processing_job_runs_from_the_tarball_alone(unpacked: Path, module: str):
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=unpacked, env={}, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.splitlines()[0].partition(" [")[0]) == (0, f"usage: python -m {module}")


def test_equal_contents_make_an_equal_archive_whatever_their_order():
    entries = {"b.py": b"2", "a.py": b"1"}
    backwards = dict(reversed(entries.items()))
    assert tar_gz_archive(entries) == tar_gz_archive(backwards)
    assert content_hash(entries) == content_hash(backwards)
    assert content_hash(entries) != content_hash({"a.py": b"1", "b.py": b"3"})


def test_without_the_vendored_packages_the_synth_says_what_to_do(tmp_path: Path):
    done = _pack(tmp_path / "training.tar.gz", tmp_path / "nothing")
    assert (done.returncode, done.stderr.strip()) == (
        1,
        "The packages for the training containers have not been fetched; run make setup.",
    )
