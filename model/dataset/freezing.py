"""A frozen test set in a dataset under way: which rows are of it, which are reserved, and which stand too near."""

from collections.abc import Sequence
from dataclasses import replace

from mailroom.taxonomy import Taxonomy
from model.dataset.errors import DatasetError
from model.dataset.example import Example
from model.dataset.facts import Facts, Source
from model.dataset.frozen_set import FrozenSet, is_for_testing
from model.dataset.split import RECENT, TEST, SplitResult

_NEAR = "row_near_frozen_or_reserved"


def check_months(files: Sequence[Source], frozen_set: FrozenSet) -> None:
    """Raise DatasetError unless each file says by its folder which month it is, the set's newest one among them."""
    for file in files:
        if file.month is None:
            raise DatasetError(f"For a frozen test set the export {file.name} must lie in a folder such as 2026-03.")
    if frozen_set.month not in {file.month for file in files}:
        raise DatasetError(
            f"The export of {frozen_set.month}, which the frozen test set {frozen_set} ends with, is missing."
        )


def marked_for_testing(facts: Sequence[Facts]) -> list[Facts]:
    """The rows, those of whatever month that are chosen for testing marked so; what the export marks itself stays."""
    return [replace(one, split=TEST) if one.split is None and is_for_testing(one.id) else one for one in facts]


def with_frozen_set(
    result: SplitResult, facts: Sequence[Facts], files: Sequence[Source], frozen_set: FrozenSet
) -> SplitResult:
    """The split with exactly the set's own mails for testing, and those reserved for the next set apart.

    A row that only stands near one of them, or in its thread, belongs to neither and is not learned from: if such rows
    joined the set, each month would change it.
    """
    splits: list[str | None] = []
    near = 0
    for one, split in zip(facts, result.splits, strict=True):
        if split != TEST:
            splits.append(split)
        elif one.split != TEST:
            splits.append(None)
            near += 1
        else:
            month = files[one.key[0]].month
            splits.append(TEST if month is not None and frozen_set.holds(month) else RECENT)
    if not near:
        return replace(result, splits=tuple(splits))
    return SplitResult(
        splits=tuple(splits),
        dropped={**result.dropped, _NEAR: near},
        warnings=(
            *result.warnings,
            "Left out, because a mail kept for testing is a near-duplicate or of the same thread: "
            f"{near:,} {'row' if near == 1 else 'rows'}.",
        ),
    )


def labels_without_mails(examples: Sequence[Example], taxonomy: Taxonomy) -> dict[str, list[str]]:
    """Per task the active labels that no example has; a task whose labels all have one is left out."""
    met = {(task, label) for example in examples for task, label in example.labels.items()}
    found = {
        task: [label.id for label in taxonomy.active(task) if (task, label.id) not in met] for task in taxonomy.tasks
    }
    return {task: labels for task, labels in found.items() if labels}
