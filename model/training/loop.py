"""Fine-tuning a network on several tasks: epochs, validation, early stop, checkpoints. On one process or on many."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from sklearn.metrics import accuracy_score, f1_score
from torch.nn import functional
from tqdm import tqdm

from mailroom.hyperparameters import Hyperparameters
from model.classifier.tokens import length_buckets
from model.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from model.training.log_lines import metric_line, metric_name
from model.training.rows import MISSING, Rows, shuffled_batches

Scores = dict[str, torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A finished run: the network holds the best epoch's weights; ``history`` has one entry per epoch."""

    history: tuple[Mapping[str, float], ...]
    best_epoch: int
    seconds: float


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
    scores: Scores,
    targets: Mapping[str, torch.Tensor],
    weights: Mapping[str, torch.Tensor | None],
    *,
    smoothing: float = 0.0,
) -> torch.Tensor:
    """Mean cross-entropy over the tasks; a mail without a label for a task does not count there."""
    losses = [
        functional.cross_entropy(
            scores[task], target, weight=weights.get(task), ignore_index=MISSING, label_smoothing=smoothing
        )
        for task, target in targets.items()
        if (target != MISSING).any()
    ]
    if not losses:
        return sum(score.sum() * 0.0 for score in scores.values())  # type: ignore[return-value]  # scores is not empty
    return torch.stack(losses).mean()


def predict(
    network: torch.nn.Module, rows: Rows, *, labels: Mapping[str, int], accelerator: Accelerator | None = None
) -> Scores:
    """Per task of ``labels`` (mails, labels), in the order of the rows."""
    network.eval()
    if not len(rows):
        return {task: torch.zeros(0, count) for task, count in labels.items()}
    found: dict[str, list[torch.Tensor]] = {}
    order: list[int] = []
    context = accelerator.autocast() if accelerator else torch.autocast("cpu", enabled=False)
    with torch.inference_mode(), context:
        for indices in length_buckets([len(ids) for ids in rows.ids], batch_size=64):
            inputs, _ = rows.batch(indices)
            if accelerator:
                inputs = {name: tensor.to(accelerator.device) for name, tensor in inputs.items()}
            for task, scores in network(**inputs).items():
                found.setdefault(task, []).append(scores.float().cpu())
            order += indices
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order, dtype=torch.long)] = torch.arange(len(order))
    return {task: torch.cat(parts)[back] for task, parts in found.items()}


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


@dataclass(frozen=True, kw_only=True)
class FitJob:
    """What ``fit`` needs beside network and rows. ``say`` takes each metric line."""

    hyperparameters: Hyperparameters
    labels: Mapping[str, int]
    checkpoints: Path
    fingerprint: str
    name: str = "train"
    say: Callable[[str], None] = print


def fit(
    network: torch.nn.Module,
    groups: Sequence[dict[str, object]],
    train: Rows,
    validation: Rows,
    job: FitJob,
    accelerator: Accelerator,
) -> Fitted:
    """Train ``network`` in place until validation stops getting better, and leave the best epoch's weights in it.

    ``groups`` are the optimizer's parameter groups. Goes on from the last checkpoint of the same job.
    """
    started = time.monotonic()
    settings = job.hyperparameters
    optimizer = torch.optim.AdamW(groups, weight_decay=settings.weight_decay, fused=True)
    generator = torch.Generator().manual_seed(settings.seed)
    best = _weights(network)
    progress = Progress(fingerprint=job.fingerprint, history=[])
    restored = load_checkpoint(job.checkpoints, network, optimizer, fingerprint=job.fingerprint)
    if restored:
        progress, best = restored
        job.say(f"goes on after epoch {progress.epoch} from the last checkpoint")
    for _ in range(progress.epoch):  # the same order of batches as in an unbroken run
        list(shuffled_batches([len(ids) for ids in train.ids], batch_size=settings.batch_size, generator=generator))
    weights = {
        task: class_weights(train.targets[task], count, settings.class_weighting) for task, count in job.labels.items()
    }
    prepared, prepared_optimizer = accelerator.prepare(network, optimizer)
    schedule = _Schedule(
        optimizer,
        steps=max(1, settings.epochs * -(-len(train) // settings.batch_size)),
        warmup_share=settings.warmup_share,
    )
    while progress.epoch < settings.epochs and progress.epoch - progress.best_epoch < settings.patience:
        loss = _epoch(
            prepared, prepared_optimizer, schedule, train, weights, job, accelerator, generator, epoch=progress.epoch
        )
        progress.epoch += 1
        values = validation_metrics(
            predict(network, validation, labels=job.labels, accelerator=accelerator), validation.targets
        )
        entry = {"epoch": float(progress.epoch), "train:loss": loss, **values}
        progress.history.append(entry)
        job.say(metric_line({**entry, "train:learning_rate": schedule.rate}))
        if not len(validation) or values["validation:score"] > progress.best_score:
            progress.best_score, progress.best_epoch = values["validation:score"], progress.epoch
            best = _weights(network)
        if accelerator.is_main_process and progress.epoch % settings.checkpoint_every == 0:
            save_checkpoint(job.checkpoints, network, best, optimizer, progress)
    own = dict(network.named_parameters())
    with torch.no_grad():
        for name, value in best.items():
            own[name].copy_(value)
    return Fitted(history=tuple(progress.history), best_epoch=progress.best_epoch, seconds=time.monotonic() - started)


def _epoch(
    network: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: "_Schedule",
    rows: Rows,
    weights: Mapping[str, torch.Tensor | None],
    job: FitJob,
    accelerator: Accelerator,
    generator: torch.Generator,
    *,
    epoch: int,
) -> float:
    """One pass over the rows; returns the mean loss."""
    network.train()
    settings = job.hyperparameters
    batches = list(
        shuffled_batches([len(ids) for ids in rows.ids], batch_size=settings.batch_size, generator=generator)
    )
    total = 0.0
    device = accelerator.device
    on_device = {task: weight if weight is None else weight.to(device) for task, weight in weights.items()}
    bar = tqdm(
        batches,
        desc=f"{job.name}, epoch {epoch + 1}/{settings.epochs}",
        unit="batch",
        disable=not accelerator.is_main_process,
    )
    for number, batch in enumerate(bar):
        schedule.set(epoch * len(batches) + number)
        share = batch[accelerator.process_index :: accelerator.num_processes] or batch[:1]
        inputs, targets = rows.batch(share)
        with accelerator.autocast():
            scores = network(**{name: tensor.to(device) for name, tensor in inputs.items()})
        loss = joint_loss(
            {task: score.float() for task, score in scores.items()},
            {task: target.to(device) for task, target in targets.items()},
            on_device,
            smoothing=settings.label_smoothing,
        )
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        total += float(loss.detach())
        bar.set_postfix(loss=f"{total / (number + 1):.3f}", refresh=False)
    return total / max(1, len(batches))


class _Schedule:
    """Linear warm-up, then linear decay to zero: each group's rate times a factor that depends on the step alone."""

    def __init__(self, optimizer: torch.optim.Optimizer, *, steps: int, warmup_share: float) -> None:
        self._optimizer = optimizer
        self._peaks = [group["lr"] for group in optimizer.param_groups]
        self._steps = steps
        self._warmup = max(1, round(steps * warmup_share))
        self.rate = 0.0

    def set(self, step: int) -> None:
        """Set the rates for a step, from 0."""
        factor = min((step + 1) / self._warmup, max(0.0, (self._steps - step) / max(1, self._steps - self._warmup)))
        for group, peak in zip(self._optimizer.param_groups, self._peaks, strict=True):
            group["lr"] = peak * factor
        self.rate = self._peaks[0] * factor


def _weights(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """A copy of what is trained."""
    return {name: value.detach().clone() for name, value in network.named_parameters() if value.requires_grad}
