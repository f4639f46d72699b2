"""The frozen test set from run to run: kept, checked against the exports, and made anew by rule."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.dataset.errors import DatasetError
from model.dataset.freezing import CORRECTED_SHARE
from model.dataset.frozen_set import is_for_testing
from model.dataset.kept_set import FACTS, MAILS, KeptSet, kept_set_from, load_kept_set
from model.dataset.prepared import PreparedDataset

Rows = Callable[..., list[dict[str, Any]]]
Kept = Callable[[], KeptSet]
Months = Callable[..., PreparedDataset]
RENEWED = "New: the champion's is 1/2026-01, and "


def ids(examples: Any) -> set[str]:
    return {example.id for example in examples}


def said(dataset: PreparedDataset) -> tuple[str, str]:
    return dataset.report["frozen_set"], dataset.report["frozen_set_reason"]


def relabelled(rows: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """So many mails for testing get another topic that their queue has."""
    chosen = [row["id"] for row in rows if is_for_testing(row["id"]) and row["queue"] == "trading"][:count]
    assert len(chosen) == count
    other = {"dividend": "order", "order": "dividend"}
    return [{**row, "topic": other[row["topic"]]} if row["id"] in chosen else row for row in rows]


def test_what_a_run_kept_is_read_back(months: Months, mails: Rows, kept: Kept):
    dataset = months(mails(60), mails(120)[60:])
    found = kept()
    assert (str(found.frozen_set), found.tasks) == ("1/2026-01", ("line_of_business", "queue", "topic"))
    assert found.mails == dataset.test
    assert set(found.months.values()) == {"2026-01"}
    assert (found.learned, found.reserved) == (ids(dataset.train + dataset.validation), ids(dataset.recent))
    assert found.sha256 == dataset.report["frozen_set_sha256"]


def test_the_file_holds_no_text_of_any_mail(months: Months, mails: Rows, tmp_path: Path):
    dataset = months(mails(60))
    text = (tmp_path / "prepared" / FACTS).read_text(encoding="utf-8")
    words = {word for mail in dataset.test for word in mail.text.split()} - {"dividend", "order", "tax_form"}
    assert not {word for word in words if word in text}


def test_mails_whose_export_has_expired_stay_in_the_set_and_apart_from_what_is_learned(
    months: Months, mails: Rows, kept: Kept
):
    first = months(mails(60))
    tested = first.test[0]
    near = {**next(row for row in mails(60) if row["id"] == tested.id), "id": "a late copy"}
    later = months(None, [*mails(120)[60:], near], former=kept())
    assert said(later) == ("1/2026-01", "")
    assert {mail.id: (mail.text, mail.labels) for mail in later.test} == {
        mail.id: (mail.text, mail.labels) for mail in first.test
    }
    assert "a late copy" in ids(later.recent)
    assert later.report["frozen_mails_of_expired_exports"] == len(first.test)
    assert kept().months == dict.fromkeys(ids(first.test), "2026-01")


def test_a_mail_that_was_taken_out_of_its_export_makes_the_set_new(months: Months, mails: Rows, kept: Kept):
    first = months(mails(60))
    forgotten = first.test[0].id
    later = months([row for row in mails(60) if row["id"] != forgotten], mails(120)[60:], former=kept())
    why = f"the exports hold 1 of its {len(first.test)} mails no longer."
    assert said(later) == ("1/2026-02", f"{RENEWED}{why}")
    assert forgotten not in ids(later.test)
    assert later.recent == ()


def test_in_the_same_month_the_new_set_has_another_name_still(months: Months, mails: Rows, kept: Kept):
    first = months(mails(60))
    later = months([row for row in mails(60) if row["id"] != first.test[0].id], former=kept())
    assert said(later)[0] == "1/2026-01-r2"
    assert later.report["frozen_set_sha256"] != first.report["frozen_set_sha256"]


def test_a_renewed_set_lets_go_of_mails_whose_exports_have_expired(months: Months, mails: Rows, kept: Kept):
    months(mails(60))
    february = mails(120)[60:]
    second = months(mails(60), february, frozen_set=kept().frozen_set.renewed("2026-02"), former=kept())
    gone = next(mail.id for mail in second.test if kept().months[mail.id] == "2026-02")
    third = months(None, [row for row in february if row["id"] != gone], frozen_set=kept().frozen_set, former=kept())
    assert third.report["frozen_set"] == "1/2026-02-r2"
    assert ids(third.test) == {row["id"] for row in february if is_for_testing(row["id"])} - {gone}


def test_a_few_corrected_labels_are_counted_and_leave_the_set_as_it_was(months: Months, mails: Rows, kept: Kept):
    rows = mails(400)
    first = months(rows)
    assert CORRECTED_SHARE * len(first.test) >= 1
    later = months(rows, relabelled(rows, 1), former=kept())
    assert said(later)[0] == "1/2026-01"
    assert later.report["frozen_set_sha256"] == first.report["frozen_set_sha256"]
    assert (later.report["labels_corrected"], later.report["frozen_labels_corrected"]) == (1, 1)
    assert any("have other labels now: 1." in warning for warning in later.report["warnings"])


def test_many_corrected_labels_make_the_set_new_with_the_labels_of_today(months: Months, mails: Rows, kept: Kept):
    rows = mails(60)
    first = months(rows)
    corrected = relabelled(rows, 2)
    later = months(rows, corrected, former=kept())
    assert said(later) == ("1/2026-02", f"{RENEWED}2 of its {len(first.test)} mails have other labels now.")
    assert {mail.id: mail.labels["topic"] for mail in later.test} == {
        row["id"]: row["topic"] for row in corrected if row["id"] in ids(first.test)
    }


def test_a_corrected_label_is_learned(months: Months, mails: Rows):
    rows = mails(30)
    learned = next(row for row in rows if not is_for_testing(row["id"]) and row["topic"] == "order")
    dataset = months(rows, [{**learned, "topic": "dividend"}])
    (found,) = [mail for mail in dataset.train + dataset.validation if mail.id == learned["id"]]
    assert (found.labels["topic"], found.text) == ("dividend", learned["body"])
    assert dataset.report["labels_corrected"] == 1
    assert dataset.report["rows"]["dropped"] == {"duplicate_id": 1}


def test_other_tasks_make_the_set_new(months: Months, mails: Rows, kept: Kept):
    months(mails(60))
    without = [{key: value for key, value in row.items() if key != "topic"} for row in mails(60)]
    assert said(months(without, former=kept())) == (
        "1/2026-01-r2",
        f"{RENEWED}the tasks are line_of_business, queue now.",
    )


def test_a_label_whose_mails_are_all_in_the_set_makes_it_new_so_that_it_can_be_learned(
    months: Months, mails: Rows, kept: Kept
):
    first = months(mails(60))
    tested = {mail.id for mail in first.test if mail.labels["topic"] == "dividend"}
    left = [row for row in mails(60) if row["topic"] != "dividend" or row["id"] in tested]
    later = months(left, former=kept())
    assert said(later) == ("1/2026-01-r2", f"{RENEWED}no mail is left to learn dividend from.")
    assert "dividend" in later.report["splits"]["train"]["labels"]["topic"]


def test_a_month_that_is_missing_in_between_is_told(months: Months, mails: Rows):
    report = months(mails(30), None, mails(60)[30:]).report
    assert report["months_missing"] == ["2026-02"]
    assert "Months without an export, between others that have one: 2026-02." in report["warnings"]


def test_a_missing_month_that_the_set_has_mails_of_stops_the_run(months: Months, mails: Rows, kept: Kept):
    months(mails(30), mails(60)[30:])
    february = kept().frozen_set.renewed("2026-02")
    months(mails(30), mails(60)[30:], frozen_set=february, former=kept())
    with pytest.raises(DatasetError, match="The export of 2026-02 is missing, of which the frozen test set 1/2026-02"):
        months(mails(30), None, mails(90)[60:], frozen_set=february, former=kept())


def test_an_empty_export_says_that_a_months_mails_are_to_be_forgotten(months: Months, mails: Rows, kept: Kept):
    months(mails(30), mails(60)[30:])
    february = kept().frozen_set.renewed("2026-02")
    held = months(mails(30), mails(60)[30:], frozen_set=february).test
    later = months(mails(30), [], mails(90)[60:], frozen_set=february, former=kept())
    assert later.report["frozen_set"] == "1/2026-03"
    assert not ids(later.test) & {mail.id for mail in held if int(mail.id[1:]) >= 30}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda facts, mails: ("", mails),
        lambda facts, mails: ("[]", mails),
        lambda facts, mails: (json.dumps({**json.loads(facts), "sha256": "0" * 64}), mails),
        lambda facts, mails: (facts, mails.partition("\n")[2]),
        lambda facts, mails: (facts, mails.replace("dividend", "order")),
    ],
)
def test_what_does_not_belong_together_is_refused(months: Months, mails: Rows, tmp_path: Path, spoil: Any):
    months(mails(60))
    folder = tmp_path / "prepared"
    facts, lines = ((folder / name).read_text(encoding="utf-8") for name in (FACTS, MAILS))
    assert kept_set_from(facts, lines).mails
    with pytest.raises(DatasetError, match="is damaged"):
        kept_set_from(*spoil(facts, lines))


def test_a_folder_without_a_set_is_refused(tmp_path: Path):
    with pytest.raises(DatasetError, match="holds no frozen test set"):
        load_kept_set(tmp_path)
