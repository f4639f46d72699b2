"""data_report.json: what became of the rows, in numbers and sentences; never with a mail's text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from model.dataset.errors import rows_shown
from model.dataset.example import Example
from model.dataset.facts import Reading, Source
from model.dataset.split import RECENT, SPLITS, TEST

Splits = Mapping[str, Sequence[Example]]


def reading_warnings(reading: Reading) -> list[str]:
    """What a person should know about the rows that were read, a sentence each."""
    told = []
    if reading.repaired:
        told.append(f"Bytes that are not UTF-8 were read as cp1252 in {rows_shown(reading.repaired)}.")
    if reading.duplicates:
        told.append(f"Left out for an id that an earlier row has: {rows_shown(reading.duplicates)}.")
    if reading.corrected:
        told.append(
            f"Mails whose labels a later export gives otherwise, which count: {len(reading.corrected):,} "
            f"({rows_shown(reading.corrected)})."
        )
    if reading.bad_instants:
        told.append(f"A time of receipt that is not ISO 8601 was ignored in {rows_shown(reading.bad_instants)}.")
    for (task, label, successor), rows in sorted(reading.replaced.items()):
        told.append(f"Task {task!r}: {rows:,} rows with the deprecated label {label!r} count as {successor!r}.")
    for (task, label), rows in sorted(reading.undecided.items()):
        told.append(
            f"Task {task!r}: {rows:,} rows lost the deprecated label {label!r}, which no single label stands in for; "
            "which one they belong to is to be decided."
        )
    if reading.label_problems:
        told.append(f"{len(reading.label_problems):,} labels that do not fit the taxonomy were treated as missing.")
    if reading.without_labels:
        told.append(f"Rows without any label were left out: {reading.without_labels:,}.")
    return told


def data_report(
    *,
    files: Sequence[Source],
    reading: Reading,
    splits: Splits,
    tasks: Sequence[str],
    tasks_left_out: Sequence[str],
    dropped: Mapping[str, int],
    warnings: Sequence[str],
    settings: Mapping[str, Any],
    fingerprint: str,
    frozen: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report's JSON; ``frozen``: what is to be said of a frozen test set, None where there is none."""
    everything = [example for split in splits.values() for example in split]
    return {
        "fingerprint": fingerprint,
        **settings,
        "inputs": [
            {"file": file.name, "rows": rows, "is_test_file": file.is_test_file}
            for file, rows in zip(files, reading.rows_per_source, strict=True)
        ],
        "rows": {"read": reading.rows_read, "kept": len(everything), "dropped": dict(sorted(dropped.items()))},
        "tasks": list(tasks),
        "tasks_left_out": list(tasks_left_out),
        "labels_treated_as_missing": len(reading.label_problems),
        "labels_corrected": len(reading.corrected),
        "labels_replaced": [
            {"task": task, "label": label, "replaced_by": successor, "rows": rows}
            for (task, label, successor), rows in sorted(reading.replaced.items())
        ],
        "labels_to_be_decided": [
            {"task": task, "label": label, "rows": rows} for (task, label), rows in sorted(reading.undecided.items())
        ],
        "languages": _counts(example.language or "unknown" for example in everything),
        "near_duplicates": _near_duplicates(splits),
        "splits": {split: _split_counts(splits[split], tasks) for split in SPLITS},
        **({} if frozen is None else {"recent": _split_counts(splits.get(RECENT, ()), tasks), **frozen}),
        "warnings": list(warnings),
    }


def _split_counts(examples: Sequence[Example], tasks: Sequence[str]) -> dict[str, Any]:
    return {
        "rows": len(examples),
        "groups": len({example.group for example in examples}),
        "languages": _counts(example.language or "unknown" for example in examples),
        "labels": {
            task: _counts(example.labels[task] for example in examples if task in example.labels) for task in tasks
        },
        "without_label": {task: sum(task not in example.labels for example in examples) for task in tasks},
    }


def _near_duplicates(splits: Splits) -> dict[str, int]:
    sizes = Counter(example.group for examples in splits.values() for example in examples)
    learned = {example.group for split in SPLITS if split != TEST for example in splits[split]}
    return {
        "groups": sum(size > 1 for size in sizes.values()),
        "rows": sum(size for size in sizes.values() if size > 1),
        "largest_group": max(sizes.values(), default=0),
        "test_rows_also_in_training": sum(example.group in learned for example in splits[TEST]),
    }


def _counts(values: Any) -> dict[str, int]:
    """Counts, the most frequent first, equal ones by name."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
