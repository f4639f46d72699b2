"""Dividing mails into training, validation and test so that no group of near-duplicates stands on two sides."""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from model.dataset.errors import DatasetError

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLITS = (TRAIN, VALIDATION, TEST)
RECENT = "recent"
"""Beside a frozen test set: the mails for testing that came after it."""
VALIDATION_SHARE = 0.1
TEST_SHARE = 0.2
# The rows that --test does not hold: a seventh of the training rows, as 0.1 is of 0.7.
VALIDATION_SHARE_BESIDE_TEST_FILE = 0.12

LabelKey = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class SplitRow:
    """What the split looks at: the row's group, its labels by task, and the split that the export gives it, if any."""

    group: int
    labels: Mapping[str, str] = field(default_factory=dict)
    fixed: str | None = None


@dataclass(frozen=True, kw_only=True)
class SplitResult:
    """Per row its split, or None if it was dropped; how many rows were dropped, by reason; sentences to warn with."""

    splits: tuple[str | None, ...]
    dropped: Mapping[str, int]
    warnings: tuple[str, ...] = ()


def check_shares(*, validation: float, test: float) -> None:
    """Raise DatasetError unless the shares leave something to train on."""
    if not (0 <= validation < 1 and 0 <= test < 1 and validation + test < 1):
        raise DatasetError(
            f"The shares of validation ({validation:g}) and test ({test:g}) must be from 0 to 1 and "
            "leave something to train on."
        )


def split_rows(rows: Sequence[SplitRow], *, validation: float, test: float, seed: int) -> SplitResult:
    """Assign every row.

    Groups without a fixed row are assigned whole, stratified over labels. Fixed rows keep their split, but where a
    group straddles: if one of its rows is for testing, its training and validation rows are dropped; else, if one is
    for training, its validation rows are. If the export fixes training rows but none for validation, validation is cut
    from the training rows.
    """
    check_shares(validation=validation, test=test)
    members: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        members[row.group].append(number)
    fixed = {group: {rows[number].fixed for number in numbers} - {None} for group, numbers in members.items()}
    counts = Counter(row.fixed for row in rows)
    warnings: list[str] = []
    free = [group for group, splits in fixed.items() if not splits]
    chosen = _assigned(rows, members, free, {TRAIN: 1 - validation - test, VALIDATION: validation, TEST: test}, seed)
    if counts[TRAIN] and not counts[VALIDATION] and not any(split == VALIDATION for split in chosen.values()):
        only_train = [group for group, splits in fixed.items() if splits == {TRAIN}]
        share = validation / (1 - test)
        chosen |= _assigned(rows, members, only_train, {TRAIN: 1 - share, VALIDATION: share}, seed)
        if share:
            warnings.append(f"No row is marked for validation, so {share:.0%} of the training rows were taken for it.")
    for group, splits in fixed.items():
        if group not in chosen:
            chosen[group] = next(split for split in (TEST, TRAIN, VALIDATION) if split in splits)
    return _settled(rows, chosen, fixed, warnings)


def _settled(
    rows: Sequence[SplitRow],
    chosen: Mapping[int, str],
    fixed: Mapping[int, set[str | None]],
    warnings: list[str],
) -> SplitResult:
    splits: list[str | None] = []
    dropped: Counter[str] = Counter()
    for row in rows:
        split = chosen[row.group]
        if row.fixed in (None, split) or len(fixed[row.group]) == 1:
            splits.append(split)
        else:
            splits.append(None)
            dropped[f"{row.fixed}_row_near_{split}"] += 1
    for reason, count in sorted(dropped.items()):
        own, _, other = reason.partition("_row_near_")
        warnings.append(
            f"Left out of {own}, because {other} has a near-duplicate or a mail of the same thread: {count:,} rows."
        )
    return SplitResult(splits=tuple(splits), dropped=dict(dropped), warnings=tuple(warnings))


def _assigned(
    rows: Sequence[SplitRow],
    members: Mapping[int, list[int]],
    groups: Sequence[int],
    shares: Mapping[str, float],
    seed: int,
) -> dict[int, str]:
    labels = [Counter(item for number in members[group] for item in rows[number].labels.items()) for group in groups]
    sizes = [len(members[group]) for group in groups]
    return dict(zip(groups, stratified(labels, sizes, shares=shares, seed=seed), strict=True))


def stratified(
    labels: Sequence[Mapping[LabelKey, int]],
    sizes: Sequence[int],
    *,
    shares: Mapping[str, float],
    seed: int,
) -> list[str]:
    """A split for each group: iterative stratification (Sechidis et al. 2011), over groups in place of single rows.

    The label that the fewest unassigned groups have comes first; of its groups, those of more than a tenth of its rows,
    because the others can make up for them. A group goes to the split that lacks most of the label, but the first one
    to training: every label is trained on, even one of a single group. ``labels`` counts each group's rows by (task,
    label), ``sizes`` its rows; ``shares`` sum to 1.
    """
    state = _Stratification(labels, sizes, shares)
    order = list(range(len(labels)))
    random.Random(seed).shuffle(order)  # noqa: S311 - a draw, no secret
    holders: dict[LabelKey, list[int]] = defaultdict(list)
    for group in order:
        for label in labels[group]:
            holders[label].append(group)
    for groups in holders.values():
        _largest_first(groups, sizes)
    waiting = {label: len(groups) for label, groups in holders.items()}
    while waiting:
        label = min(waiting, key=lambda one: (waiting[one], one))
        for group in holders[label]:
            if state.splits[group] is None:
                state.assign(group, state.best(label))
                for other in labels[group]:
                    waiting[other] -= 1
        waiting = {one: count for one, count in waiting.items() if count}
    for group in order:
        if state.splits[group] is None:
            state.assign(group, state.best(None))
    _train_on_every_label(state, holders)
    return [split for split in state.splits if split is not None]


def _largest_first(groups: list[int], sizes: Sequence[int]) -> None:
    """Put groups of more than a tenth of the rows first; the others keep their random order."""
    total = sum(sizes[group] for group in groups)
    groups.sort(key=lambda group: -sizes[group] if sizes[group] * 10 > total else 0)


class _Stratification:
    """What each split still lacks, of each label and of rows."""

    def __init__(
        self,
        labels: Sequence[Mapping[LabelKey, int]],
        sizes: Sequence[int],
        shares: Mapping[str, float],
    ) -> None:
        self._labels, self._sizes = labels, sizes
        self._shares = {split: share for split, share in shares.items() if share > 0}
        total: Counter[LabelKey] = Counter()
        for counts in labels:
            total.update(counts)
        self._lacking = {
            label: {split: share * count for split, share in self._shares.items()} for label, count in total.items()
        }
        self._lacking_rows = {split: share * sum(sizes) for split, share in self._shares.items()}
        self.splits: list[str | None] = [None] * len(labels)
        self.trained: set[LabelKey] = set()

    def best(self, label: LabelKey | None) -> str:
        if label is not None and label not in self.trained:
            return TRAIN
        lacking = self._lacking[label] if label is not None else dict.fromkeys(self._shares, 0.0)
        # Rounded, so that equal lacks stay equal; then the split that is the furthest behind in proportion.
        return max(
            self._shares,
            key=lambda split: (round(lacking[split], 6), round(self._lacking_rows[split] / self._shares[split], 6)),
        )

    def assign(self, group: int, split: str) -> None:
        former = self.splits[group]
        for label, count in self._labels[group].items():
            self._lacking[label][split] -= count
            if former is not None:
                self._lacking[label][former] += count
        self._lacking_rows[split] -= self._sizes[group]
        if former is not None:
            self._lacking_rows[former] += self._sizes[group]
        self.splits[group] = split
        if split == TRAIN:
            self.trained.update(self._labels[group])


def _train_on_every_label(state: _Stratification, holders: Mapping[LabelKey, Sequence[int]]) -> None:
    """Move a group to training for each label that only the other splits have; that takes no label from training."""
    for label in sorted(set(holders) - state.trained):
        if label not in state.trained:
            state.assign(holders[label][-1], TRAIN)
