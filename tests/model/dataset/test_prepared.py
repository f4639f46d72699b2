import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mailroom.taxonomy import Taxonomy
from model.dataset.errors import DatasetError
from model.dataset.example import Example
from model.dataset.prepared import PreparedDataset, read_fingerprint, write_prepared

EXAMPLE = Example(
    id="1",
    subject="Betreff",
    custodian_banks=("Bank A", "Bank B"),
    text="a\u2028b\x85c\nd",
    language="de",
    labels={"queue": "trading"},
    received_at="2026-03-01T08:00:00+00:00",
    thread_id="t",
    group=4,
)


def write(folder: Path, taxonomy: Taxonomy, fingerprint: str = "f" * 64) -> None:
    write_prepared(
        folder,
        {"train": [EXAMPLE, Example(id="2", text="e")], "validation": [], "test": [EXAMPLE]},
        taxonomy=taxonomy,
        report={"rows": {"read": 3}},
        fingerprint=fingerprint,
    )


def test_what_is_written_is_read_back(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write(tmp_path / "a" / "prepared", taxonomy)
    assert PreparedDataset.load(tmp_path / "a" / "prepared") == PreparedDataset(
        train=(EXAMPLE, Example(id="2", text="e")),
        validation=(),
        test=(EXAMPLE,),
        taxonomy=taxonomy,
        report={"rows": {"read": 3}},
        fingerprint="f" * 64,
    )


def test_a_prepared_dataset_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write(tmp_path / "prepared", taxonomy)
    write(tmp_path / "prepared", taxonomy, fingerprint="0" * 64)
    assert read_fingerprint(tmp_path / "prepared") == "0" * 64
    assert [path.name for path in tmp_path.iterdir()] == ["prepared"]


def test_a_folder_with_other_files_is_never_replaced(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(DatasetError, match="holds something other than a prepared dataset; name another folder"):
        write(tmp_path, taxonomy)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_empty_folder_is_filled(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "prepared").mkdir()
    write(tmp_path / "prepared", taxonomy)
    assert len(PreparedDataset.load(tmp_path / "prepared").train) == 2


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatasetError, match="The prepared dataset cannot be written to"):
        write(tmp_path / "file" / "prepared", taxonomy)


def _remove_a_file(folder: Path) -> None:
    (folder / "test.jsonl").unlink()


def _change_a_byte(folder: Path) -> None:
    (folder / "train.jsonl").write_bytes((folder / "train.jsonl").read_bytes().replace(b"Betreff", b"betreff"))


def _another_version(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("geheim")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_remove_a_file, "The prepared dataset in {} is damaged (test.jsonl is missing); prepare it anew."),
        (
            _change_a_byte,
            "The prepared dataset in {} is damaged (train.jsonl is not as it was written); prepare it anew.",
        ),
        (_another_version, "The prepared dataset in {} is of another version; prepare it anew."),
        (_no_manifest, "The folder {} holds no prepared dataset; make one with python -m model.prepare."),
    ],
)
def test_a_damaged_folder_is_refused_with_one_sentence(
    tmp_path: Path,
    taxonomy: Taxonomy,
    damage: Callable[[Path], None],
    message: str,
) -> None:
    write(tmp_path / "prepared", taxonomy)
    damage(tmp_path / "prepared")
    with pytest.raises(DatasetError) as error:
        PreparedDataset.load(tmp_path / "prepared")
    assert str(error.value) == message.format(tmp_path / "prepared")


def test_a_dataset_and_its_examples_keep_mails_out_of_their_repr(tmp_path: Path, taxonomy: Taxonomy) -> None:
    write(tmp_path / "prepared", taxonomy)
    dataset = PreparedDataset.load(tmp_path / "prepared")
    assert repr(dataset) == f"PreparedDataset(fingerprint='{'f' * 64}')"
    assert "Betreff" not in repr(dataset.train[0]) and "Bank A" not in repr(dataset.train[0])
