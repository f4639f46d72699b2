"""Counting the cases of a month. Nothing here names a mail, a case or a person."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailroom.feedback import Review
from mailroom.ledger import RecordedPrediction
from mailroom.prediction import Decision
from mailroom.wire.request import Mode
from mailroom_feedback_helpers.case import Case
from mailroom_feedback_helpers.share import Share


@dataclass(frozen=True, kw_only=True)
class DecisionCount:
    """Cases with one decision, and how many of them were handed on at least once."""

    cases: int
    transferred: int


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Mails that were decided to be routed by themselves to one queue.

    ``reviewed``: of those that a person looked at, how many belonged there. The others, ``routed`` less
    ``reviewed.cases``, prove nothing; ``transferred`` counts those among all that were handed on.
    """

    routed: int
    transferred: int
    reviewed: Share


@dataclass(frozen=True, kw_only=True)
class ModelCount:
    """The cases of one model version, and its accuracy per task over those that a person looked at."""

    cases: int
    tasks: Mapping[str, Share]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The feedback of ``month``.

    ``cases`` are those with feedback, ``unknown`` of them are about no prediction that the ledger has and count in
    nothing else but ``reviews``. ``reviewed`` is the accuracy per task over all that a person looked at,
    ``blind_audit`` over those alone whose person had not seen the prediction. ``routing`` is by mode and queue: in
    shadow mode nothing was routed, and it says what would have been.
    """

    month: str
    routing_task: str
    cases: int
    unknown: int
    reviews: Mapping[Review, int]
    reviewed: Mapping[str, Share]
    blind_audit: Mapping[str, Share]
    decisions: Mapping[Decision, DecisionCount]
    routing: Mapping[Mode, Mapping[str, Routing]]
    models: Mapping[str, ModelCount]


def tally(cases: Sequence[Case], *, month: str, tasks: Sequence[str], routing_task: str) -> Tally:
    """Count ``cases``, whose labels are those of ``tasks``."""
    known = [case for case in cases if case.prediction is not None]
    reviews = Counter(case.feedback.feedback.review for case in cases)
    seen = [case for case in known if case.is_evidence]
    blind = [case for case in seen if case.feedback.feedback.review is Review.BLIND_AUDIT]
    decided = _grouped(known, lambda prediction: prediction.prediction.decision)
    models = _grouped(known, lambda prediction: prediction.prediction.model_version)
    return Tally(
        month=month,
        routing_task=routing_task,
        cases=len(cases),
        unknown=len(cases) - len(known),
        reviews={review: reviews[review] for review in Review},
        reviewed=_accuracy(seen, tasks),
        blind_audit=_accuracy(blind, tasks),
        decisions={
            decision: DecisionCount(cases=len(some), transferred=_transferred(some))
            for decision in Decision
            for some in [decided.get(decision, [])]
        },
        routing={
            mode: _routing(some, routing_task)
            for mode, some in _grouped(decided.get(Decision.AUTO_ROUTE, []), lambda one: one.mode).items()
        },
        models={
            version: ModelCount(cases=len(some), tasks=_accuracy([one for one in some if one.is_evidence], tasks))
            for version, some in models.items()
        },
    )


def _routing(cases: Iterable[Case], task: str) -> Mapping[str, Routing]:
    # A model that was not trained on the task routes nothing by it.
    routed = [case for case in cases if case.prediction is not None and task in case.prediction.prediction.labels]
    return {
        queue: Routing(
            routed=len(some),
            transferred=_transferred(some),
            reviewed=Share.of(case.is_right(task) for case in some if case.is_evidence),
        )
        for queue, some in _grouped(routed, lambda one: one.prediction.labels[task].label).items()
    }


def _accuracy(cases: Sequence[Case], tasks: Sequence[str]) -> Mapping[str, Share]:
    return {task: Share.of(case.is_right(task) for case in cases) for task in tasks}


def _transferred(cases: Iterable[Case]) -> int:
    return sum(case.feedback.feedback.transfers > 0 for case in cases)


def _grouped(cases: Iterable[Case], key: Callable[[RecordedPrediction], str]) -> dict[str, list[Case]]:
    """By what ``key`` says of the prediction, sorted; StrEnum members are texts too."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.prediction is not None:
            groups[key(case.prediction)].append(case)
    return dict(sorted(groups.items()))
