"""One case of a month: what was predicted, and what a person made of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailroom.ledger import RecordedFeedback, RecordedPrediction
from mailroom_feedback_helpers.ledger import Ledger, key_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A prediction (None: the ledger has none) and the feedback that counts for it."""

    prediction: RecordedPrediction | None
    feedback: RecordedFeedback

    @property
    def is_evidence(self) -> bool:
        """Whether a person looked at the labels."""
        return self.feedback.feedback.review.is_evidence

    def is_right(self, task: str) -> bool | None:
        """Whether the predicted label of ``task`` is the final one; None if either has none.

        A label that has been replaced since is right if it was right under the taxonomy that the agent saw.
        """
        predicted = None if self.prediction is None else self.prediction.prediction.labels.get(task)
        final = {self.feedback.feedback.final_labels.get(task), self.feedback.final_labels.get(task)} - {None}
        return None if predicted is None or not final else predicted.label in final


def cases_of(ledger: Ledger, month: str) -> Iterator[Case]:
    """The cases with feedback in ``month``, each once, in no order.

    The month's feedback is held, as the last of it counts; predictions, which are larger, go by.

    Raises:
        ContractError: a row of the ledger is none that Mailroom has written.
        OSError: the ledger did not answer in full.
    """
    counting = _counting(ledger.feedback(month))
    for key, prediction in ledger.predictions(list(counting)):
        yield Case(prediction=prediction, feedback=counting.pop(key))
    for feedback in counting.values():
        yield Case(prediction=None, feedback=feedback)


def _counting(feedback: Iterable[RecordedFeedback]) -> dict[str, RecordedFeedback]:
    """The feedback that counts for each partition: the last of those that a person gave, else the last."""
    counting: dict[str, RecordedFeedback] = {}
    for one in feedback:
        key = key_of(one)
        if key not in counting or _weight(one) > _weight(counting[key]):
            counting[key] = one
    return counting


def _weight(one: RecordedFeedback) -> tuple[bool, float, str]:
    # The id settles what was recorded in one instant, so that two readings of the table never differ.
    return one.feedback.review.is_evidence, one.recorded_at.timestamp(), one.feedback.feedback_id
