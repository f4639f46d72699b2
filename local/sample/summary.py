"""A few figures a month, read from the files."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from local.sample.write import SampleFolder

_COLUMNS = (
    "month",
    "mails",
    "German",
    "text",
    "html",
    "mime",
    "wrong labels",
    "two requests",
    "replies in thread",
    "topics",
    "rarest topic",
    "train/validation/test",
)


def summary_table(sample: SampleFolder) -> str:
    """The sample as a table, a row a month."""
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for month in sample.months:
        rows.append((month.name, *_figures(_read(month.export), _read(month.truth))))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _figures(export: list[dict[str, Any]], truth: list[dict[str, Any]]) -> tuple[str, ...]:
    formats = Counter(row["body_format"] for row in export)
    splits = Counter(row["split"] for row in export)
    topics = Counter(row["topic"] for row in truth)
    threads = Counter(row["thread_id"] for row in export if row["thread_id"])
    total = len(export)
    return (
        str(total),
        f"{sum(row['language'] == 'de' for row in export) / total:.0%}",
        *(f"{formats[name] / total:.0%}" for name in ("text", "html", "mime")),
        f"{sum(row['wrong_label'] for row in truth) / total:.1%}",
        f"{sum(row['second_topic'] is not None for row in truth) / total:.1%}",
        f"{(threads.total() - len(threads)) / total:.1%}",
        str(len(topics)),
        str(min(topics.values())),
        "/".join(str(splits[name]) for name in ("train", "validation", "test")),
    )


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
