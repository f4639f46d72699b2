"""A model that is trained in seconds: the lexical part alone, its margins as probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from mailroom.prediction import TaskPrediction
from mailroom.taxonomy import Taxonomy
from model.classifier.lexical import LexicalModel
from model.dataset.example import Example
from model.training.lexical_fit import fit_lexical
from model.training.rows import MISSING, model_input, targets

Labels = Mapping[str, tuple[str, ...]]
Margins = npt.NDArray[np.float64]
_COST = 0.5
_SCALES = (0.05, 50.0)


@dataclass(frozen=True, kw_only=True)
class SmallModel:
    """``labels`` are those that it knows, per task; ``scales`` turn margins into probabilities."""

    lexical: LexicalModel
    labels: Labels
    scales: Mapping[str, float]

    def probabilities(self, examples: Sequence[Example]) -> dict[str, Margins]:
        """Per task (mails, labels), each row with the sum 1."""
        margins = lexical_margins(self.lexical, examples)
        return {task: softmax(scale * margins[task], axis=1) for task, scale in self.scales.items()}

    def predictions(self, examples: Sequence[Example]) -> list[dict[str, TaskPrediction]]:
        """Per mail each task's likeliest label and how likely it is."""
        found: list[dict[str, TaskPrediction]] = [{} for _ in examples]
        for task, rows in self.probabilities(examples).items():
            for prediction, row in zip(found, rows, strict=True):
                best = int(row.argmax())
                prediction[task] = TaskPrediction(label=self.labels[task][best], confidence=float(row[best]))
        return found


def met_labels(examples: Sequence[Example], taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """The labels that some mail has, per task, in the taxonomy's order; tasks without any are left out."""
    met = {
        task: tuple(
            label.id for label in taxonomy.of_task(task) if any(one.labels.get(task) == label.id for one in examples)
        )
        for task in taxonomy.tasks
    }
    return {task: labels for task, labels in met.items() if labels}


def fit_small_model(
    train: Sequence[Example], validation: Sequence[Example], labels: Labels, *, seed: int = 7
) -> SmallModel:
    """Fit margins on ``train`` and the scale of each task on ``validation``."""
    lexical = fit_lexicon(train, labels, seed=seed)
    truth, margins = targets(validation, labels), lexical_margins(lexical, validation)
    scales = {task: fitted_scale(margins[task], truth[task].numpy()) for task in labels}
    return SmallModel(lexical=lexical, labels=labels, scales=scales)


def fit_lexicon(examples: Sequence[Example], labels: Labels, *, seed: int) -> LexicalModel:
    """The lexical part on subject, banks and text of the mails."""
    texts = [model_input(example).whole() for example in examples]
    counts = {task: len(known) for task, known in labels.items()}
    return fit_lexical(texts, targets(examples, labels), counts, cost=_COST, seed=seed, progress=False)


def lexical_margins(lexical: LexicalModel, examples: Sequence[Example]) -> dict[str, Margins]:
    """Per task (mails, labels): how far on the label's side of its boundary a mail lies."""
    scores = lexical.scores([model_input(example).whole() for example in examples])
    return {task: margins.numpy().astype(np.float64) for task, margins in scores.items()}


def fitted_scale(margins: Margins, truth: npt.NDArray[np.int64]) -> float:
    """The factor before the softmax under which the true labels are likeliest (temperature scaling, Guo et al. 2017).

    ``truth`` holds a label's index per mail; mails without a label do not count, and without any the factor is 1.
    """
    there = truth != MISSING
    if not there.any():
        return 1.0
    rows, wanted = margins[there], truth[there]

    def loss(scale: float) -> float:
        return -float(log_softmax(scale * rows, axis=1)[np.arange(len(rows)), wanted].mean())

    return float(minimize_scalar(loss, bounds=_SCALES, method="bounded").x)
