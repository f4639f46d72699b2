import csv
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mailroom.errors import TaxonomyError
from mailroom.message import BodyFormat, Email
from mailroom.taxonomy import Taxonomy
from model.classifier.model_input import ModelInput
from model.dataset.columns import ColumnMapping
from model.dataset.errors import DatasetError
from model.dataset.example import Example
from model.dataset.preparation import Preparation, prepare
from model.dataset.prepared import PreparedDataset

Prepared = Callable[..., PreparedDataset]
Rows = Callable[..., list[dict[str, Any]]]


def everything(dataset: PreparedDataset) -> dict[str, Example]:
    return {example.id: example for split in (dataset.train, dataset.validation, dataset.test) for example in split}


def test_a_row_becomes_an_example(prepared: Prepared) -> None:
    dataset = prepared(
        [
            {
                "id": 17,
                "language": "de-AT",
                "subject": " AW:  Depot ",
                "body": " Wo ist mein Geld? ",
                "custodian_banks": "A;B",
                "received_at": "2026-03-01T08:00:00Z",
                "thread_id": "t1",
                "line_of_business": "brokerage",
                "queue": "trading",
                "topic": "",
            }
        ]
    )
    assert dataset.train == (
        Example(
            id="17",
            subject="AW: Depot",
            custodian_banks=("A", "B"),
            text="Wo ist mein Geld?",
            language="de",
            labels={"line_of_business": "brokerage", "queue": "trading"},
            received_at="2026-03-01T08:00:00+00:00",
            thread_id="t1",
            group=0,
        ),
    )
    assert dataset.taxonomy.tasks == ("line_of_business", "queue")


@pytest.mark.parametrize("kind", ["text", "html", "mime"])
def test_a_mail_is_cleaned_as_it_is_when_it_is_served(
    tmp_path: Path,
    json_lines: Callable[..., Path],
    taxonomy: Taxonomy,
    kind: str,
) -> None:
    body = {
        "text": "Hallo,\nwo ist mein Geld?\n\nGruß\nEva",
        "html": "<p>Hallo,</p><p>wo ist mein Geld?</p>",
        "mime": "Content-Type: text/plain\n\nWo ist mein Geld?\n",
    }[kind]
    row = {
        "id": "1",
        "subject": "Re:\tDepot  7",
        "body": body,
        "body_format": kind,
        "custodian_banks": ["Bank A"],
        "queue": "trading",
    }
    preparation = Preparation(exports=(json_lines([row]),), taxonomy=taxonomy)
    example = prepare(preparation, tmp_path / "prepared", progress=False).train[0]
    served = ModelInput.from_email(
        Email(id="1", subject="Re:\tDepot  7", body=body, body_format=BodyFormat(kind), custodian_banks=("Bank A",))
    )
    assert (example.subject, example.custodian_banks, example.text) == (
        served.subject,
        served.custodian_banks,
        served.text,
    )


def test_csv_and_parquet_give_the_same_dataset_as_json_lines(prepared: Prepared, mails: Rows, tmp_path: Path) -> None:
    rows = mails(30)
    expected = everything(prepared(rows))
    with (tmp_path / "mails.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "mails.csv.gz").write_bytes(gzip.compress((tmp_path / "mails.csv").read_bytes()))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "mails.parquet")
    for name in ("mails.csv", "mails.csv.gz", "mails.parquet"):
        assert everything(prepared(tmp_path / name)) == expected


def test_columns_of_other_names_are_mapped(prepared: Prepared, mails: Rows) -> None:
    rows = [{"Nr": row["id"], "Text": row["body"], "Team": row["queue"]} for row in mails(3)]
    mapping = ColumnMapping(id="Nr", body="Text", labels={"queue": "Team"})
    dataset = prepared(rows, columns=mapping, tasks=("queue",))
    assert {example.id: dict(example.labels) for example in everything(dataset).values()} == {
        "m0": {"queue": "trading"},
        "m1": {"queue": "trading"},
        "m2": {"queue": "tax_office"},
    }


def test_a_file_of_texts_has_them_as_bodies_and_row_numbers_as_ids(prepared: Prepared, mails: Rows) -> None:
    dataset = prepared([{"text": row["body"], "topic": row["topic"]} for row in mails(2)])
    assert {example.id: example.text for example in everything(dataset).values()} == {
        "1": mails(2)[0]["body"],
        "2": mails(2)[1]["body"],
    }


def test_a_missing_body_column_is_named(prepared: Prepared) -> None:
    with pytest.raises(DatasetError, match=r"export\.jsonl has no column 'body' \(it has Betreff, queue\)"):
        prepared([{"Betreff": "x", "queue": "trading"}])


def test_rows_that_say_nothing_or_stand_there_twice_are_left_out_and_counted(prepared: Prepared, mails: Rows) -> None:
    rows = mails(6)
    rows[1]["id"] = "m0"
    rows[2] |= {"body": "  ", "subject": ""}
    rows[3] |= {"body": None, "subject": "Nur ein Betreff"}
    rows[4] |= {"line_of_business": None, "queue": "", "topic": None}
    rows[5]["received_at"] = "gestern"
    dataset = prepared(rows)
    assert set(everything(dataset)) == {"m0", "m3", "m5"}
    assert dataset.report["rows"] == {
        "read": 6,
        "kept": 3,
        "dropped": {"duplicate_id": 1, "empty": 1, "without_labels": 1},
    }
    assert dataset.report["warnings"][:4] == [
        "Left out for an id that an earlier row has: row 2.",
        "A time of receipt that is not ISO 8601 was ignored in row 6.",
        "Rows without any label were left out: 1.",
        "Left out for holding no text: row 3.",
    ]


def test_undecodable_bytes_are_read_and_told(prepared: Prepared, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"id,body,queue\n1,Hallo,trading\n2,Gr\xfc\xdfe,trading\n")
    dataset = prepared(path)
    assert everything(dataset)["2"].text == "Grüße"
    assert "Bytes that are not UTF-8 were read as cp1252 in row 2." in dataset.report["warnings"]


def test_a_mail_of_ten_megabytes_is_one_of_many(prepared: Prepared, mails: Rows) -> None:
    rows = mails(3)
    rows[1]["body"] = "Hallo Depot " * 900_000
    dataset = prepared(rows)
    assert everything(dataset)["m1"].text == ("Hallo Depot " * 2000)[:20_000]
    assert len(everything(dataset)) == 3


def test_labels_that_the_taxonomy_lacks_are_all_named_and_nothing_is_written(
    prepared: Prepared,
    mails: Rows,
    tmp_path: Path,
) -> None:
    rows = mails(40)
    for place in (1, 4, 7):
        rows[place]["queue"] = "tradng"
    rows[16]["line_of_business"] = "tax"
    with pytest.raises(DatasetError) as error:
        prepared(rows)
    assert str(error.value).split("\n") == [
        "Labels that do not fit the taxonomy: 4; nothing was written.",
        "rows 2, 5 and 8: task 'queue' has no label 'tradng'; the nearest is 'trading'",
        "row 17: task 'queue': the label 'trading' does not lie under line_of_business 'tax'",
    ]
    assert not (tmp_path / "prepared").exists()


def test_no_more_than_twenty_different_problems_are_listed(prepared: Prepared, mails: Rows) -> None:
    rows = [{**row, "queue": f"q{row['id']}"} for row in mails(50)]
    with pytest.raises(DatasetError) as error:
        prepared(rows)
    lines = str(error.value).split("\n")
    assert (len(lines), lines[-1]) == (22, "... and 30 more")


def test_labels_that_do_not_fit_may_be_treated_as_missing(prepared: Prepared, mails: Rows) -> None:
    rows = mails(9)
    rows[1]["queue"] = "tradng"
    dataset = prepared(rows, drop_invalid=True)
    assert everything(dataset)["m1"].labels == {"line_of_business": "brokerage", "topic": "order"}
    assert dataset.report["labels_treated_as_missing"] == 1


def test_deprecated_labels_are_carried_over_and_counted(prepared: Prepared, mails: Rows) -> None:
    dataset = prepared([{**row, "topic": row["topic"].replace("order", "old_order")} for row in mails(9)])
    assert {example.labels["topic"] for example in everything(dataset).values()} == {"dividend", "order", "tax_form"}
    assert dataset.report["labels_replaced"] == [
        {"task": "topic", "label": "old_order", "replaced_by": "order", "rows": 3}
    ]


@pytest.mark.parametrize("topic", [{"topic": None}, {}])
def test_a_task_without_labels_anywhere_is_left_out_with_a_warning(
    prepared: Prepared,
    mails: Rows,
    topic: dict[str, None],
) -> None:
    rows = [{**{key: value for key, value in row.items() if key != "topic"}, **topic} for row in mails(20)]
    dataset = prepared(rows)
    assert dataset.taxonomy.tasks == ("line_of_business", "queue")
    assert dataset.report["tasks_left_out"] == ["topic"]
    assert dataset.report["warnings"] == ["No row has a label for the task 'topic', so it is left out."]


def test_an_export_without_any_label_or_row_or_text_is_refused(prepared: Prepared) -> None:
    with pytest.raises(DatasetError, match="No row has a label for any of the tasks line_of_business, queue, topic"):
        prepared([{"id": "1", "body": "Hallo"}])
    with pytest.raises(DatasetError, match="The export holds no rows"):
        prepared([])
    with pytest.raises(DatasetError, match="No row of the export holds any text"):
        prepared([{"id": "1", "body": "", "queue": "trading"}])


def test_rows_that_cannot_be_read_are_named_without_their_text(prepared: Prepared, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(
        '{"body": "geheim\n{"body": ["geheim"]}\n{"body": "x", "split": "geheim"}\n{"body": "x", '
        '"body_format": "geheim"}\n'
    )
    with pytest.raises(DatasetError) as error:
        prepared(path)
    assert str(error.value).split("\n") == [
        "Rows that cannot be read: 4.",
        "row 1: the line is not valid JSON",
        "row 2: the column 'body' holds a list or a table where text should stand",
        "row 3: the column 'split' holds none of train, validation, test",
        "row 4: the column 'body_format' holds none of text, html and mime",
    ]


def test_chosen_tasks_are_kept_alone_and_an_unknown_one_is_refused(prepared: Prepared, mails: Rows) -> None:
    dataset = prepared(mails(6), tasks=("line_of_business",))
    assert {task for example in everything(dataset).values() for task in example.labels} == {"line_of_business"}
    assert dataset.taxonomy.tasks == ("line_of_business",)
    with pytest.raises(TaxonomyError, match="no task 'team'"):
        prepared(mails(6), tasks=("team",))
