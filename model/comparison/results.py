"""What a comparison says, as plain frozen values: ids, labels and numbers, no text of any mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Contestant:
    """A model and the mails it was measured on.

    ``model_package``: its ARN in the registry, None for one that is not registered yet. ``frozen_set`` names the test
    set (``2026.1/2026-01``), None for a test split of another kind; ``mails_sha256`` is equal for equal mails with
    equal true labels. ``registered_set`` and ``registered_sha256`` are what the registry says of the set that it was
    measured on when it was new. ``note``: what a person should know of how it was measured.
    """

    model_version: str
    taxonomy_version: str
    model_package: str | None
    frozen_set: str | None
    mails: int
    mails_sha256: str
    registered_set: str | None = None
    registered_sha256: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """Both 0 to 1."""

    accuracy: float
    macro_f1: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """The challenger's score minus the champion's, with its 95 % interval: -1 to 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelScore:
    """Scores of one label, 0 to 1; one that divides by zero is 0."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelComparison:
    """``support``: mails of that label. ``champion`` is None for a label that is newer than it."""

    label: str
    support: int
    challenger: LabelScore
    champion: LabelScore | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLabels:
    """The labels that the champion's taxonomy did not have: ``n`` mails, of which the challenger was right in
    ``accuracy`` (None without a mail)."""

    labels: tuple[str, ...]
    n: int
    accuracy: float | None


@dataclass(frozen=True, kw_only=True)
class TaskComparison:
    """One task over the ``n`` mails (at least one) whose label the champion could know.

    Macro-F1 is averaged over the labels that these mails have, the same ones for both. ``both_right`` to
    ``neither_right`` count the mails; ``p_value`` is McNemar's: how likely so uneven a split of the mails that only one
    got right would be if the two were equally good. ``labels`` are in the taxonomy's order, the new ones among them.
    """

    n: int
    challenger: Scores
    champion: Scores
    accuracy_difference: Difference
    macro_f1_difference: Difference
    both_right: int
    only_challenger_right: int
    only_champion_right: int
    neither_right: int
    p_value: float
    labels: tuple[LabelComparison, ...]
    new_labels: NewLabels


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How many of a task's ``mails`` with a true label were ``compared``; ``declared``: those that were not, and whose
    label the taxonomy says is newer than the champion."""

    mails: int
    compared: int
    declared: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Routing:
    """``shares``: of each decision among all mails, 0 to 1; ``precision``: how often the routing task's label is right
    among the ``routed`` mails that were routed automatically and have a true one, None without such a mail."""

    shares: Mapping[str, float]
    routed: int
    precision: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PairOfScores:
    """Accuracies of one task over ``n`` mails, 0 to 1."""

    n: int
    challenger: float
    champion: float


@dataclass(frozen=True, kw_only=True)
class LanguageComparison:
    """The mails of one language (ISO 639); a task none of them counts for is left out."""

    mails: int
    tasks: Mapping[str, PairOfScores]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tasks", MappingProxyType(dict(self.tasks)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """A mail that the two gave different labels; ``right`` is ``champion``, ``challenger`` or ``neither``."""

    id: str
    task: str
    truth: str
    challenger: str
    champion: str
    right: str


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Both models on the same ``mails``. ``disagreements`` counts the labels they disagree on, ``shown`` are the first
    of these: those that only the champion got right before all others. ``coverage`` is of all tasks that both have;
    ``uncomparable_tasks`` are those of them with no mail to compare."""

    mails: int
    tasks: Mapping[str, TaskComparison]
    routing_challenger: Routing
    routing_champion: Routing
    languages: Mapping[str, LanguageComparison]
    disagreements: int
    shown: tuple[Disagreement, ...]
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    uncomparable_tasks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "coverage", MappingProxyType(dict(self.coverage)))
        object.__setattr__(self, "tasks", MappingProxyType(dict(self.tasks)))
        object.__setattr__(self, "languages", MappingProxyType(dict(self.languages)))


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """``champion``, ``test`` and ``recent`` are None where there is no champion, ``recent`` also where no mail came
    since the test set was frozen. ``lost_tasks``: those that only the champion has, with its macro-F1. ``unmeasured``:
    why there is a champion and no ``test``, as the end of a sentence."""

    challenger: Contestant
    champion: Contestant | None = None
    test: Compared | None = None
    recent: Compared | None = None
    lost_tasks: Mapping[str, float] = field(default_factory=dict)
    unmeasured: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "lost_tasks", MappingProxyType(dict(self.lost_tasks)))
