"""Preparing with a frozen test set: what is in it, what is reserved, and what is learned from."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailroom.taxonomy import Taxonomy
from model.dataset.errors import DatasetError
from model.dataset.freezing import Freezing
from model.dataset.frozen_set import FrozenSet, is_for_testing
from model.dataset.kept_set import KeptSet
from model.dataset.preparation import Preparation
from model.dataset.prepared import PreparedDataset

Prepared = Callable[..., PreparedDataset]
Rows = Callable[..., list[dict[str, Any]]]
JANUARY = FrozenSet(taxonomy_version="1", month="2026-01")
FEBRUARY = FrozenSet(taxonomy_version="1", month="2026-02")


def ids(examples: Any) -> set[str]:
    return {example.id for example in examples}


def test_the_set_holds_the_chosen_mails_of_its_months_and_the_later_ones_are_reserved(months, mails: Rows) -> None:
    january, february = mails(60), mails(120)[60:]
    dataset = months(january, february)
    assert ids(dataset.test) == {row["id"] for row in january if is_for_testing(row["id"])}
    assert ids(dataset.recent) == {row["id"] for row in february if is_for_testing(row["id"])}
    learned = ids(dataset.train) | ids(dataset.validation)
    assert learned == {row["id"] for row in (*january, *february) if not is_for_testing(row["id"])}


def test_the_set_stays_the_same_whatever_comes_later(months, mails: Rows, kept) -> None:
    january = mails(60)
    near = [{**row, "id": f"near {row['id']}"} for row in january[:40]]
    same_threads = [{**row, "thread_id": "one thread"} for row in mails(90)[60:]]
    first = months(january)
    later = months(january, near, same_threads, former=kept())
    assert first.test
    assert (ids(later.test), ids(first.train + first.validation) - ids(later.train + later.validation)) == (
        ids(first.test),
        set(),
    )
    assert later.report["frozen_set_sha256"] == first.report["frozen_set_sha256"]


def test_mails_near_others_go_where_those_are_so_that_none_is_lost(months, mails: Rows, kept) -> None:
    january = mails(60)
    first = months(january)
    copies = [{**row, "id": f"copy of {row['id']}"} for row in january]
    later = months(january, copies, former=kept())
    assert later.report["rows"]["dropped"] == {}
    assert ids(later.recent) == {f"copy of {one}" for one in ids(first.test)}
    assert ids(later.train + later.validation) == {
        name for one in ids(first.train + first.validation) for name in (one, f"copy of {one}")
    }


def test_a_thread_goes_whole_to_one_side_by_its_own_name(months, mails: Rows) -> None:
    threads = {"thread 1": False, "thread 8": True}
    assert {name: is_for_testing(name) for name in threads} == threads
    rows = [{**row, "thread_id": tuple(threads)[place % 2]} for place, row in enumerate(mails(40))]
    dataset = months([*rows, *mails(100)[40:]])
    assert ids(dataset.test) >= {row["id"] for row in rows if row["thread_id"] == "thread 8"}
    assert ids(dataset.train + dataset.validation) >= {row["id"] for row in rows if row["thread_id"] == "thread 1"}


def test_a_label_that_all_come_through_one_form_is_learned(months, mails: Rows) -> None:
    text = "Ich bitte um die Steuerbescheinigung fuer das Jahr 2025, Depot wie im Formular angegeben."
    form = [{**row, "body": text} for row in mails(90) if row["topic"] == "tax_form"]
    form[0]["id"] = next(name for name in (f"form {number}" for number in range(99)) if is_for_testing(name))
    dataset = months([row for row in mails(90) if row["topic"] != "tax_form"] + form)
    assert dataset.report["splits"]["train"]["labels"]["topic"]["tax_form"] == len(form)
    assert dataset.report["labels_without_training_mails"] == {}


def test_a_label_with_a_single_mail_is_learned_whatever_its_id(months, mails: Rows) -> None:
    for number in range(20):
        single = {**mails(1)[0], "id": f"only {number}", "topic": "dividend"}
        dataset = months([*(row for row in mails(40) if row["topic"] != "dividend"), single])
        assert f"only {number}" in ids(dataset.train + dataset.validation)


def test_an_active_label_that_nothing_is_learned_of_is_named(months, mails: Rows) -> None:
    report = months([row for row in mails(60) if row["topic"] != "dividend"]).report
    assert report["labels_without_training_mails"] == {"topic": ["dividend"]}
    assert "Task 'topic': there is no mail to learn from of 1 active labels (dividend)." in report["warnings"]


def test_a_mail_between_testing_and_training_is_left_out(months, mails: Rows, kept) -> None:
    january = mails(60)
    tested = next(row for row in january if is_for_testing(row["id"]))
    learned = next(row for row in january if not is_for_testing(row["id"]))
    learned["thread_id"] = "thread 1"
    first = months(january)
    dataset = months(january, [{**tested, "id": "bridge", "thread_id": "thread 1"}], former=kept())
    assert dataset.report["rows"]["dropped"] == {"row_between_testing_and_training": 1}
    assert ids(dataset.test) == ids(first.test)
    assert learned["id"] in ids(dataset.train + dataset.validation)


def test_what_the_export_marks_for_testing_is_of_the_set_and_what_it_marks_for_training_is_not(
    months, mails: Rows
) -> None:
    january = [{**row, "split": ("train", "test", None)[place % 3]} for place, row in enumerate(mails(60))]
    february = [{**row, "split": "test"} for row in mails(70)[60:]]
    dataset = months(january, february)
    chosen = {row["id"] for row in january if row["split"] is None and is_for_testing(row["id"])}
    assert ids(dataset.test) == {row["id"] for row in january if row["split"] == "test"} | chosen
    assert ids(dataset.recent) == {row["id"] for row in february}


def test_a_renewed_set_takes_in_what_was_reserved_and_never_trained_on(months, mails: Rows, kept) -> None:
    january, february = mails(60), mails(120)[60:]
    months(january)
    former = months(january, february, former=kept())
    renewed = months(january, february, frozen_set=FEBRUARY, former=kept())
    assert ids(renewed.test) == ids(former.test) | ids(former.recent)
    assert renewed.recent == ()


def test_the_report_names_the_set_counts_what_is_reserved_and_says_which_labels_cannot_be_tested(
    months, mails: Rows
) -> None:
    january = [row for row in mails(60) if row["topic"] != "tax_form" or not is_for_testing(row["id"])]
    dataset = months(january, mails(120)[60:])
    report = dataset.report
    assert report["frozen_set"] == "1/2026-01"
    assert report["recent"]["rows"] == len(dataset.recent)
    assert report["rows"]["kept"] == sum(counts["rows"] for counts in report["splits"].values()) + len(dataset.recent)
    assert report["labels_without_test_mails"]["topic"] == ["tax_form"]
    text = "Task 'topic': the frozen test set has no mail of 1 active labels (tax_form)."
    assert text in report["warnings"]


def test_another_set_is_another_dataset(mails: Rows, json_lines: Callable[..., Path], taxonomy: Taxonomy) -> None:
    exports = tuple(json_lines(mails(3), f"2026-{month}/export.jsonl") for month in ("01", "02"))
    former = KeptSet(
        frozen_set=JANUARY, tasks=("topic",), mails=(), months={}, learned=frozenset({"m1"}), reserved=frozenset()
    )
    sets = [
        Freezing(frozen_set=JANUARY),
        Freezing(frozen_set=FEBRUARY),
        Freezing(frozen_set=JANUARY, former=former),
        Freezing(frozen_set=JANUARY, former=replace(former, reserved=frozenset({"m2"}))),
    ]
    made = {Preparation(exports=exports, taxonomy=taxonomy, freezing=one).fingerprint() for one in sets}
    assert len(made) == len(sets)


def test_a_frozen_test_set_beside_a_test_share_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(DatasetError, match="takes the place of a test file and of a test share"):
        Preparation(
            exports=(Path("export.jsonl"),), taxonomy=taxonomy, freezing=Freezing(frozen_set=JANUARY), test_share=0.2
        )


def test_a_set_under_another_taxonomy_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(DatasetError, match="test set 2/2026-01 is not labelled under the taxonomy 1"):
        other = Freezing(frozen_set=FrozenSet(taxonomy_version="2", month="2026-01"))
        Preparation(exports=(Path("export.jsonl"),), taxonomy=taxonomy, freezing=other)


def test_an_export_that_does_not_say_its_month_is_refused(prepared: Prepared, mails: Rows) -> None:
    with pytest.raises(DatasetError, match=r"the export export\.jsonl must lie in a folder such as 2026-03"):
        prepared(mails(3), freezing=Freezing(frozen_set=JANUARY))


def test_a_set_whose_newest_month_is_missing_is_refused(prepared: Prepared, mails: Rows, json_lines) -> None:
    with pytest.raises(DatasetError, match="The export of 2026-02, which the frozen test set 1/2026-02 ends with"):
        prepared([], exports=(json_lines(mails(3), "2026-01/export.jsonl"),), freezing=Freezing(frozen_set=FEBRUARY))


def test_labels_that_nobody_decided_on_are_counted_and_stop_nothing(months, mails: Rows) -> None:
    january = [{**row, "topic": ("paper", "split_up")[place % 2]} for place, row in enumerate(mails(12))]
    report = months([*january, *mails(30)[12:]]).report
    assert report["labels_to_be_decided"] == [
        {"task": "topic", "label": "paper", "rows": 6},
        {"task": "topic", "label": "split_up", "rows": 6},
    ]
    assert report["labels_treated_as_missing"] == 0
