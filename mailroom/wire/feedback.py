"""POST /v1/feedback: what the CRM says of its closed cases, and what it gets for it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mailroom.feedback import Feedback, FeedbackError, FeedbackErrorCode, FeedbackStatus, Receipt, Review
from mailroom.wire import fields
from mailroom.wire.fields import FieldError
from mailroom.wire.problem import Problem
from mailroom.wire.request import MAX_ID

MAX_ITEMS = 500
MAX_TASKS = 10
MAX_TASK = 64
MAX_LABEL = 128
MAX_VERSION = 128
MAX_TRANSFERS = 1000
# A pseudonym: what looks like an e-mail address would say who the agent is.
AGENT_REF = re.compile(r"[^@]*")

_ENVELOPE = frozenset({"items"})
_REQUIRED = ("feedback_id", "prediction_id", "email_id", "final_labels", "taxonomy_version", "review")
_ITEM = frozenset({*_REQUIRED, "case_closed_at", "first_touch_at", "transfers", "agent_ref"})

Item = Feedback | FeedbackError
FeedbackResult = Receipt | FeedbackError


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackRequest:
    """Items in request order; one that cannot be read is a FeedbackError in its place."""

    items: tuple[Item, ...]


def parse_feedback_request(payload: Any) -> FeedbackRequest:
    """Read a request.

    Raises:
        Problem: 422 if the envelope does not have its form, 413 for more than 500 items. What is wrong with a single
            item is a FeedbackError in its place instead.
    """
    try:
        items = fields.table(payload, "The request", known=_ENVELOPE).get("items")
        if not isinstance(items, list) or not items:
            raise FieldError("items must be a list of at least one item.")
    except FieldError as error:
        raise Problem(422, str(error)) from None
    if len(items) > MAX_ITEMS:
        raise Problem(413, f"A request holds at most {MAX_ITEMS} items; this one has {len(items)}.")
    return FeedbackRequest(items=tuple(map(_item, items)))


def _item(payload: Any) -> Item:
    try:
        return parse_feedback(payload)
    except FieldError as error:
        return FeedbackError(feedback_id=_readable_id(payload), code=FeedbackErrorCode.INVALID_FIELD, detail=str(error))


def _readable_id(payload: Any) -> str | None:
    """The id of an item that cannot be read otherwise, so that the caller finds it again; None without a sound one."""
    try:
        return _id(payload, "feedback_id")
    except (FieldError, KeyError, TypeError, IndexError):
        return None


def _id(item: Mapping[str, Any], name: str) -> str:
    return fields.text(item[name], name, at_least=1, at_most=MAX_ID)


def parse_feedback(payload: Any) -> Feedback:
    """One item of a request; raises FieldError naming the field, never its content."""
    item = fields.table(payload, "The item", known=_ITEM)
    for required in _REQUIRED:
        if required not in item:
            raise FieldError(f"The item lacks {required!r}.")
    review = item["review"]
    if review not in list(Review):
        raise FieldError("review must be 'confirmed', 'corrected', 'untouched' or 'blind_audit'.")
    return Feedback(
        feedback_id=_id(item, "feedback_id"),
        prediction_id=_id(item, "prediction_id"),
        email_id=_id(item, "email_id"),
        final_labels=_final_labels(item["final_labels"]),
        taxonomy_version=fields.text(item["taxonomy_version"], "taxonomy_version", at_least=1, at_most=MAX_VERSION),
        review=Review(review),
        case_closed_at=fields.optional_date_time(item.get("case_closed_at"), "case_closed_at"),
        first_touch_at=fields.optional_date_time(item.get("first_touch_at"), "first_touch_at"),
        transfers=fields.whole_number(item.get("transfers", 0), "transfers", lowest=0, highest=MAX_TRANSFERS),
        agent_ref=_agent_ref(item.get("agent_ref")),
    )


def _final_labels(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not 1 <= len(value) <= MAX_TASKS:
        raise FieldError(f"final_labels must be an object of 1 to {MAX_TASKS} tasks with their label.")
    return {
        fields.text(task, "A task of final_labels", at_least=1, at_most=MAX_TASK): fields.text(
            label, "A label of final_labels", at_least=1, at_most=MAX_LABEL
        )
        for task, label in value.items()
    }


def _agent_ref(value: Any) -> str | None:
    reference = fields.optional_text(value, "agent_ref", at_most=MAX_ID)
    if reference is not None and not AGENT_REF.fullmatch(reference):
        raise FieldError("agent_ref must be a pseudonym, not an e-mail address.")
    return reference


def feedback_to_json(feedback: Feedback) -> dict[str, Any]:
    """An item as a request carries it; ``parse_feedback`` reads it back to an equal object."""
    closed, touched = feedback.case_closed_at, feedback.first_touch_at
    return {
        "feedback_id": feedback.feedback_id,
        "prediction_id": feedback.prediction_id,
        "email_id": feedback.email_id,
        "final_labels": dict(feedback.final_labels),
        "taxonomy_version": feedback.taxonomy_version,
        "review": feedback.review.value,
        "case_closed_at": None if closed is None else fields.date_time_text(closed),
        "first_touch_at": None if touched is None else fields.date_time_text(touched),
        "transfers": feedback.transfers,
        "agent_ref": feedback.agent_ref,
    }


def feedback_response(results: Sequence[FeedbackResult], *, taxonomy_version: str | None) -> dict[str, Any]:
    """The body of a 200; ``taxonomy_version`` is what the labels were checked against, None if they were not."""
    entries = [_result_to_json(result) for result in results]
    counted = Counter(entry["status"] for entry in entries)
    return {
        "taxonomy_version": taxonomy_version,
        "counts": {status: counted[status] for status in (*(known.value for known in FeedbackStatus), "error")},
        "results": entries,
    }


def _result_to_json(result: FeedbackResult) -> dict[str, Any]:
    if isinstance(result, FeedbackError):
        return {
            "feedback_id": result.feedback_id,
            "status": "error",
            "error": {"code": result.code.value, "detail": result.detail, "retryable": result.retryable},
        }
    mapped = {} if result.final_labels is None else {"final_labels": dict(result.final_labels)}
    return {"feedback_id": result.feedback_id, "status": result.status.value, **mapped}
