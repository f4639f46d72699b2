"""Preparing with a frozen test set: what is in it, what is reserved, and what is left out for standing too near."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailroom.taxonomy import Taxonomy
from model.dataset.errors import DatasetError
from model.dataset.frozen_set import FrozenSet, is_for_testing
from model.dataset.preparation import Preparation
from model.dataset.prepared import PreparedDataset

Prepared = Callable[..., PreparedDataset]
Rows = Callable[..., list[dict[str, Any]]]
JANUARY = FrozenSet(taxonomy_version="1", month="2026-01")
FEBRUARY = FrozenSet(taxonomy_version="1", month="2026-02")


@pytest.fixture
def months(prepared: Prepared, json_lines: Callable[..., Path]) -> Callable[..., PreparedDataset]:
    """Prepares the rows of January, February ... with a frozen set."""

    def run(*rows: list[dict[str, Any]], frozen_set: FrozenSet = JANUARY) -> PreparedDataset:
        exports = tuple(json_lines(part, f"2026-{number:02}/export.jsonl") for number, part in enumerate(rows, start=1))
        return prepared([], exports=exports, frozen_set=frozen_set)

    return run


def ids(examples: Any) -> set[str]:
    return {example.id for example in examples}


def test_the_set_holds_the_chosen_mails_of_its_months_and_the_later_ones_are_reserved(months, mails: Rows) -> None:
    january, february = mails(60), mails(120)[60:]
    dataset = months(january, february)
    assert ids(dataset.test) == {row["id"] for row in january if is_for_testing(row["id"])}
    assert ids(dataset.recent) == {row["id"] for row in february if is_for_testing(row["id"])}
    learned = ids(dataset.train) | ids(dataset.validation)
    assert learned == {row["id"] for row in (*january, *february) if not is_for_testing(row["id"])}


def test_the_set_stays_the_same_whatever_comes_later(months, mails: Rows) -> None:
    january = mails(60)
    near = [{**row, "id": f"near {row['id']}"} for row in january[:40]]
    same_threads = [{**row, "thread_id": "one thread"} for row in mails(90)[60:]]
    assert months(january).test
    assert ids(months(january, near, same_threads).test) == ids(months(january).test)


def test_a_mail_near_a_frozen_or_a_reserved_one_is_left_out(months, mails: Rows) -> None:
    january, february = mails(30), mails(60)[30:]
    frozen = next(row for row in january if is_for_testing(row["id"]))
    reserved = next(row for row in february if is_for_testing(row["id"]))
    names = [name for name in (f"copy {number}" for number in range(20)) if not is_for_testing(name)]
    copies = [{**frozen, "id": names[0]}, {**reserved, "id": names[1]}]
    dataset = months(january, [*february, *copies])
    everywhere = (*dataset.train, *dataset.validation, *dataset.test, *dataset.recent)
    assert not ids(everywhere) & set(names)
    assert dataset.report["rows"]["dropped"] == {"row_near_frozen_or_reserved": 2}
    assert any("a mail kept for testing is a near-duplicate" in text for text in dataset.report["warnings"])


def test_what_the_export_marks_for_testing_is_of_the_set_and_what_it_marks_for_training_is_not(
    months, mails: Rows
) -> None:
    january = [{**row, "split": ("train", "test", None)[place % 3]} for place, row in enumerate(mails(60))]
    february = [{**row, "split": "test"} for row in mails(70)[60:]]
    dataset = months(january, february)
    chosen = {row["id"] for row in january if row["split"] is None and is_for_testing(row["id"])}
    assert ids(dataset.test) == {row["id"] for row in january if row["split"] == "test"} | chosen
    assert ids(dataset.recent) == {row["id"] for row in february}


def test_a_renewed_set_takes_in_what_was_reserved_and_never_trained_on(months, mails: Rows) -> None:
    january, february = mails(60), mails(120)[60:]
    former, renewed = months(january, february), months(january, february, frozen_set=FEBRUARY)
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
    made = [Preparation(exports=exports, taxonomy=taxonomy, frozen_set=one) for one in (JANUARY, FEBRUARY)]
    assert made[0].fingerprint() != made[1].fingerprint()


def test_a_frozen_test_set_beside_a_test_share_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(DatasetError, match="takes the place of a test file and of a test share"):
        Preparation(exports=(Path("export.jsonl"),), taxonomy=taxonomy, frozen_set=JANUARY, test_share=0.2)


def test_a_set_under_another_taxonomy_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(DatasetError, match="test set 2/2026-01 is not labelled under the taxonomy 1"):
        other = FrozenSet(taxonomy_version="2", month="2026-01")
        Preparation(exports=(Path("export.jsonl"),), taxonomy=taxonomy, frozen_set=other)


def test_an_export_that_does_not_say_its_month_is_refused(prepared: Prepared, mails: Rows) -> None:
    with pytest.raises(DatasetError, match=r"the export export\.jsonl must lie in a folder such as 2026-03"):
        prepared(mails(3), frozen_set=JANUARY)


def test_a_set_whose_newest_month_is_missing_is_refused(prepared: Prepared, mails: Rows, json_lines) -> None:
    with pytest.raises(DatasetError, match="The export of 2026-02, which the frozen test set 1/2026-02 ends with"):
        prepared([], exports=(json_lines(mails(3), "2026-01/export.jsonl"),), frozen_set=FEBRUARY)


def test_labels_that_nobody_decided_on_are_counted_and_stop_nothing(months, mails: Rows) -> None:
    january = [{**row, "topic": ("paper", "split_up")[place % 2]} for place, row in enumerate(mails(12))]
    report = months([*january, *mails(30)[12:]]).report
    assert report["labels_to_be_decided"] == [
        {"task": "topic", "label": "paper", "rows": 6},
        {"task": "topic", "label": "split_up", "rows": 6},
    ]
    assert report["labels_treated_as_missing"] == 0
