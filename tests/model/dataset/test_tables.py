import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.dataset.errors import DatasetError
from model.dataset.tables import Row, read_rows


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path: Path) -> list[dict[str, object]]:
    return [dict(row.cells) for row in read_rows(path)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_any_usual_delimiter_may_hold_quoted_line_breaks(tmp_path: Path, delimiter: str) -> None:
    row = delimiter.join(["1", '"Zeile 1\r\nsagt ""ja"", a;b,c\td"'])
    path = write(tmp_path / "mails.csv", f"id{delimiter}body\r\n{row}\r\n")
    assert cells(path) == [{"id": "1", "body": 'Zeile 1\r\nsagt "ja", a;b,c\td'}]


def test_csv_of_a_spreadsheet_may_begin_with_a_byte_order_mark_and_a_delimiter_hint(tmp_path: Path) -> None:
    path = write(tmp_path / "mails.csv", b"\xef\xbb\xbfsep=;\r\nid;a,b;body\r\n1;x;Gr\xc3\xbc\xc3\x9fe\r\n")
    assert cells(path) == [{"id": "1", "a,b": "x", "body": "Grüße"}]


def test_utf_16_is_recognised_by_its_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path / "mails.csv", "id\tbody\r\n1\tGrüße\r\n".encode("utf-16"))
    assert cells(path) == [{"id": "1", "body": "Grüße"}]


def test_a_csv_row_may_be_shorter_than_the_header_but_not_longer(tmp_path: Path) -> None:
    path = write(tmp_path / "mails.csv", "id,body,queue\n1,a\n\n2,b,c,,\n3,Geheim, sagt er,x,y\n")
    rows = list(read_rows(path))
    assert [dict(row.cells) for row in rows] == [
        {"id": "1", "body": "a", "queue": ""},
        {"id": "2", "body": "b", "queue": "c"},
        {},
    ]
    assert rows[2].problem == "the row has 5 cells, and the header 3"


def test_a_quote_that_is_never_closed_swallows_no_rows_unnoticed(tmp_path: Path) -> None:
    path = write(tmp_path / "mails.csv", 'id,body\n1,a\n2,"b\n3,c\n')
    assert [(row.number, row.problem) for row in read_rows(path)] == [
        (1, None),
        (2, "the row opens a quote that is never closed"),
    ]


def test_a_mail_of_ten_megabytes_is_read_from_csv(tmp_path: Path) -> None:
    body = "Hallo, " * 1_500_000
    path = write(tmp_path / "mails.csv", f'id,body\n1,"{body}"\n')
    assert cells(path) == [{"id": "1", "body": body}]


def test_json_lines_are_numbered_as_lines_and_bad_ones_are_told_without_their_text(tmp_path: Path) -> None:
    lines = ['{"id": 1, "body": "a\\u2028b"}', "", '{"id": 2, "body": "geheim', "[1]", '{"id": 3}', ""]
    path = write(tmp_path / "mails.jsonl", "\n".join(lines))
    assert list(read_rows(path)) == [
        Row(number=1, cells={"id": 1, "body": "a\u2028b"}, columns=("id", "body")),
        Row(number=3, problem="the line is not valid JSON"),
        Row(number=4, problem="the row is not a JSON object"),
        Row(number=5, cells={"id": 3}, columns=("id",)),
    ]


def test_bytes_that_are_not_utf_8_are_read_as_cp1252_and_their_rows_marked(tmp_path: Path) -> None:
    utf8, cp1252 = '{"body": "Grüße"}\n'.encode(), '{"body": "Grüße – 5 €"}\n'.encode("cp1252")
    cut_off = '{"body": "Grüße '.encode() + b"\xc3" + b'"}\n'
    rows = list(read_rows(write(tmp_path / "mails.jsonl", utf8 + cp1252 + cut_off)))
    assert [(row.cells["body"], row.repaired) for row in rows] == [
        ("Grüße", False),
        ("Grüße – 5 €", True),
        ("Grüße Ã", True),
    ]


def test_a_csv_row_with_such_bytes_is_marked_whichever_of_its_lines_has_them(tmp_path: Path) -> None:
    path = write(tmp_path / "mails.csv", 'id,body\n1,"a\nü\nb"\n2,c\n'.encode("cp1252"))
    assert [(row.cells["body"], row.repaired) for row in read_rows(path)] == [("a\nü\nb", True), ("c", False)]


def test_a_json_file_holds_a_list_or_json_lines(tmp_path: Path) -> None:
    listed = write(tmp_path / "list.json", json.dumps([{"id": 1}, {"id": 2}], indent=1))
    lines = write(tmp_path / "lines.json", '{"id": 1}\n{"id": 2}\n')
    assert cells(listed) == cells(lines) == [{"id": 1}, {"id": 2}]


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    lines = write(tmp_path / "mails.jsonl.gz", gzip.compress(b'\xef\xbb\xbf{"id": 1}\n'))
    table = write(tmp_path / "mails.csv.gz", gzip.compress(b"id\n1\n"))
    assert (cells(lines), cells(table)) == ([{"id": 1}], [{"id": "1"}])


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "mails.parquet"
    table = pa.table({"id": [1, 2], "body": ["a", None], "custodian_banks": [["X", "Y"], []]})
    pq.write_table(table, path)
    assert cells(path) == [
        {"id": 1, "body": "a", "custodian_banks": ["X", "Y"]},
        {"id": 2, "body": None, "custodian_banks": []},
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "mails.xlsx",
            b"PK",
            "The export mails.xlsx is of no kind that can be read: .csv, .jsonl, .ndjson, .json (each "
            "also with .gz) or .parquet.",
        ),
        ("mails.parquet", b"PAR1 geheim PAR1", "The export mails.parquet is damaged: it cannot be read as Parquet."),
        ("mails.csv.gz", b"geheim", "The export mails.csv.gz is damaged: it cannot be unpacked."),
        (
            "mails.csv.gz",
            gzip.compress(b"id\n" * 999, mtime=0)[:-9],
            "The export mails.csv.gz is damaged: it cannot be unpacked.",
        ),
        ("mails.json", b"[geheim", "The export mails.json is not valid JSON."),
        ("mails.csv", None, "The export mails.csv does not exist."),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path,
    name: str,
    content: bytes | None,
    message: str,
) -> None:
    if content is not None:
        write(tmp_path / name, content)
    with pytest.raises(DatasetError) as error:
        list(read_rows(tmp_path / name))
    assert str(error.value) == message


def test_a_row_keeps_its_text_out_of_its_repr() -> None:
    assert "geheim" not in repr(Row(number=1, cells={"body": "geheim"}, columns=("geheim",)))
