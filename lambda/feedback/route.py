"""POST /v1/feedback."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from feedback.ledger import Ledger, LedgerError
from mailroom.errors import ContractError
from mailroom.feedback import Feedback, FeedbackError, FeedbackErrorCode, FeedbackStatus, Receipt
from mailroom.final_labels import FinalLabelsError, carried_over
from mailroom.lambda_runtime import logs
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.endpoint_errors import EndpointError
from mailroom.lambda_runtime.live_model import LiveModel
from mailroom.lambda_runtime.messages import Request, Response, json_response
from mailroom.ledger import RecordedFeedback
from mailroom.taxonomy import Taxonomy
from mailroom.wire.feedback import FeedbackResult, Item, feedback_response, parse_feedback_request
from mailroom.wire.problem import Problem
from mailroom.wire.request import media_type_is_json, parse_json

TAXONOMY_SECONDS = 2.0
"""What the live model may take to name its taxonomy; the items are worth the rest of the deadline."""

NOT_KNOWN_TO_BE_STORED = "The item is not known to be stored; it may be sent again."

_Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackRoute:
    """Takes feedback into ``ledger``, its labels checked against the taxonomy of ``live_model``."""

    live_model: LiveModel
    ledger: Ledger

    def take(self, request: Request, deadline: Deadline) -> Response:
        """Store a batch of feedback; raises Problem for what is wrong with the request as a whole."""
        client_id = request.client()
        if not media_type_is_json(request.headers):
            raise Problem(415, "The request body must be application/json.")
        items = parse_feedback_request(parse_json(request.body)).items
        taxonomy = self._taxonomy(deadline.or_within(TAXONOMY_SECONDS), request.request_id)
        recorded_at = datetime.now(UTC)
        checked = [_checked(item, client_id, taxonomy, recorded_at) for item in items]
        # By partition and id, so that of two items with the same one the first is stored, and the second a duplicate.
        first: dict[_Key, RecordedFeedback] = {}
        for one in checked:
            if isinstance(one, RecordedFeedback):
                first.setdefault(_key(one), one)
        stored = self.ledger.record(first, deadline)
        _log_failures(stored.values(), request.request_id)
        results = [
            one if isinstance(one, FeedbackError) else _result(one, first=one is first[_key(one)], stored=stored)
            for one in checked
        ]
        payload = feedback_response(results, taxonomy_version=None if taxonomy is None else taxonomy.version)
        return json_response(payload, facts={**payload["counts"], "labels_checked": taxonomy is not None})

    def _taxonomy(self, deadline: Deadline, request_id: str) -> Taxonomy | None:
        try:
            return self.live_model.description(deadline).taxonomy
        except (EndpointError, ContractError) as error:
            reason = error.reason if isinstance(error, EndpointError) else type(error).__name__
            logs.write("labels_unchecked", {"request_id": request_id, "reason": reason}, level="warning")
            return None


def _key(recorded: RecordedFeedback) -> _Key:
    return recorded.feedback.prediction_id, recorded.feedback.feedback_id


def _checked(
    item: Item, client_id: str, taxonomy: Taxonomy | None, recorded_at: datetime
) -> RecordedFeedback | FeedbackError:
    if isinstance(item, FeedbackError):
        return item
    try:
        labels = item.final_labels if taxonomy is None else carried_over(item.final_labels, taxonomy)
    except FinalLabelsError as error:
        return FeedbackError(feedback_id=item.feedback_id, code=error.code, detail=error.detail)
    return RecordedFeedback(
        client_id=client_id,
        recorded_at=recorded_at,
        feedback=item,
        final_labels=labels,
        checked_against=None if taxonomy is None else taxonomy.version,
    )


def _result(recorded: RecordedFeedback, *, first: bool, stored: Mapping[_Key, bool | LedgerError]) -> FeedbackResult:
    feedback: Feedback = recorded.feedback
    new = stored[_key(recorded)]
    if isinstance(new, LedgerError):
        return FeedbackError(
            feedback_id=feedback.feedback_id, code=FeedbackErrorCode.INTERNAL, detail=NOT_KNOWN_TO_BE_STORED
        )
    if not (new and first):
        return Receipt(feedback_id=feedback.feedback_id, status=FeedbackStatus.DUPLICATE)
    if recorded.final_labels == feedback.final_labels:
        return Receipt(feedback_id=feedback.feedback_id, status=FeedbackStatus.ACCEPTED)
    return Receipt(
        feedback_id=feedback.feedback_id,
        status=FeedbackStatus.ACCEPTED_MAPPED,
        final_labels=recorded.final_labels,
    )


def _log_failures(stored: Iterable[bool | LedgerError], request_id: str) -> None:
    """One line for the alarm."""
    reasons = Counter(one.reason for one in stored if isinstance(one, LedgerError))
    if reasons:
        logs.write(
            "ledger_failed",
            {"request_id": request_id, "rows": reasons.total(), "reasons": ", ".join(sorted(reasons))},
            level="error",
        )
