"""A frozen test set in a dataset under way: which rows are of it, which are reserved, which are learned from.

Whether the set of an earlier run goes on, and with which labels, is decided here, where the exports have been read.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mailroom.taxonomy import Taxonomy
from model.dataset.errors import DatasetError
from model.dataset.example import Example
from model.dataset.facts import KEPT, Facts, Source
from model.dataset.frozen_set import FrozenSet, months_between, renewal_reason
from model.dataset.kept_set import KeptSet
from model.dataset.sides import HELD, LEARNED, LabelKey, SideRow, sides_of
from model.dataset.split import RECENT, TEST, TRAIN

CORRECTED_SHARE = 0.02
"""Once more of a set's mails than this have other labels than it was frozen with, it is made anew."""
_BETWEEN = "row_between_testing_and_training"
_LABELS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Freezing:
    """What a run wants: ``frozen_set`` and in a sentence why this one; ``former`` is what the champion's run kept,
    whose decisions stand; it goes on if it is of the same name."""

    frozen_set: FrozenSet
    reason: str = ""
    former: KeptSet | None = None

    @property
    def going_on(self) -> KeptSet | None:
        """The former set, if it is used again."""
        return self.former if self.former is not None and self.former.frozen_set == self.frozen_set else None

    def to_json(self) -> dict[str, Any]:
        """What a dataset's fingerprint takes in."""
        return {
            "frozen_set": str(self.frozen_set),
            "reason": self.reason,
            "former": None if self.former is None else self.former.fingerprint,
        }

    def renewed(self, month: str, why: str) -> "Freezing":
        """With a new set of ``month`` in place of the former one."""
        return replace(self, frozen_set=self.frozen_set.renewed(month), reason=renewal_reason(self.frozen_set, why))


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """``splits``: per row test, recent, train (to be divided further) or None; ``dropped`` and ``warnings`` say which
    rows were left out."""

    freezing: Freezing
    splits: tuple[str | None, ...]
    dropped: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def check_months(files: Sequence[Source], freezing: Freezing) -> tuple[str, ...]:
    """The months of the files, oldest first.

    Raises:
        DatasetError: a file does not say by its folder which month it is, or the export of a month is missing that the
            set has mails of. One older than all others has expired, which the set outlives.
    """
    for file in files:
        if file.month is None:
            raise DatasetError(f"For a frozen test set the export {file.name} must lie in a folder such as 2026-03.")
    months = sorted({file.month for file in files if file.month is not None})
    if freezing.going_on is None:
        if freezing.frozen_set.month not in months:
            raise DatasetError(
                f"The export of {freezing.frozen_set.month}, which the frozen test set {freezing.frozen_set} ends "
                "with, is missing."
            )
        return tuple(months)
    held = set(freezing.going_on.months.values())
    missing = [month for month in months_between(months) if month in held]
    if missing:
        raise DatasetError(
            f"The export of {', '.join(missing)} is missing, of which the frozen test set {freezing.frozen_set} holds "
            "mails; upload it again, or an empty one if those mails are to be forgotten."
        )
    return tuple(months)


def checked_freezing(
    freezing: Freezing, labels: Mapping[str, Mapping[str, str]], months: Sequence[str], tasks: Sequence[str]
) -> tuple[Freezing, int]:
    """The set to use, and how many of its mails have other labels now; ``labels`` are those of the exports' mails.

    The set's labels stay as they were frozen, or its scores would not be those of the month before. It is made anew if
    the exports hold a mail of it no longer, which must be forgotten then, or if too many labels were corrected.
    """
    kept = freezing.going_on
    if kept is None:
        return freezing, 0
    month = months[-1]
    if tuple(tasks) != kept.tasks:
        return freezing.renewed(month, f"the tasks are {', '.join(tasks)} now"), 0
    gone = sum(mail.id not in labels and kept.months[mail.id] in months for mail in kept.mails)
    if gone:
        return freezing.renewed(month, f"the exports hold {gone:,} of its {len(kept.mails):,} mails no longer"), 0
    corrected = sum(mail.id in labels and labels[mail.id] != mail.labels for mail in kept.mails)
    if corrected > CORRECTED_SHARE * len(kept.mails):
        why = f"{corrected:,} of its {len(kept.mails):,} mails have other labels now"
        return freezing.renewed(month, why), 0
    return freezing, corrected


def freeze(
    facts: Sequence[Facts],
    groups: Sequence[int],
    months: Sequence[str],
    freezing: Freezing,
    *,
    newest: str,
    taxonomy: Taxonomy,
) -> Frozen:
    """Divide the rows into those of the set, those reserved for the next one, and those to learn from.

    ``months``: of which month's export each row is; ``newest``: the month of the newest export. A set whose mails are
    all that a label has is made anew.
    """
    taught = [(task, label.id) for task in taxonomy.tasks for label in taxonomy.active(task)]
    sides = _sides(facts, groups, freezing, taught)
    if freezing.going_on is not None:
        starved = sorted(_labels(facts, sides, HELD, within=freezing.going_on.by_id) - _labels(facts, sides, LEARNED))
        starved = [label for label in starved if label in taught]
        if starved:
            shown = ", ".join(name for _, name in starved[:_LABELS_SHOWN])
            freezing = freezing.renewed(newest, f"no mail is left to learn {shown} from")
            sides = _sides(facts, groups, freezing, taught)
    between = sides.count(None)
    splits = [_split(one, side, month, freezing) for one, side, month in zip(facts, sides, months, strict=True)]
    if not between:
        return Frozen(freezing=freezing, splits=tuple(splits))
    text = (
        "Left out, because mails for testing and mails for training are near-duplicates or of the same thread: "
        f"{between:,} {'row' if between == 1 else 'rows'}."
    )
    return Frozen(freezing=freezing, splits=tuple(splits), dropped={_BETWEEN: between}, warnings=(text,))


def labels_without_mails(examples: Sequence[Example], taxonomy: Taxonomy) -> dict[str, list[str]]:
    """Per task the active labels that no example has; a task whose labels all have one is left out."""
    met = {(task, label) for example in examples for task, label in example.labels.items()}
    found = {
        task: [label.id for label in taxonomy.active(task) if (task, label.id) not in met] for task in taxonomy.tasks
    }
    return {task: labels for task, labels in found.items() if labels}


def _sides(
    facts: Sequence[Facts], groups: Sequence[int], freezing: Freezing, taught: Sequence[LabelKey]
) -> list[str | None]:
    former, frozen = freezing.former, freezing.going_on.by_id if freezing.going_on else {}
    decided: dict[str, str] = {}
    if former is not None:
        decided |= dict.fromkeys(former.learned, LEARNED)
        decided |= dict.fromkeys((*former.reserved, *former.by_id), HELD)
    rows = [
        SideRow(
            key=one.thread_id or one.id,
            group=group,
            labels=one.labels,
            decided=decided.get(one.id),
            marked=None if one.split is None else HELD if one.split == TEST else LEARNED,
            is_frozen=one.id in frozen,
        )
        for one, group in zip(facts, groups, strict=True)
    ]
    return sides_of(rows, taught=taught)


def _split(one: Facts, side: str | None, month: str, freezing: Freezing) -> str | None:
    if side is None or side == LEARNED:
        return side and TRAIN
    kept = freezing.going_on
    if kept is None and one.key[0] == KEPT:
        return None  # its export has expired, and so has the set that it outlived it for
    is_of_set = freezing.frozen_set.holds(month) if kept is None else one.id in kept.by_id
    return TEST if is_of_set else RECENT


def _labels(
    facts: Sequence[Facts], sides: Sequence[str | None], side: str, *, within: Collection[str] | None = None
) -> set[LabelKey]:
    return {
        label for one in _on(facts, sides, side) if within is None or one.id in within for label in one.labels.items()
    }


def _on(facts: Sequence[Facts], sides: Sequence[str | None], side: str) -> Iterator[Facts]:
    yield from (one for one, found in zip(facts, sides, strict=True) if found == side)
