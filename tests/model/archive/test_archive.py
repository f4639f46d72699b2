"""An archive is read only if it is whole and Mailroom's; packing it is reproducible."""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from model.archive.reader import ArchiveError, open_archive
from model.archive.writer import pack
from model.classifier.mail_classifier import MailClassifier


@pytest.fixture
def archive(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(tiny_model, tmp_path / "archive"))


def test_the_version_is_made_from_the_content(tiny_model: Path, archive: Path):
    assert open_archive(archive)[1].model_version == open_archive(tiny_model)[1].model_version


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("heads.safetensors", "damaged: heads.safetensors is not what the manifest says"),
        ("policy.json", "damaged: policy.json is not what the manifest says"),
        ("code/mailroom/policy.py", "damaged: code/mailroom/policy.py is not what the manifest says"),
    ],
)
def test_a_changed_file_is_named(archive: Path, name: str, said: str):
    (archive / name).write_bytes((archive / name).read_bytes() + b" ")
    with pytest.raises(ArchiveError, match=said):
        MailClassifier.load(archive)


def test_a_missing_file_is_named(archive: Path):
    (archive / "calibration.json").unlink()
    with pytest.raises(ArchiveError, match=r"The model archive is incomplete: calibration\.json is missing"):
        MailClassifier.load(archive)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "not a Mailroom model archive: it has no archive.json"),
        (b"\x00\x01", "its archive.json is not JSON"),
        (b'{"format": "other"}', "its archive.json is of another kind"),
        (b"[]", "its archive.json is of another kind"),
        (b'{"format": "mailroom-model", "format_version": 99}', "format version 99; this code reads version 1"),
        (b'{"format": "mailroom-model", "format_version": 1}', "its archive.json lacks what this code needs"),
    ],
)
def test_a_foreign_archive_is_refused_in_one_sentence(tmp_path: Path, content: bytes | None, said: str):
    if content is not None:
        (tmp_path / "archive.json").write_bytes(content)
    with pytest.raises(ArchiveError, match=said):
        MailClassifier.load(tmp_path)


def test_a_manifest_cannot_reach_outside_its_archive(archive: Path):
    manifest = json.loads((archive / "archive.json").read_text())
    manifest["files"]["../secret"] = "0" * 64
    (archive.parent / "secret").write_text("x")
    (archive / "archive.json").write_text(json.dumps(manifest))
    with pytest.raises(ArchiveError, match="names a file outside it"):
        open_archive(archive)


def test_no_file_has_the_name_by_which_the_model_server_knows_a_model_of_its_own(archive: Path):
    # multi-model-server looks for it in every folder, in whatever letters, and does not start on any other content.
    assert [path for path in archive.rglob("*") if path.name.lower() == "manifest.json"] == []


def test_packing_twice_gives_the_same_bytes_and_names_nobody(archive: Path, tmp_path: Path):
    pack(archive, tmp_path / "one.tar.gz")
    shutil.copytree(archive, tmp_path / "copy")
    pack(tmp_path / "copy", tmp_path / "two.tar.gz")
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()
    with tarfile.open(tmp_path / "one.tar.gz") as packed:
        members = packed.getmembers()
        assert {(member.uid, member.gid, member.uname, member.mtime) for member in members} == {(0, 0, "", 0)}
        assert {member.name for member in members} == {
            str(path.relative_to(archive)) for path in archive.rglob("*") if path.is_file()
        }


SERVE = """
import json, sys
sys.path[:0] = [sys.argv[1] + "/code"]
import inference
model = inference.model_fn(sys.argv[1])
body = json.dumps({"emails": [{"id": "a", "body": "bitte übertragen sie mein depot von der bank"}]})
batch = inference.input_fn(body, "application/json")
answer = inference.output_fn(inference.predict_fn(batch, model), "application/json")
training = ("model.training", "model.dataset", "model.evaluation", "model.base_model")
loaded = sorted(name for name in sys.modules if name.startswith(training))
print(json.dumps({"file": sys.modules["mailroom"].__file__, "loaded": loaded, "answer": json.loads(answer)}))
"""


@pytest.mark.slow
def test_the_archive_serves_with_its_own_code_alone_and_without_training_code(archive: Path, tmp_path: Path):
    script = tmp_path / "serve.py"
    script.write_text(SERVE)
    done = subprocess.run(
        [sys.executable, "-P", str(script), str(archive)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert Path(said["file"]).is_relative_to(archive)
    assert said["loaded"] == []
    assert said["answer"]["results"][0]["labels"]["queue"]["label"] == "transfers"
