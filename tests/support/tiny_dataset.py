"""A prepared dataset of a few made-up mails, which a tiny encoder can learn in seconds."""

import random
from collections.abc import Mapping
from pathlib import Path

from mailroom.taxonomy import Label, Taxonomy
from model.dataset.prepared import Example, write_prepared

TAXONOMY = Taxonomy(
    version="tiny-1",
    tasks=("line_of_business", "queue"),
    labels=(
        Label(id="brokerage", task="line_of_business"),
        Label(id="operations", task="line_of_business"),
        Label(id="transfers", task="queue", parents=("brokerage",), queue_target="brokerage.transfers"),
        Label(id="fees", task="queue", parents=("brokerage",), queue_target="brokerage.fees"),
        Label(id="address", task="queue", parents=("operations",), queue_target="operations.address"),
    ),
)
PARENTS = {"transfers": "brokerage", "fees": "brokerage", "address": "operations"}
WORDS = {
    "transfers": "bitte übertragen sie mein depot von der bank",
    "fees": "die gebühr auf der rechnung ist falsch",
    "address": "ich bin umgezogen meine neue adresse lautet",
}


def example(number: int, queue: str, *, labels: Mapping[str, str] | None = None) -> Example:
    """A mail of a queue: its words in another order each time."""
    words = WORDS[queue].split()
    random.Random(number).shuffle(words)
    return Example(
        id=f"mail-{number}",
        subject=queue[:3],
        text=" ".join(words),
        language="de",
        group=number,
        labels={"line_of_business": PARENTS[queue], "queue": queue} if labels is None else labels,
    )


def examples(count: int, *, first: int = 0) -> list[Example]:
    """Mails of the three queues in turn."""
    queues = tuple(WORDS)
    return [example(first + number, queues[number % 3]) for number in range(count)]


def write_tiny_dataset(
    folder: Path,
    *,
    train: list[Example] | None = None,
    validation: list[Example] | None = None,
    test: list[Example] | None = None,
    taxonomy: Taxonomy = TAXONOMY,
) -> Path:
    """Write a prepared dataset: by default 48 mails to train, 12 to validate and 12 to test."""
    write_prepared(
        folder,
        {
            "train": examples(48) if train is None else train,
            "validation": examples(12, first=100) if validation is None else validation,
            "test": examples(12, first=200) if test is None else test,
        },
        taxonomy=taxonomy,
        report={"synthetic": True, "inputs": [], "near_duplicates": {"test_rows_also_in_training": 0}},
        fingerprint="0" * 64,
    )
    return folder
