"""The loss over several tasks, the same whichever way a batch is dealt out."""

from collections.abc import Mapping

import torch
from torch.nn import functional

from model.training.rows import MISSING


def class_weights(targets: torch.Tensor, labels: int, weighting: str) -> torch.Tensor | None:
    """One weight per label, of mean 1 over the mails: ``balanced`` is N / (K n), ``sqrt`` its square root.

    Weights stay within 1/4 to 4, so that a label with one mail does not rule the loss.
    """
    if weighting == "none":
        return None
    counts = torch.bincount(targets[targets != MISSING], minlength=labels).float()
    weights = (counts.sum() / (labels * counts.clamp(min=1.0))).pow(0.5 if weighting == "sqrt" else 1.0).clamp(0.25, 4)
    mean = (weights * counts).sum() / counts.sum().clamp(min=1.0)
    return weights / mean.clamp(min=1e-6)


def joint_loss(
    scores: Mapping[str, torch.Tensor],
    targets: Mapping[str, torch.Tensor],
    weights: Mapping[str, torch.Tensor | None],
    *,
    whole: Mapping[str, torch.Tensor] | None = None,
    smoothing: float = 0.0,
) -> torch.Tensor:
    """Mean cross-entropy over the tasks; a mail without a label for a task does not count there.

    ``whole``: the targets of the batch of which ``scores`` and ``targets`` are a share, if they are one. The losses of
    all shares add up to that of the batch: each is divided by the batch's weight, not by its own, which would make a
    mail count more where few others have a label.
    """
    whole = targets if whole is None else whole
    labelled = [task for task, target in whole.items() if (target != MISSING).any()]
    # Every score has its place in the sum, if a void one: several processes wait for the gradient of every parameter.
    total = torch.stack([score.sum() * 0.0 for score in scores.values()]).sum()
    for task in labelled:
        weight = weights.get(task)
        total = total + functional.cross_entropy(
            scores[task],
            targets[task],
            weight=weight,
            ignore_index=MISSING,
            reduction="sum",
            label_smoothing=smoothing,
        ) / _weight_of(whole[task], weight)
    return total / max(1, len(labelled))


def _weight_of(target: torch.Tensor, weight: torch.Tensor | None) -> float:
    """What the mails with a label weigh together."""
    there = target[target != MISSING]
    return float(len(there)) if weight is None else float(weight.cpu()[there.cpu()].sum())
