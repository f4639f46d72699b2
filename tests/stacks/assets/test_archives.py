"""Archives depend on nothing but their content."""

import io
import tarfile
import zipfile

import pytest

from stacks.assets.archives import content_hash, tar_gz_archive, zip_archive

ENTRIES = {"b/two.py": b"2\n", "a.py": b"1\n"}


@pytest.mark.parametrize("pack", [zip_archive, tar_gz_archive])
def test_the_order_in_which_entries_come_changes_nothing(pack):
    assert pack(ENTRIES) == pack(dict(sorted(ENTRIES.items())))


def test_a_zip_holds_sorted_entries_without_time_or_owner():
    with zipfile.ZipFile(io.BytesIO(zip_archive(ENTRIES))) as archive:
        assert [
            (info.filename, info.date_time, oct(info.external_attr >> 16), archive.read(info))
            for info in archive.infolist()
        ] == [
            ("a.py", (1980, 1, 1, 0, 0, 0), "0o100644", b"1\n"),
            ("b/two.py", (1980, 1, 1, 0, 0, 0), "0o100644", b"2\n"),
        ]


def test_a_tarball_holds_sorted_entries_without_time_or_owner():
    packed = tar_gz_archive(ENTRIES)
    assert packed[4:8] == b"\0\0\0\0"  # gzip's own time
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert [
            (member.name, member.mtime, member.uid, member.gid, member.uname, oct(member.mode), member.size)
            for member in archive.getmembers()
        ] == [("a.py", 0, 0, 0, "", "0o644", 2), ("b/two.py", 0, 0, 0, "", "0o644", 2)]


def test_the_hash_tells_names_and_contents_apart():
    hashes = [
        content_hash(entries)
        for entries in ({"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"bc", "d": b""}, {"a": b"bd"})
    ]
    assert len(set(hashes)) == len(hashes)
