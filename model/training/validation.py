"""What the network makes of mails that it is not trained on."""

from collections.abc import Mapping

import numpy as np
import torch
from accelerate import Accelerator
from sklearn.metrics import accuracy_score, f1_score

from model.classifier.tokens import length_buckets
from model.training.log_lines import metric_name
from model.training.loss import joint_loss
from model.training.rows import MISSING, Rows
from model.training.shares import dealt_out

Scores = dict[str, torch.Tensor]


def predict(network: torch.nn.Module, rows: Rows, *, labels: Mapping[str, int], accelerator: Accelerator) -> Scores:
    """Per task of ``labels`` (mails, labels), in the order of the rows; each process scores its share."""
    network.eval()
    if not len(rows):
        return {task: torch.zeros(0, count) for task, count in labels.items()}

    def scored(indices: list[int]) -> torch.Tensor:
        inputs, _ = rows.batch(indices)
        found = network(**{name: tensor.to(accelerator.device) for name, tensor in inputs.items()})
        return torch.cat([found[task].float() for task in labels], dim=1)

    batches = list(length_buckets([len(ids) for ids in rows.ids], batch_size=64))
    whole = torch.empty(len(rows), sum(labels.values()))
    with torch.inference_mode(), accelerator.autocast():
        for indices, scores in dealt_out(batches, scored, len, accelerator):
            whole[indices] = scores
    return dict(zip(labels, whole.split(list(labels.values()), dim=1), strict=True))


def validation_metrics(scores: Scores, targets: Mapping[str, torch.Tensor]) -> dict[str, float]:
    """Loss and, per task that has labels, accuracy and macro-F1; ``validation:score`` is the mean of the latter two."""
    values: dict[str, float] = {}
    means = []
    for task, target in targets.items():
        there = target != MISSING
        if not there.any():
            continue
        truth, guess = target[there].numpy(), scores[task][there].argmax(dim=1).numpy()
        accuracy = float(accuracy_score(truth, guess))
        macro = float(f1_score(truth, guess, average="macro", zero_division=0.0))
        values[metric_name("validation", task, "accuracy")] = accuracy
        values[metric_name("validation", task, "macro_f1")] = macro
        means.append((accuracy + macro) / 2)
    values["validation:loss"] = float(joint_loss(scores, targets, {}))
    values["validation:score"] = float(np.mean(means)) if means else 0.0
    return values
