"""Fine-tuning a network on several tasks: epochs, validation, early stop, checkpoints. On one process or on many."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from tqdm import tqdm

from mailroom.hyperparameters import Hyperparameters
from model.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from model.training.log_lines import metric_line
from model.training.loss import class_weights, joint_loss
from model.training.processes import check_same_epoch
from model.training.rows import MISSING, Rows, shuffled_batches
from model.training.validation import predict, validation_metrics


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A finished run: the network holds the best epoch's weights; ``history`` has one entry per epoch."""

    history: tuple[Mapping[str, float], ...]
    best_epoch: int
    seconds: float


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

    ``groups`` are the optimizer's parameter groups. Goes on from the last checkpoint of the same job. With several
    processes each holds all rows and works on its share of every batch; the batches, the steps and the decision to stop
    are those of one process.

    Raises:
        ProcessesError: the processes found different checkpoints.
    """
    started = time.monotonic()
    settings = job.hyperparameters
    say = job.say if accelerator.is_main_process else _silent
    optimizer = torch.optim.AdamW(groups, weight_decay=settings.weight_decay, fused=True)
    # Before the checkpoint is read: the optimizer then takes its moments to where the weights are.
    prepared, prepared_optimizer = accelerator.prepare(network, optimizer)
    restored = load_checkpoint(job.checkpoints, network, optimizer, fingerprint=job.fingerprint)
    progress, best = restored or (Progress(fingerprint=job.fingerprint, history=[]), _weights(network))
    check_same_epoch(progress.epoch, accelerator)
    if restored:
        say(f"goes on after epoch {progress.epoch} from the last checkpoint")
    weights = {
        task: class_weights(train.targets[task], count, settings.class_weighting) for task, count in job.labels.items()
    }
    schedule = _Schedule(
        optimizer,
        steps=max(1, settings.epochs * -(-len(train) // settings.batch_size)),
        warmup_share=settings.warmup_share,
    )
    generator = torch.Generator().manual_seed(settings.seed)
    for _ in range(progress.epoch):  # the same order of batches as in an unbroken run
        list(_batches(train, settings, generator))
    while progress.epoch < settings.epochs and progress.epoch - progress.best_epoch < settings.patience:
        batches = list(_batches(train, settings, generator))
        loss = _epoch(prepared, prepared_optimizer, schedule, train, batches, weights, job, accelerator, progress.epoch)
        progress.epoch += 1
        values = validation_metrics(
            predict(network, validation, labels=job.labels, accelerator=accelerator), validation.targets
        )
        entry = {"epoch": float(progress.epoch), "train:loss": loss, **values}
        progress.history.append(entry)
        say(metric_line({**entry, "train:learning_rate": schedule.rate}))
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


def _silent(line: str) -> None:
    """What all processes have to say, one of them says."""


def _batches(rows: Rows, settings: Hyperparameters, generator: torch.Generator) -> Iterator[list[int]]:
    return shuffled_batches([len(ids) for ids in rows.ids], batch_size=settings.batch_size, generator=generator)


def _epoch(
    network: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: "_Schedule",
    rows: Rows,
    batches: Sequence[list[int]],
    weights: Mapping[str, torch.Tensor | None],
    job: FitJob,
    accelerator: Accelerator,
    epoch: int,
) -> float:
    """One pass over the rows; returns the mean loss of the batches."""
    network.train()
    settings, device, count = job.hyperparameters, accelerator.device, accelerator.num_processes
    # Dropout differs from process to process and from epoch to epoch, and not between a broken and an unbroken run.
    torch.manual_seed((settings.seed << 20) + (epoch << 10) + accelerator.process_index)
    on_device = {task: weight if weight is None else weight.to(device) for task, weight in weights.items()}
    total = torch.zeros((), device=device)
    bar = tqdm(
        batches,
        desc=f"{job.name}, epoch {epoch + 1}/{settings.epochs}",
        unit="batch",
        disable=not accelerator.is_main_process,
    )
    for number, batch in enumerate(bar):
        schedule.set(epoch * len(batches) + number)
        inputs, targets = _share(rows, batch, accelerator)
        with accelerator.autocast():
            scores = network(**{name: tensor.to(device) for name, tensor in inputs.items()})
        loss = joint_loss(
            {task: score.float() for task, score in scores.items()},
            {task: target.to(device) for task, target in targets.items()},
            on_device,
            whole={task: target[batch] for task, target in rows.targets.items()},
            smoothing=settings.label_smoothing,
        )
        # The processes' gradients are averaged where they are to be added.
        accelerator.backward(loss * count)
        accelerator.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        total += loss.detach()
        bar.set_postfix(loss=f"{float(total) * count / (number + 1):.3f}", refresh=False)
    return float(accelerator.reduce(total, reduction="sum")) / max(1, len(batches))


def _share(
    rows: Rows, batch: Sequence[int], accelerator: Accelerator
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """This process's inputs and targets of a batch; where the batch is too short for it, a mail that does not count."""
    mine = batch[accelerator.process_index :: accelerator.num_processes]
    if mine:
        return rows.batch(mine)
    inputs, targets = rows.batch(batch[:1])
    return inputs, {task: torch.full_like(target, MISSING) for task, target in targets.items()}


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
