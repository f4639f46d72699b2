"""Which groups of mails are learned from, and which are held back for testing.

A group is what near_duplicates.py makes: near-duplicates and threads. It is decided on as a whole, since a mail near
one that is tested must not be learned from. What an earlier run decided stands: a group that grows keeps its side.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from model.dataset.frozen_set import is_for_testing

LEARNED, HELD = "learned", "held"

LabelKey = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class SideRow:
    """``key``: the mail's thread, or else its id. ``decided``: its side in an earlier run; ``marked``: the one that the
    export gives it. ``is_frozen``: it is of the set that goes on, so its group is not given back."""

    key: str
    group: int
    labels: Mapping[str, str] = field(default_factory=dict)
    decided: str | None = None
    marked: str | None = None
    is_frozen: bool = False


def sides_of(rows: Sequence[SideRow], *, taught: Sequence[LabelKey]) -> list[str | None]:
    """The side of each row, oldest first; None for one that stands between.

    A group takes the side of its mails that were decided on before, or else its marks', or else the one that its oldest
    mail's key is drawn for. A group in which both sides meet leaves its new mails out, as does a mark against the
    group's side. At least half of the mails of each label in ``taught`` are learned from, as far as groups that are in
    no set and not marked allow it: the largest of them, which say the least as tests, are given back for that.
    """
    groups: dict[int, list[SideRow]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    sides = {group: _side(members) for group, members in groups.items()}
    _give_back(groups, sides, taught)
    return [_side_of_row(row, sides[row.group]) for row in rows]


def _side(members: Sequence[SideRow]) -> str | None:
    decided = {row.decided for row in members} - {None}
    if len(decided) > 1:
        return None
    marked = {row.marked for row in members} - {None}
    if decided:
        return next(iter(decided))
    if marked:
        return HELD if HELD in marked else LEARNED
    return HELD if is_for_testing(members[0].key) else LEARNED


def _side_of_row(row: SideRow, side: str | None) -> str | None:
    if side is None:
        return row.decided
    if row.marked not in (None, side) and row.decided is None:
        return None
    return side


def _give_back(
    groups: Mapping[int, Sequence[SideRow]], sides: dict[int, str | None], taught: Sequence[LabelKey]
) -> None:
    """Let the largest held groups of a label be learned from until at least half of its mails are."""
    counts = {group: Counter(_labels(members)) for group, members in groups.items()}
    holders: dict[LabelKey, list[int]] = defaultdict(list)
    for group, found in counts.items():
        for label in found:
            holders[label].append(group)
    for label in sorted(taught, key=lambda one: (len(holders[one]), one)):
        total = sum(counts[group][label] for group in holders[label])
        learned = sum(_learned(label, groups[group], sides[group]) for group in holders[label])
        free = [group for group in holders[label] if sides[group] == HELD and _is_free(groups[group])]
        for group in sorted(free, key=lambda one: -counts[one][label]):
            if learned * 2 >= total:
                break
            sides[group] = LEARNED
            learned += _learned(label, groups[group], LEARNED)


def _learned(label: LabelKey, members: Sequence[SideRow], side: str | None) -> int:
    task, name = label
    return sum(row.labels.get(task) == name and _side_of_row(row, side) == LEARNED for row in members)


def _is_free(members: Sequence[SideRow]) -> bool:
    return not any(row.is_frozen or row.marked == HELD for row in members)


def _labels(members: Sequence[SideRow]) -> Iterator[LabelKey]:
    for row in members:
        yield from row.labels.items()
