"""Labels that the taxonomy lacks stop a retraining, and so do tasks without any."""

import pytest

from mailroom_retrain_helpers.content import ExportContent
from mailroom_retrain_helpers.errors import ExportError, UnknownLabelsError
from mailroom_retrain_helpers.labels import check_labels, unknown_document


def _content(unknown: dict[str, dict[str, int]], labelled: dict[str, int] | None = None) -> ExportContent:
    return ExportContent(
        rows=40, bytes=1, sha256="0" * 64, labelled=labelled or {"queue": 40, "topic": 40}, unknown=unknown
    )


def test_labels_that_are_all_known_pass():
    check_labels(_content({}), "2026-03")


def test_unknown_labels_are_named_with_their_numbers_of_rows_and_carried_along():
    unknown = {"queue": {"a": 2}, "topic": {"b": 1}}
    with pytest.raises(UnknownLabelsError) as error:
        check_labels(_content(unknown), "2026-03")
    assert str(error.value) == (
        "The export of 2026-03 has labels that the taxonomy lacks: queue 'a' (2), topic 'b' (1); add them to the "
        "taxonomy or correct them in the CRM."
    )
    assert error.value.labels == unknown


def test_of_many_unknown_labels_the_sentence_names_the_most_frequent_and_the_error_carries_all():
    unknown = {"queue": {f"label-{number:02d}": 1 for number in range(25)}}
    with pytest.raises(UnknownLabelsError, match=r"queue 'label-19' \(1\) and 5 more; add them") as error:
        check_labels(_content(unknown), "2026-03")
    assert error.value.labels == unknown


def test_the_whole_list_is_by_task_the_most_frequent_first():
    assert unknown_document("2026-03", {"queue": {"b": 1, "c": 3, "a": 1}, "topic": {"d": 2}}) == {
        "month": "2026-03",
        "unknown": {
            "queue": [{"label": "c", "rows": 3}, {"label": "a", "rows": 1}, {"label": "b", "rows": 1}],
            "topic": [{"label": "d", "rows": 2}],
        },
    }


def test_an_export_without_any_label_of_a_task_is_refused():
    with pytest.raises(ExportError) as error:
        check_labels(_content({}, {"queue": 40, "topic": 0}), "2026-03")
    assert str(error.value) == "The export of 2026-03 has no labels at all for topic."
