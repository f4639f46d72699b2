"""What an evaluation says, as plain frozen values: no arrays, no mail text, nothing that cannot be written as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A 95 % interval: ``low`` to ``high``, both 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelScores:
    """One row of a classification report; all scores 0 to 1, ``support`` is the number of mails of that label.

    A label that was never predicted has precision 0, one that never occurs has recall 0, and f1 is 0 in both cases.
    """

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfusionMatrix:
    """``counts[i][j]``: mails of true label ``labels[i]`` that were given label ``labels[j]``."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CalibrationBin:
    """``n`` mails whose confidence lies from ``lower`` to ``upper``, both inclusive: said and true accuracy."""

    lower: float
    upper: float
    n: int
    mean_confidence: float
    accuracy: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CoveragePoint:
    """Acting only on confidences of ``threshold`` and more keeps the share ``coverage``, right in ``accuracy``."""

    threshold: float
    coverage: float
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class TaskEvaluation:
    """The scores of one task over the ``n`` mails (at least one) that have a label for it.

    Macro averages run over the labels that occur among the true or the predicted ones, each counted alike; weighted
    ones weigh each label by its number of mails. This is scikit-learn's convention.
    ``unknown_labels`` are true labels the model was never taught, ``unknown_rows`` their mails, and
    ``accuracy_on_known`` is the accuracy without these mails (None if nothing is left). ``absent_labels`` are labels
    the model knows that occur neither among the true nor among the predicted ones, so nothing was measured of them.
    ``labels`` and ``confusion`` are in the task's label order.
    """

    n: int
    accuracy: float
    accuracy_interval: Interval
    macro_f1: float
    macro_f1_interval: Interval
    weighted_f1: float
    macro_precision: float
    weighted_precision: float
    macro_recall: float
    weighted_recall: float
    mean_confidence: float
    expected_calibration_error: float
    unknown_rows: int
    accuracy_on_known: float | None
    unknown_labels: tuple[str, ...]
    absent_labels: tuple[str, ...]
    labels: tuple[LabelScores, ...]
    confusion: ConfusionMatrix
    calibration_bins: tuple[CalibrationBin, ...]
    risk_coverage: tuple[CoveragePoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExactMatch:
    """How many of the ``n`` mails that have a label for every task got all of them right."""

    n: int
    accuracy: float
    accuracy_interval: Interval


@dataclass(frozen=True, kw_only=True)
class DecisionSummary:
    """What the model would do with the mails.

    ``shares`` maps each decision to its share of all mails. ``routing_precision`` is how often the routing task's
    label is right among the ``routed_with_truth`` automatically routed mails that have a true one, and
    ``exact_match_precision`` how often all labels are right among the ``routed_with_all_truth`` ones that have all;
    None where there is no such mail.
    """

    routing_task: str
    shares: Mapping[str, float]
    routed_with_truth: int
    routing_precision: float | None
    routed_with_all_truth: int
    exact_match_precision: float | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "shares", MappingProxyType(dict(self.shares)))


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupScore:
    """The scores of one task over a part of the mails; ``n`` of them have a label for it, at least one."""

    n: int
    accuracy: float
    macro_f1: float


@dataclass(frozen=True, kw_only=True)
class LanguageEvaluation:
    """The scores over the ``rows`` mails of one language; a task none of them has a label for is left out."""

    rows: int
    tasks: Mapping[str, GroupScore]
    exact_match_accuracy: float | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tasks", MappingProxyType(dict(self.tasks)))


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How good a model is on ``rows`` mails.

    ``tasks`` holds, in the order asked for, each task for which at least one mail has a label; the others are
    ``unmeasured_tasks``. ``exact_match`` is None if no mail has a label for every task, ``decisions`` None if none
    were given, ``languages`` empty if none were given.
    """

    rows: int
    tasks: Mapping[str, TaskEvaluation]
    unmeasured_tasks: tuple[str, ...] = ()
    exact_match: ExactMatch | None = None
    decisions: DecisionSummary | None = None
    languages: Mapping[str, LanguageEvaluation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tasks", MappingProxyType(dict(self.tasks)))
        object.__setattr__(self, "languages", MappingProxyType(dict(self.languages)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Confusion:
    """``count`` mails of label ``truth`` were given ``predicted``; ``share`` is their share of the true label."""

    truth: str
    predicted: str
    count: int
    share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfidentError:
    """A wrong label the model was sure of, by the mail's id: worth reading, for it may be the truth that is wrong."""

    id: str
    truth: str
    predicted: str
    confidence: float
