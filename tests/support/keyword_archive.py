"""Model archives for tests of what surrounds the model: real folders, real files, a model that looks for one word."""

import json
import shutil
import tarfile
from pathlib import Path

import mailroom
from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from mailroom.wire.labels import taxonomy_to_json
from model.archive.layout import FORMAT, FORMAT_VERSION
from model.archive.reader import sha256

TAXONOMY = Taxonomy(
    version="t-1",
    tasks=("queue",),
    labels=(
        Label(id="transfers", task="queue", names={"de": "Überträge"}, queue_target="crm.transfers"),
        Label(id="fees", task="queue", names={"de": "Gebühren"}, queue_target="crm.fees"),
        Label(id="faxes", task="queue", status=LabelStatus.DEPRECATED, replaced_by=("fees",)),
    ),
)


def make_keyword_archive(
    folder: Path, *, taxonomy: Taxonomy = TAXONOMY, model_version: str = "m-1", **fault: object
) -> Path:
    """Write the archive's files into ``folder`` and return it. The copied mailroom is all its code may import.

    ``fault`` (``raises=True``, ``seconds=2``, ``only_label="fees"``) shows with each mail, and not when it describes
    itself, so that the model comes up: see keyword_model/inference.py.
    """
    code = folder / "code"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(mailroom.__file__).parent, code / "mailroom", ignore=ignored)
    shutil.copy(Path(__file__).with_name("keyword_model") / "inference.py", code)
    settings = {"model_version": model_version, "taxonomy": taxonomy_to_json(taxonomy), "fault": fault}
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    write_manifest(folder, taxonomy=taxonomy, model_version=model_version)
    return folder


def write_manifest(folder: Path, *, taxonomy: Taxonomy = TAXONOMY, model_version: str = "m-1") -> None:
    """A manifest over the files that are there now."""
    files = {
        str(path.relative_to(folder)): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "archive.json"
    }
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "model_version": model_version,
        "taxonomy_version": taxonomy.version,
        "architecture": "keywords",
        "labels": {},
        "languages": ["de"],
        "max_tokens": 1,
        "files": files,
        "facts": {},
    }
    (folder / "archive.json").write_text(json.dumps(manifest), encoding="utf-8")


def pack(folder: Path, archive: Path) -> Path:
    """The folder as a tar.gz."""
    with tarfile.open(archive, "w:gz") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, arcname=path.name)
    return archive
