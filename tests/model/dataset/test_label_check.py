import pytest

from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from model.dataset.label_check import CheckedLabels, LabelCheck


def test_labels_that_stand_together_are_kept(taxonomy: Taxonomy) -> None:
    given = {"line_of_business": "brokerage", "queue": "trading", "topic": "order"}
    assert LabelCheck(taxonomy).check(given) == CheckedLabels(labels=given)


def test_a_missing_label_is_no_problem(taxonomy: Taxonomy) -> None:
    assert LabelCheck(taxonomy).check({"topic": "order"}) == CheckedLabels(labels={"topic": "order"})


def test_a_deprecated_label_counts_as_its_one_successor(taxonomy: Taxonomy) -> None:
    assert LabelCheck(taxonomy).check({"queue": "trading", "topic": "old_order"}) == CheckedLabels(
        labels={"queue": "trading", "topic": "order"}, replaced=(("topic", "old_order", "order"),)
    )


@pytest.mark.parametrize(
    ("task", "label", "problem"),
    [
        ("queue", "tradng", "task 'queue' has no label 'tradng'; the nearest is 'trading'"),
        ("queue", "zzz", "task 'queue' has no label 'zzz'"),
        ("queue", "Sehr geehrte Damen\nund Herren", "task 'queue' has no label a value of 29 characters"),
        ("topic", "planned", "task 'topic': the label 'planned' is a draft, which is not learned yet"),
    ],
)
def test_a_label_that_cannot_be_learned_is_left_out_and_told(
    taxonomy: Taxonomy,
    task: str,
    label: str,
    problem: str,
) -> None:
    assert LabelCheck(taxonomy).check({"line_of_business": "tax", task: label}) == CheckedLabels(
        labels={"line_of_business": "tax"}, problems=(problem,)
    )


@pytest.mark.parametrize("label", ["paper", "split_up"])
def test_a_label_that_was_retired_or_split_is_left_out_and_no_fault_of_the_export(
    taxonomy: Taxonomy, label: str
) -> None:
    assert LabelCheck(taxonomy).check({"queue": "trading", "topic": label}) == CheckedLabels(
        labels={"queue": "trading"}, undecided=(("topic", label),)
    )


def test_of_labels_that_cannot_stand_together_the_child_is_left_out(taxonomy: Taxonomy) -> None:
    given = {"line_of_business": "tax", "queue": "trading", "topic": "order"}
    assert LabelCheck(taxonomy).check(given) == CheckedLabels(
        labels={"line_of_business": "tax", "topic": "order"},
        problems=("task 'queue': the label 'trading' does not lie under line_of_business 'tax'",),
    )


def test_a_successor_that_stands_elsewhere_is_left_out_and_no_fault_of_the_export() -> None:
    taxonomy = Taxonomy(
        version="2",
        tasks=("queue", "topic"),
        labels=(
            Label(id="fax", task="queue"),
            Label(id="mail", task="queue"),
            Label(id="order", task="topic", parents=("mail",)),
            Label(id="fax_order", task="topic", status=LabelStatus.DEPRECATED, replaced_by=("order",)),
        ),
    )
    assert LabelCheck(taxonomy).check({"queue": "fax", "topic": "fax_order"}) == CheckedLabels(
        labels={"queue": "fax"}, undecided=(("topic", "fax_order"),)
    )


def test_successors_that_run_in_a_circle_are_none() -> None:
    old = LabelStatus.DEPRECATED
    taxonomy = Taxonomy(
        version="1",
        tasks=("topic",),
        labels=(
            Label(id="a", task="topic", status=old, replaced_by=("b",)),
            Label(id="b", task="topic", status=old, replaced_by=("a",)),
            Label(id="c", task="topic"),
        ),
    )
    assert LabelCheck(taxonomy).check({"topic": "a"}) == CheckedLabels(undecided=(("topic", "a"),))
