import gzip
import io
import tarfile

import pytest

from model.archive.reader import ArchiveError
from model.archive.unpack import unpacked
from tests.support.keyword_archive import pack


def test_a_folder_is_taken_as_it_is(archive_folder, tmp_path):
    assert unpacked(archive_folder, tmp_path / "scratch") == archive_folder
    assert not (tmp_path / "scratch").exists()


def test_an_archive_is_unpacked(archive_folder, tmp_path):
    folder = unpacked(pack(archive_folder, tmp_path / "model.tar.gz"), tmp_path / "scratch")
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == {
        path.relative_to(archive_folder): path.read_bytes() for path in archive_folder.rglob("*") if path.is_file()
    }


def test_a_missing_archive_is_one_sentence(tmp_path):
    with pytest.raises(ArchiveError) as caught:
        unpacked(tmp_path / "model.tar.gz", tmp_path / "scratch")
    assert str(caught.value) == f"There is no model archive {tmp_path / 'model.tar.gz'}."


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"not an archive",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:200] + bytes(50) + whole[250:],
        lambda whole: gzip.compress(b"not a tar"),
    ],
)
def test_a_damaged_archive_is_one_sentence(archive_folder, tmp_path, damage):
    archive = pack(archive_folder, tmp_path / "model.tar.gz")
    archive.write_bytes(damage(archive.read_bytes()))
    with pytest.raises(ArchiveError) as caught:
        unpacked(archive, tmp_path / "scratch")
    assert str(caught.value) == f"The model archive {archive} is damaged, or is no tar.gz file."


def test_a_foreign_archive_or_folder_is_one_sentence(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_bytes(b"x")
    for archive in (tmp_path / "photos", pack(tmp_path / "photos", tmp_path / "photos.tar.gz")):
        with pytest.raises(ArchiveError) as caught:
            unpacked(archive, tmp_path / "scratch")
        assert str(caught.value) == (
            f"The model archive {archive} holds no code/inference.py, so it is none of Mailroom's."
        )


def member(name: str, type_: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = type_, "/etc/passwd", 4 if type_ == tarfile.REGTYPE else 0
    return info


@pytest.mark.parametrize(
    "info",
    [
        member("/absolute"),
        member("../outside"),
        member("code/../../outside"),
        member("link", tarfile.SYMTYPE),
        member("link", tarfile.LNKTYPE),
        member("pipe", tarfile.FIFOTYPE),
        member("device", tarfile.CHRTYPE),
    ],
    ids=lambda info: f"{info.name}-{info.type.decode()}",
)
def test_nothing_of_an_archive_lands_outside_its_folder(tmp_path, info):
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(info, io.BytesIO(b"evil"))
    with pytest.raises(ArchiveError) as caught:
        unpacked(archive, tmp_path / "inner" / "scratch")
    assert str(caught.value) == f"The model archive {archive} holds a link, or a name that leads out of it."
    assert list(tmp_path.rglob("*outside*")) == []
