"""From confidence to decision: which mails may be routed without a person.

A policy holds one threshold per label of the routing task. The fitted one travels with the model; a live one beside it
may only tighten it or pause a label.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mailroom.prediction import Decision, Reason, TaskPrediction

# A confidence no label reaches: the label is never routed automatically.
NEVER = 1.01


@dataclass(frozen=True, kw_only=True)
class Policy:
    """When a mail is routed automatically (``thresholds``) and when its labels are at least worth showing.

    ``thresholds`` maps labels of ``routing_task`` to the least calibrated confidence for automatic routing;
    ``default_threshold`` is for labels not named. Below ``review_floor`` a person decides without a suggestion.
    ``target_precision`` is what the thresholds were fitted to keep.
    """

    version: str
    routing_task: str
    target_precision: float
    default_threshold: float
    thresholds: Mapping[str, float] = field(default_factory=dict)
    review_floor: float = 0.3
    paused: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "thresholds", MappingProxyType(dict(self.thresholds)))

    def threshold(self, label: str) -> float:
        """The least confidence at which ``label`` is routed automatically."""
        return self.thresholds.get(label, self.default_threshold)

    def tightened(self, live: "Policy") -> "Policy":
        """This policy under a live one: thresholds only rise, pauses only grow; the live version is the result's."""
        labels = {*self.thresholds, *live.thresholds}
        return replace(
            self,
            version=live.version,
            thresholds={label: max(self.threshold(label), live.threshold(label)) for label in labels},
            default_threshold=max(self.default_threshold, live.default_threshold),
            review_floor=max(self.review_floor, live.review_floor),
            paused=self.paused | live.paused,
        )


def decide(
    labels: Mapping[str, TaskPrediction], policy: Policy, found: tuple[Reason, ...] = ()
) -> tuple[Decision, tuple[Reason, ...]]:
    """The decision for one mail, and the reasons against routing it automatically.

    ``found`` are reasons seen in the mail itself (too short, another language ...): each of them keeps the mail from
    being routed automatically. ``too_short`` and ``novel_content`` leave nothing worth suggesting.
    """
    routed = labels[policy.routing_task]
    reasons = list(found)
    if routed.confidence < policy.threshold(routed.label):
        reasons.append(Reason.BELOW_THRESHOLD)
    if routed.label in policy.paused:
        reasons.append(Reason.PAUSED)
    if not reasons:
        return Decision.AUTO_ROUTE, ()
    hopeless = routed.confidence < policy.review_floor or {Reason.TOO_SHORT, Reason.NOVEL_CONTENT} & set(reasons)
    return (Decision.HUMAN_REVIEW if hopeless else Decision.SUGGEST), tuple(reasons)
