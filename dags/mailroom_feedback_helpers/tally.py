"""Counting the cases of a month. Nothing here names a mail, a case or a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mailroom.feedback import Review
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


def tally(cases: Iterable[Case], *, month: str, tasks: Sequence[str], routing_task: str) -> Tally:
    """Count ``cases`` as they go by; their labels are those of ``tasks``."""
    count = _Count()
    for case in cases:
        count.add(case, tasks, routing_task)
    return Tally(
        month=month,
        routing_task=routing_task,
        cases=count.reviews.total(),
        unknown=count.unknown,
        reviews={review: count.reviews[review] for review in Review},
        reviewed=count.reviewed.shares(tasks),
        blind_audit=count.blind_audit.shares(tasks),
        decisions={
            decision: DecisionCount(cases=own.cases, transferred=own.transferred)
            for decision in Decision
            for own in [count.decisions[decision]]
        },
        routing={
            mode: {
                queue: Routing(
                    routed=own.cases, transferred=own.transferred, reviewed=own.shares([routing_task])[routing_task]
                )
                for queue, own in sorted(queues.items())
            }
            for mode, queues in sorted(count.routing.items())
        },
        models={
            version: ModelCount(cases=own.cases, tasks=own.shares(tasks))
            for version, own in sorted(count.models.items())
        },
    )


@dataclass(kw_only=True)
class _Group:
    """Cases with something in common; of those that a person looked at, how many were right per task."""

    cases: int = 0
    transferred: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case, tasks: Sequence[str]) -> None:
        self.cases += 1
        self.transferred += case.feedback.feedback.transfers > 0
        if case.is_evidence:
            for task in tasks:
                answer = case.is_right(task)
                self.seen[task] += answer is not None
                self.right[task] += answer is True

    def shares(self, tasks: Sequence[str]) -> dict[str, Share]:
        return {task: Share(cases=self.seen[task], right=self.right[task]) for task in tasks}


@dataclass(kw_only=True)
class _Count:
    """What has gone by."""

    unknown: int = 0
    reviews: Counter[Review] = field(default_factory=Counter)
    reviewed: _Group = field(default_factory=_Group)
    blind_audit: _Group = field(default_factory=_Group)
    decisions: dict[Decision, _Group] = field(default_factory=lambda: defaultdict(_Group))
    routing: dict[Mode, dict[str, _Group]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(_Group)))
    models: dict[str, _Group] = field(default_factory=lambda: defaultdict(_Group))

    def add(self, case: Case, tasks: Sequence[str], routing_task: str) -> None:
        review = case.feedback.feedback.review
        self.reviews[review] += 1
        if case.prediction is None:
            self.unknown += 1
            return
        predicted = case.prediction.prediction
        groups = [self.reviewed, self.decisions[predicted.decision], self.models[predicted.model_version]]
        if review is Review.BLIND_AUDIT:
            groups.append(self.blind_audit)
        if predicted.decision is Decision.AUTO_ROUTE:
            queues = self.routing[case.prediction.mode]
            # A model that was not trained on the task routes nothing by it.
            if routing_task in predicted.labels:
                groups.append(queues[predicted.labels[routing_task].label])
        for group in groups:
            group.add(case, tasks)
