"""Made-up predictions of any size, seeded: what the tests of metrics, pictures and report share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from mailroom.prediction import Decision, TaskPrediction
from model.evaluation.metrics import evaluate_predictions
from model.evaluation.results import Evaluation


@dataclass(frozen=True, kw_only=True)
class World:
    """Mails with true and predicted labels, and the labels there are."""

    labels: Mapping[str, Sequence[str]]
    truth: list[dict[str, str]]
    predicted: list[dict[str, TaskPrediction]]
    decisions: list[Decision]
    languages: list[str | None]

    def evaluation(self, **changes: object) -> Evaluation:
        """The world evaluated, with other arguments where the test wants them."""
        arguments = {
            "tasks": list(self.labels),
            "label_order": self.labels,
            "decisions": self.decisions,
            "known_labels": {task: frozenset(labels) for task, labels in self.labels.items()},
            "routing_task": next(iter(self.labels)),
            "languages": self.languages,
        } | changes
        return evaluate_predictions(self.truth, self.predicted, **arguments)  # type: ignore[arg-type]


def make_world(sizes: Mapping[str, int], *, mails: int = 300, seed: int = 0) -> World:
    random = np.random.default_rng(seed)
    labels = {task: [f"{task}_{number}" for number in range(size)] for task, size in sizes.items()}
    truth, predicted = [], []
    for _ in range(mails):
        true = {task: names[int(random.integers(len(names)))] for task, names in labels.items()}
        said = {}
        for task, names in labels.items():
            confidence = round(float(random.beta(6, 1)), 3)
            right = random.random() < confidence
            label = true[task] if right else names[int(random.integers(len(names)))]
            said[task] = TaskPrediction(label=label, confidence=confidence)
        truth.append(true)
        predicted.append(said)
    first = next(iter(labels))
    return World(
        labels=labels,
        truth=truth,
        predicted=predicted,
        decisions=[Decision.AUTO_ROUTE if said[first].confidence > 0.8 else Decision.SUGGEST for said in predicted],
        languages=["en" if number % 5 == 0 else "de" for number in range(mails)],
    )


@pytest.fixture(scope="session")
def world() -> Callable[..., World]:
    return make_world
