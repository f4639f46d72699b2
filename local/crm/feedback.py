"""What the CRM says once the cases are closed: which labels they had in the end, and whether somebody looked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from local.crm.client import Answer
from local.crm.mails import CrmMail
from mailroom.feedback import Feedback, Review
from mailroom.prediction import Decision, Prediction

_HANDLING = timedelta(hours=6)


def feedback_of(
    mails: Sequence[CrmMail], answers: Sequence[Answer], *, taxonomy_version: str, routing_task: str
) -> list[Feedback]:
    """One item for each mail that was classified and has final labels.

    Whoever gets a suggestion confirms or corrects it. A mail that was routed by itself is only looked at by the one it
    reached: if that was the wrong queue it is transferred and corrected, else nobody says anything.
    """
    items = []
    for mail, answer in zip(mails, answers, strict=True):
        if not isinstance(answer.result, Prediction) or not mail.labels:
            continue
        said = {task: found.label for task, found in answer.result.labels.items()}
        review = _review(answer.result, said, mail.labels, routing_task)
        received = mail.email.received_at
        items.append(
            Feedback(
                feedback_id=f"case-{answer.result.prediction_id}",
                prediction_id=answer.result.prediction_id,
                email_id=mail.email.id,
                final_labels=mail.labels if review is not Review.UNTOUCHED else said,
                taxonomy_version=taxonomy_version,
                review=review,
                case_closed_at=None if received is None else received + _HANDLING,
                first_touch_at=None,
                transfers=int(
                    answer.result.decision is Decision.AUTO_ROUTE
                    and said.get(routing_task) != mail.labels.get(routing_task)
                ),
                agent_ref=None,
            )
        )
    return items


def _review(result: Prediction, said: Mapping[str, str], final: Mapping[str, str], routing_task: str) -> Review:
    if result.audit:
        return Review.BLIND_AUDIT
    if result.decision is Decision.AUTO_ROUTE and said.get(routing_task) == final.get(routing_task):
        return Review.UNTOUCHED
    wrong = any(label != said.get(task) for task, label in final.items())
    return Review.CORRECTED if wrong else Review.CONFIRMED


def review_line(items: Sequence[Feedback]) -> str:
    """How many cases were confirmed, corrected and so on."""
    counts = Counter(item.review.value for item in items)
    return ", ".join(f"{count:,} {review}" for review, count in counts.most_common())
