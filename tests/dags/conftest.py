"""A taxonomy of two tasks, for exports of a few rows."""

import pytest

from mailroom.taxonomy import Label, LabelStatus, Taxonomy


@pytest.fixture
def taxonomy() -> Taxonomy:
    return Taxonomy(
        version="1",
        tasks=("queue", "topic"),
        labels=(
            Label(id="payments", task="queue"),
            Label(id="tax", task="queue"),
            Label(id="transfer", task="topic", parents=("payments",)),
            Label(id="old_form", task="topic", parents=("tax",), status=LabelStatus.DEPRECATED),
        ),
    )
