"""Fine-tuning of the encoder, in either architecture, and what comes of it on validation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import transformers
from accelerate import Accelerator
from transformers import PreTrainedTokenizerFast

from mailroom.hyperparameters import Hyperparameters
from model.archive.layout import ArchiveLayout
from model.archive.writer import write_encoder, write_stock
from model.classifier.scorers import serving_dtype
from model.training.contract import TrainingJob
from model.training.corpus import Corpus
from model.training.loop import FitJob, Fitted, fit
from model.training.networks import multi_task_trainee, stock_trainee
from model.training.rows import tokenised_rows, with_states
from model.training.validation import predict


@dataclass(frozen=True, kw_only=True)
class EncoderFit:
    """The encoder's scores on validation (per task), the history of each fitting, and the longest mail in tokens."""

    scores: Mapping[str, torch.Tensor]
    fitted: Mapping[str, Fitted]
    max_tokens: int


def uses_bf16(settings: Hyperparameters) -> bool:
    """Whether the encoder computes in bfloat16 where that is safe.

    ``auto`` means where the device multiplies it natively. A T4 does not: what emulates it there is slower than
    float32, and float16 would need its losses scaled.
    """
    if settings.precision != "auto":
        return settings.precision == "bf16"
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return serving_dtype() is torch.bfloat16


def fit_multi_task(
    job: TrainingJob,
    corpus: Corpus,
    tokenizer: PreTrainedTokenizerFast,
    layout: ArchiveLayout,
    accelerator: Accelerator,
    *,
    fingerprint: str,
) -> EncoderFit:
    """One encoder with a head per task; the first process writes them into the archive."""
    settings = job.hyperparameters
    trainee = multi_task_trainee(job.base_model, corpus.counts, settings)
    limit = _limit(trainee.encoder, settings)
    rows = [
        tokenised_rows(examples, corpus.labels, tokenizer, max_tokens=limit)
        for examples in (corpus.train, corpus.validation)
    ]
    if trainee.lower is not None:
        rows = [
            with_states(part, trainee.lower, description=f"frozen layers, {name}", accelerator=accelerator)
            for part, name in zip(rows, ("training mails", "validation mails"), strict=True)
        ]
    fitted = fit(
        trainee.network,
        trainee.groups,
        rows[0],
        rows[1],
        FitJob(
            hyperparameters=settings,
            labels=corpus.counts,
            checkpoints=job.checkpoints,
            fingerprint=fingerprint,
        ),
        accelerator,
    )
    scores = predict(trainee.network, rows[1], labels=corpus.counts, accelerator=accelerator)
    if accelerator.is_main_process:
        write_encoder(layout, trainee.encoder, trainee.heads, tokenizer)
    return EncoderFit(scores=scores, fitted={"all": fitted}, max_tokens=limit)


def fit_stock(
    job: TrainingJob,
    corpus: Corpus,
    tokenizer: PreTrainedTokenizerFast,
    layout: ArchiveLayout,
    accelerator: Accelerator,
    *,
    fingerprint: str,
) -> EncoderFit:
    """One classifier after the other; rows without a label for the task are left out, as a stock trainer would."""
    settings = job.hyperparameters
    scores: dict[str, torch.Tensor] = {}
    fitted: dict[str, Fitted] = {}
    limit = settings.max_tokens
    for number, (task, labels) in enumerate(corpus.labels.items()):
        transformers.set_seed(settings.seed)
        network = stock_trainee(job.base_model, task, len(labels))
        limit = _limit(network.classifier, settings)
        train = [example for example in corpus.train if task in example.labels]
        rows, validation = (
            tokenised_rows(part, {task: labels}, tokenizer, max_tokens=limit) for part in (train, corpus.validation)
        )
        groups = [{"params": list(network.parameters()), "lr": settings.learning_rate}]
        fitted[task] = fit(
            network,
            groups,
            rows,
            validation,
            FitJob(
                hyperparameters=settings,
                labels={task: len(labels)},
                checkpoints=job.checkpoints / str(number),
                fingerprint=f"{fingerprint}/{task}",
                name=f"train {task}",
            ),
            accelerator,
        )
        scores |= predict(network, validation, labels={task: len(labels)}, accelerator=accelerator)
        if accelerator.is_main_process:
            write_stock(layout, number, network.classifier, tokenizer)
    return EncoderFit(scores=scores, fitted=fitted, max_tokens=limit)


def _limit(encoder: Any, settings: Hyperparameters) -> int:
    """The hyperparameter, or less if the encoder has fewer positions (RoBERTa's family loses two to padding)."""
    positions = getattr(encoder.config, "max_position_embeddings", settings.max_tokens)
    return min(settings.max_tokens, positions - 2)
