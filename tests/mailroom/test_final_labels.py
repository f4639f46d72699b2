import pytest

from mailroom.feedback import FeedbackErrorCode
from mailroom.final_labels import FinalLabelsError, carried_over
from mailroom.taxonomy import Label, LabelStatus, Taxonomy

OLD = LabelStatus.DEPRECATED

TAXONOMY = Taxonomy(
    version="t-2",
    tasks=("queue", "topic"),
    labels=(
        Label(id="fees", task="queue"),
        Label(id="transfers", task="queue"),
        Label(id="letters", task="queue", status=OLD, replaced_by=("transfers",)),
        Label(id="invoice", task="topic", parents=("fees",)),
        Label(id="transfer_in", task="topic", parents=("transfers",)),
        Label(id="transfer_out", task="topic", parents=("transfers",)),
        Label(id="bill", task="topic", parents=("fees",), status=OLD, replaced_by=("invoice",)),
        Label(id="receipt", task="topic", parents=("fees",), status=OLD, replaced_by=("bill",)),
        Label(id="move", task="topic", parents=("transfers",), status=OLD, replaced_by=("transfer_in", "transfer_out")),
        Label(id="gone", task="topic", parents=("transfers",), status=OLD),
        Label(id="strayed", task="topic", parents=("fees",), status=OLD, replaced_by=("transfer_in",)),
        Label(id="hen", task="topic", parents=("fees",), status=OLD, replaced_by=("egg",)),
        Label(id="egg", task="topic", parents=("fees",), status=OLD, replaced_by=("hen",)),
        Label(id="posted", task="topic", parents=("letters",), status=OLD, replaced_by=("transfer_in",)),
    ),
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"queue": "fees", "topic": "invoice"}, {"queue": "fees", "topic": "invoice"}, id="active"),
        pytest.param({"topic": "invoice"}, {"topic": "invoice"}, id="one task alone"),
        pytest.param({"queue": "fees", "topic": "bill"}, {"queue": "fees", "topic": "invoice"}, id="one successor"),
        pytest.param({"topic": "receipt"}, {"topic": "invoice"}, id="a successor's successor"),
        pytest.param({"topic": "move"}, {"topic": "move"}, id="two successors"),
        pytest.param({"topic": "gone"}, {"topic": "gone"}, id="no successor"),
        pytest.param(
            {"queue": "letters", "topic": "posted"},
            {"queue": "transfers", "topic": "transfer_in"},
            id="both of a path",
        ),
        pytest.param(
            {"queue": "transfers", "topic": "posted"},
            {"queue": "transfers", "topic": "transfer_in"},
            id="a path of successors only",
        ),
        pytest.param(
            {"queue": "fees", "topic": "strayed"}, {"queue": "fees", "topic": "strayed"}, id="a path as given only"
        ),
    ],
)
def test_labels_are_carried_over_to_a_single_successor(given, expected):
    assert carried_over(given, TAXONOMY) == expected


def test_labels_that_replace_each_other_in_a_circle_end_somewhere():
    assert carried_over({"topic": "hen"}, TAXONOMY)["topic"] in {"hen", "egg"}


@pytest.mark.parametrize(
    ("given", "code", "detail"),
    [
        (
            {"topic": "4711"},
            FeedbackErrorCode.UNKNOWN_LABEL,
            "final_labels.topic is no label of taxonomy 't-2'.",
        ),
        (
            {"4711": "fees"},
            FeedbackErrorCode.UNKNOWN_LABEL,
            "final_labels names a task that taxonomy 't-2' does not have; its tasks are queue, topic.",
        ),
        (
            {"queue": "fees", "topic": "transfer_in"},
            FeedbackErrorCode.HIERARCHY_CONFLICT,
            "final_labels is no path of taxonomy 't-2': a label does not belong under the one above it.",
        ),
    ],
)
def test_what_is_wrong_is_said_without_repeating_it(given, code, detail):
    with pytest.raises(FinalLabelsError) as caught:
        carried_over(given, TAXONOMY)
    assert (caught.value.code, str(caught.value)) == (code, detail)
    assert "4711" not in str(caught.value)
