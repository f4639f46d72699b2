"""Fitting the calibration: scales of encoder and lexical part per task, then weights of the tasks in a path.

All are fitted by maximum likelihood on validation, drawn towards defaults by a weak log-normal prior, so that a handful
of validation mails cannot carry them away.
"""

from collections.abc import Callable, Mapping, Sequence

import torch

from model.classifier.calibration import Calibration, TaskCalibration
from model.classifier.decoding import Component
from model.training.rows import MISSING

# Where the scales lie on real data: encoder scores are nearly log-probabilities already, SVM margins are small.
_ENCODER_DEFAULT = 0.6
_LEXICAL_DEFAULT = 3.0
# The prior weighs as much as this many mails at one unit of log scale.
_PRIOR = 2.0


def fit_calibration(
    encoder: Mapping[str, torch.Tensor],
    lexical: Mapping[str, torch.Tensor],
    targets: Mapping[str, torch.Tensor],
    parts: Sequence[Component],
) -> Calibration:
    """Fit on validation scores: per task (mails, labels); either part may be an empty mapping."""
    tasks = {task: _scales(encoder.get(task), lexical.get(task), target) for task, target in targets.items()}
    mails = max((int((target != MISSING).sum()) for target in targets.values()), default=0)
    stacked = Calibration(tasks=tasks, validation_mails=mails)
    probabilities = stacked.log_probabilities(encoder, lexical)
    paths: dict[str, float] = {}
    for part in parts:
        paths |= _path_weights(part, probabilities, targets)
    return Calibration(
        validation_mails=mails,
        tasks={
            task: TaskCalibration(encoder=scale.encoder, lexical=scale.lexical, path=paths[task])
            for task, scale in tasks.items()
        },
    )


def _scales(encoder: torch.Tensor | None, lexical: torch.Tensor | None, target: torch.Tensor) -> TaskCalibration:
    there = target != MISSING
    sources = [
        (scores.float()[there], default)
        for scores, default in ((encoder, _ENCODER_DEFAULT), (lexical, _LEXICAL_DEFAULT))
        if scores is not None
    ]
    defaults = torch.tensor([default for _, default in sources]).log()

    def loss(logs: torch.Tensor) -> torch.Tensor:
        logits = sum(scores * scale for (scores, _), scale in zip(sources, logs.exp(), strict=True))
        assert isinstance(logits, torch.Tensor)
        return torch.nn.functional.cross_entropy(logits, target[there], reduction="sum")

    fitted = _minimised(loss, defaults) if there.any() else defaults
    scales = iter(fitted.exp().tolist())
    return TaskCalibration(
        encoder=next(scales) if encoder is not None else 0.0, lexical=next(scales) if lexical is not None else 0.0
    )


def _path_weights(
    part: Component, probabilities: Mapping[str, torch.Tensor], targets: Mapping[str, torch.Tensor]
) -> dict[str, float]:
    """Weights under which the paths' marginals give the validation labels the highest likelihood.

    The heads of one encoder say much the same, so that equal weights of 1 would count one piece of evidence thrice.
    """
    if len(part.tasks) == 1:
        return {part.tasks[0]: 1.0}
    there = {task: (targets[task] != MISSING) & part.possible[task][targets[task].clamp(min=0)] for task in part.tasks}

    def loss(logs: torch.Tensor) -> torch.Tensor:
        marginals = part.marginals(part.path_scores(probabilities, logs.exp()))
        return torch.stack(
            [
                torch.nn.functional.nll_loss(
                    marginals[task][there[task]].clamp(min=1e-9).log(), targets[task][there[task]], reduction="sum"
                )
                for task in part.tasks
                if there[task].any()
            ]
        ).sum()

    defaults = torch.full((len(part.tasks),), 1.5 / len(part.tasks)).log()
    fitted = _minimised(loss, defaults) if any(mask.any() for mask in there.values()) else defaults
    return dict(zip(part.tasks, fitted.exp().tolist(), strict=True))


def _minimised(loss: Callable[[torch.Tensor], torch.Tensor], start: torch.Tensor) -> torch.Tensor:
    """The logs of scales that minimise loss plus prior, by L-BFGS; within a factor of 50 of the defaults."""
    logs = start.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([logs], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        value = loss(logs) + _PRIOR * (logs - start).square().sum() / 2
        value.backward()  # type: ignore[no-untyped-call]  # torch has no type for it
        return float(value.detach())

    optimizer.step(closure)  # type: ignore[arg-type]  # a closure may return a float
    return torch.minimum(torch.maximum(logs.detach(), start - 3.9), start + 3.9)
