"""Labels are decoded jointly: always an active path of the taxonomy, with probabilities that agree with each other."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.errors import TaxonomyError
from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from model.classifier.decoding import components, decode

TAXONOMY = Taxonomy(
    version="1",
    tasks=("line", "queue", "mood"),
    labels=(
        Label(id="brokerage", task="line"),
        Label(id="wealth", task="line"),
        Label(id="old", task="line"),
        Label(id="trading", task="queue", parents=("brokerage",)),
        Label(id="fees", task="queue", parents=("brokerage", "wealth")),
        Label(id="plans", task="queue", parents=("wealth",)),
        Label(id="fax", task="queue", parents=("brokerage",), status=LabelStatus.DEPRECATED),
        Label(id="calm", task="mood"),
        Label(id="angry", task="mood"),
    ),
)
LABELS = {"line": ("brokerage", "wealth"), "queue": ("trading", "fees", "plans", "fax"), "mood": ("calm", "angry")}
WEIGHTS = {"line": 1.0, "queue": 1.0, "mood": 1.0}


def log_probabilities(**rows: list[float]) -> dict[str, torch.Tensor]:
    return {task: torch.log_softmax(torch.tensor([values]), dim=1) for task, values in rows.items()}


def test_tasks_linked_by_parents_are_decoded_together_and_others_apart():
    assert [part.tasks for part in components(TAXONOMY, LABELS)] == [("line", "queue"), ("mood",)]


def test_a_child_follows_its_parent_even_against_its_own_head():
    found = decode(
        components(TAXONOMY, LABELS),
        log_probabilities(line=[0.0, 5.0], queue=[2.0, 0.0, 1.0, 9.0], mood=[0.0, 1.0]),
        WEIGHTS,
    )
    assert {task: LABELS[task][int(index[0])] for task, index in found.best.items()} == {
        "line": "wealth",
        "queue": "plans",
        "mood": "angry",
    }


def test_a_deprecated_label_is_never_predicted_and_has_no_confidence():
    found = decode(
        components(TAXONOMY, LABELS),
        log_probabilities(line=[0.0, 0.0], queue=[0.0, 0.0, 0.0, 50.0], mood=[0.0, 0.0]),
        WEIGHTS,
    )
    assert LABELS["queue"][int(found.best["queue"][0])] != "fax"
    assert float(found.confidences["queue"][0, 3]) == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-8, 8), min_size=8, max_size=8))
def test_labels_are_always_a_path_and_confidences_add_up_to_one(values: list[float]):
    found = decode(
        components(TAXONOMY, LABELS), log_probabilities(line=values[:2], queue=values[2:6], mood=values[6:]), WEIGHTS
    )
    labels = {task: LABELS[task][int(index[0])] for task, index in found.best.items()}
    assert TAXONOMY.is_path(labels)
    for confidences in found.confidences.values():
        assert float(confidences.sum()) == pytest.approx(1.0, abs=1e-4)
    queue = found.confidences["queue"][0]
    line = found.confidences["line"][0]
    # What lies under one parent only cannot be likelier than the parent.
    assert float(queue[0]) <= float(line[0]) + 1e-5
    assert float(queue[2]) <= float(line[1]) + 1e-5


def test_labels_without_any_possible_path_are_refused():
    with pytest.raises(TaxonomyError, match="No active combination of labels is possible for line, queue"):
        components(TAXONOMY, {"line": ("wealth",), "queue": ("trading",)})
