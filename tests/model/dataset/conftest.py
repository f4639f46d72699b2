import json
import random
import string
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from model.dataset.freezing import Freezing
from model.dataset.frozen_set import FrozenSet
from model.dataset.kept_set import KeptSet, load_kept_set
from model.dataset.preparation import Preparation, prepare
from model.dataset.prepared import PreparedDataset

JANUARY = FrozenSet(taxonomy_version="1", month="2026-01")
TOPICS = ("dividend", "order", "tax_form")


def mail(number: int, **more: Any) -> dict[str, Any]:
    """A row like no other, with three labels that stand together."""
    topic = TOPICS[number % 3]
    line, queue = ("tax", "tax_office") if topic == "tax_form" else ("brokerage", "trading")
    rng = random.Random(number)
    words = ["".join(rng.choices(string.ascii_lowercase, k=6)) for _ in range(30)]
    return {
        "id": f"m{number}",
        "language": "de",
        "subject": f"Anfrage {number}",
        "body": f"{topic} {' '.join(words)}",
        "line_of_business": line,
        "queue": queue,
        "topic": topic,
        **more,
    }


@pytest.fixture
def mails() -> Callable[..., list[dict[str, Any]]]:
    return lambda count, **more: [mail(number, **more) for number in range(count)]


@pytest.fixture
def taxonomy() -> Taxonomy:
    def label(task: str, id_: str, *parents: str, **more: Any) -> Label:
        return Label(task=task, id=id_, parents=parents, **more)

    return Taxonomy(
        version="1",
        tasks=("line_of_business", "queue", "topic"),
        labels=(
            label("line_of_business", "brokerage"),
            label("line_of_business", "tax"),
            label("queue", "trading", "brokerage"),
            label("queue", "tax_office", "tax"),
            label("topic", "dividend", "trading"),
            label("topic", "order", "trading"),
            label("topic", "tax_form", "tax_office"),
            label("topic", "old_order", "trading", status=LabelStatus.DEPRECATED, replaced_by=("order",)),
            label("topic", "paper", status=LabelStatus.DEPRECATED),
            label("topic", "split_up", status=LabelStatus.DEPRECATED, replaced_by=("order", "dividend")),
            label("topic", "planned", "trading", status=LabelStatus.DRAFT),
        ),
    )


@pytest.fixture
def json_lines(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Sequence[Mapping[str, Any]], name: str = "export.jsonl") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def prepared(tmp_path: Path, taxonomy: Taxonomy, json_lines: Callable[..., Path]) -> Callable[..., PreparedDataset]:
    """Prepares rows (or files) with the stripped body as its clean text."""

    def run(rows: Sequence[Mapping[str, Any]] | Path, **options: Any) -> PreparedDataset:
        path = rows if isinstance(rows, Path) else json_lines(rows)
        preparation = Preparation(**{"exports": (path,), "taxonomy": taxonomy, **options})
        return prepare(preparation, tmp_path / "prepared", clean=stripped, progress=False)

    return run


@pytest.fixture
def months(prepared: Callable[..., PreparedDataset], json_lines: Callable[..., Path]) -> Callable[..., PreparedDataset]:
    """Prepares the rows of January, February ... with a frozen set; None stands for a month without an export."""

    def run(
        *rows: Sequence[Mapping[str, Any]] | None, frozen_set: FrozenSet = JANUARY, former: KeptSet | None = None
    ) -> PreparedDataset:
        exports = tuple(
            json_lines(part, f"2026-{number:02}/export.jsonl")
            for number, part in enumerate(rows, start=1)
            if part is not None
        )
        return prepared([], exports=exports, freezing=Freezing(frozen_set=frozen_set, former=former))

    return run


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], KeptSet]:
    """What the last run kept for the ones after it."""
    return lambda: load_kept_set(tmp_path / "prepared")


def stripped(body: str | bytes, kind: str) -> str:
    return (body.decode() if isinstance(body, bytes) else body).strip()
