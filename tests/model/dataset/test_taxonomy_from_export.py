import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailroom.taxonomy import Label, Taxonomy
from mailroom.taxonomy_file import load_taxonomy
from model.dataset.columns import ColumnMapping
from model.dataset.errors import DatasetError
from model.dataset.preparation import Preparation, prepare
from model.dataset.taxonomy_from_export import derive_taxonomy, main

Write = Callable[..., Path]


def label(task: str, id_: str, *parents: str) -> Label:
    return Label(task=task, id=id_, names={"de": id_, "en": id_}, parents=parents)


def rows(*counts: tuple[int, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"body": "x", **row} for count, row in counts for _ in range(count)]


NESTED = (
    (9, {"line_of_business": "tax", "queue": "forms"}),
    (5, {"line_of_business": "tax", "queue": "refunds"}),
    (20, {"line_of_business": "brokerage", "queue": "orders"}),
)


def test_labels_come_by_frequency_and_a_task_that_nests_names_parents(json_lines: Write) -> None:
    derived = derive_taxonomy([json_lines(rows(*NESTED))])
    assert derived.taxonomy == Taxonomy(
        version=derived.taxonomy.version,
        tasks=("line_of_business", "queue"),
        labels=(
            label("line_of_business", "brokerage"),
            label("line_of_business", "tax"),
            label("queue", "orders", "brokerage"),
            label("queue", "forms", "tax"),
            label("queue", "refunds", "tax"),
        ),
    )
    assert (derived.rows, derived.contradictions) == (34, 0)
    assert derived.remarks[1:] == ("queue nests in line_of_business.",)


def test_a_task_of_its_own_has_no_parents(json_lines: Write) -> None:
    crossed = [(5, {"line_of_business": line, "topic": topic}) for line in ("a", "b") for topic in ("low", "high")]
    derived = derive_taxonomy([json_lines(rows(*crossed))])
    assert {one.id: one.parents for one in derived.taxonomy.of_task("topic")} == {"low": (), "high": ()}


def test_the_nearest_earlier_task_is_the_parent(json_lines: Write) -> None:
    chain = [
        (4, {"line_of_business": line, "queue": f"{line}{queue}", "topic": f"{line}{queue}{topic}"})
        for line in "ab"
        for queue in "12"
        for topic in "xy"
    ]
    taxonomy = derive_taxonomy([json_lines(rows(*chain))]).taxonomy
    assert (taxonomy.parent_task("topic"), taxonomy.parent_task("queue")) == ("queue", "line_of_business")
    assert taxonomy.label("topic", "a1x").parents == ("a1",)


def test_what_occurs_more_than_once_is_possible_and_a_stray_row_is_counted(json_lines: Write) -> None:
    stray = (
        (200, {"line_of_business": "a", "queue": "a1"}),
        (1, {"line_of_business": "b", "queue": "a1"}),
        (98, {"line_of_business": "b", "queue": "b1"}),
        (2, {"line_of_business": "a", "queue": "b1"}),
    )
    derived = derive_taxonomy([json_lines(rows(*stray))])
    assert {one.id: one.parents for one in derived.taxonomy.of_task("queue")} == {"a1": ("a",), "b1": ("b", "a")}
    assert derived.contradictions == 1
    assert derived.remarks[1:] == (
        "queue nests in line_of_business.",
        "queue 'a1': rows 200 under 'a', 1 under 'b' (not a parent).",
        "queue 'b1': rows 98 under 'b', 2 under 'a'.",
        "1 of 301 rows contradict these parents: wrong labels, or parents to add.",
    )


def test_labels_seen_once_or_under_a_single_label_prove_no_nesting(json_lines: Write) -> None:
    once = [(1, {"line_of_business": line, "queue": f"q{number}"}) for number, line in enumerate("abab")]
    single = [(9, {"line_of_business": "a", "queue": queue}) for queue in ("x", "y")]
    for counts in (once, single):
        taxonomy = derive_taxonomy([json_lines(rows(*counts))]).taxonomy
        assert all(one.parents == () for one in taxonomy.of_task("queue"))


def test_labels_of_equal_names_in_two_earlier_tasks_make_no_ambiguous_parents(json_lines: Write) -> None:
    crossed = [(5, {"a": first, "b": second, "c": f"c{first}"}) for first in "xy" for second in "xy"]
    taxonomy = derive_taxonomy([json_lines(rows(*crossed))], tasks=("a", "b", "c")).taxonomy
    assert all(one.parents == () for one in taxonomy.of_task("c"))


def test_named_tasks_are_taken_from_mapped_columns_and_missing_ones_left_out(json_lines: Write) -> None:
    export = json_lines([{"text": "x", "Team": "orders"}])
    derived = derive_taxonomy([export], columns=ColumnMapping(labels={"queue": "Team"}), tasks=("queue", "mood"))
    assert derived.taxonomy.labels == (label("queue", "orders"),)
    assert derived.remarks[1:] == ("No row has a label for the task 'mood', so it is left out.",)


def test_an_export_without_labels_is_one_sentence(json_lines: Write) -> None:
    with pytest.raises(DatasetError) as error:
        derive_taxonomy([json_lines([{"text": "x", "Team": "orders"}])])
    assert str(error.value) == (
        "No row has a label in any of the columns line_of_business, queue, topic (the export has text, Team); name the "
        "tasks after the columns that hold labels (--tasks a,b), or map columns to tasks (--columns queue=Team)."
    )


def test_a_column_of_texts_is_not_taken_for_labels(json_lines: Write) -> None:
    export = json_lines([{"text": f"Geheimnis {number}"} for number in range(150)])
    with pytest.raises(DatasetError, match="'text' has 150 different values in 150 rows: those are no labels"):
        derive_taxonomy([export], tasks=("text",))


def test_the_command_writes_a_file_that_is_read_back_and_never_overwrites_one(
    json_lines: Write,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    export, out = json_lines(rows(*NESTED)), tmp_path / "made" / "taxonomy.toml"
    assert main(["--export", str(export), "--out", str(out)]) == 0
    assert "labels per task: line_of_business 2, queue 3" in capsys.readouterr().out
    assert load_taxonomy(out) == derive_taxonomy([export]).taxonomy
    assert out.read_text(encoding="utf-8").startswith("# Derived from an export's labels: review")
    assert main(["--export", str(export), "--out", str(out)]) == 2
    assert "--force replaces it" in capsys.readouterr().err
    assert main(["--export", str(export), "--out", str(out), "--force", "--tasks", "queue"]) == 0
    assert load_taxonomy(out).tasks == ("queue",)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "tasks", "labels", "parents"),
    [
        (
            "tickets_de/export.jsonl",
            None,
            {"line_of_business": 23, "queue": 42, "topic": 5},
            {"line_of_business": None, "queue": "line_of_business", "topic": None},
        ),
        (
            "germeval2017/dev.jsonl",
            ("relevance", "sentiment", "aspect"),
            {"relevance": 2, "sentiment": 3, "aspect": 20},
            {"relevance": None, "sentiment": None, "aspect": "relevance"},
        ),
        ("banking77/train.jsonl", ("category",), {"category": 77}, {"category": None}),
    ],
)
def test_public_datasets_give_a_taxonomy_and_a_dataset(
    tmp_path: Path,
    file: str,
    tasks: tuple[str, ...] | None,
    labels: dict[str, int],
    parents: dict[str, str | None],
) -> None:
    folder = os.environ.get("MAILROOM_DATASETS")
    if not folder or not (Path(folder) / file).exists():
        pytest.skip(f"MAILROOM_DATASETS does not name a folder that holds {file}")
    derived = derive_taxonomy([Path(folder) / file], tasks=tasks)
    taxonomy = derived.taxonomy
    assert {task: len(taxonomy.of_task(task)) for task in taxonomy.tasks} == labels
    assert {task: taxonomy.parent_task(task) for task in taxonomy.tasks} == parents
    assert derived.contradictions == 0
    preparation = Preparation(exports=(Path(folder) / file,), taxonomy=taxonomy)
    dataset = prepare(preparation, tmp_path / "prepared", progress=False)
    assert dataset.report["rows"]["kept"] == dataset.report["rows"]["read"] == derived.rows
