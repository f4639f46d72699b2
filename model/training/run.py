"""One training job from channels to archive."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from accelerate import Accelerator
from transformers import PreTrainedTokenizerFast

from mailroom.errors import MailroomError
from mailroom.hyperparameters import Hyperparameters
from mailroom.taxonomy import Taxonomy
from model.archive.layout import ArchiveLayout
from model.archive.reader import sha256
from model.archive.writer import TrainedModel, finish_archive, write_encoder, write_stock
from model.classifier.calibration import Calibration
from model.classifier.decoding import components, decode
from model.classifier.encoder import load_tokenizer
from model.classifier.lexical import LexicalModel
from model.classifier.scorers import serving_dtype
from model.dataset.prepared import Example, PreparedDataset
from model.language import detect_language
from model.training.contract import TrainingJob
from model.training.lexical_fit import fit_lexical
from model.training.loop import FitJob, Fitted, fit, predict
from model.training.networks import multi_task_trainee, stock_trainee
from model.training.policy_fit import Routed, fit_policy, routing_task
from model.training.rows import MISSING, model_input, targets, tokenised_rows, with_states
from model.training.stacking import fit_calibration

# A language counts as trained on from this share of the training mails.
_LANGUAGE_SHARE = 0.02


class TrainingError(MailroomError):
    """The data do not allow training."""


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """What is trained on: examples, the taxonomy of the tasks at hand, and per task the labels the model will know."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    taxonomy: Taxonomy
    labels: Mapping[str, tuple[str, ...]]

    @property
    def counts(self) -> dict[str, int]:
        """Number of labels per task."""
        return {task: len(labels) for task, labels in self.labels.items()}


def load_corpus(dataset: PreparedDataset, tasks: Sequence[str]) -> Corpus:
    """The dataset for some tasks (all of them, if none is named). The model knows the active labels that training has.

    Raises:
        TaxonomyError: a task is unknown.
        TrainingError: there is no training mail, or a task has none with a label.
    """
    taxonomy = dataset.taxonomy.restricted_to(tasks) if tasks else dataset.taxonomy
    if not dataset.train:
        raise TrainingError("The dataset has no training mail.")
    labels: dict[str, tuple[str, ...]] = {}
    for task in taxonomy.tasks:
        met = {example.labels.get(task) for example in dataset.train}
        labels[task] = tuple(label.id for label in taxonomy.active(task) if label.id in met)
        if not labels[task]:
            raise TrainingError(f"No training mail has an active label of task {task!r}.")
    return Corpus(train=dataset.train, validation=dataset.validation, taxonomy=taxonomy, labels=labels)


@dataclass(frozen=True, kw_only=True)
class _EncoderResult:
    """The encoder's scores on validation (per task) and the history of each fitting."""

    scores: Mapping[str, torch.Tensor]
    fitted: Mapping[str, Fitted]
    max_tokens: int


def run_training(job: TrainingJob, *, source_root: Path) -> str:
    """Train, write the archive into ``model_dir`` and metrics into ``output_dir``; returns the model version.

    ``source_root`` is the folder that holds mailroom/ and model/, whose serving path goes into the archive.

    Raises:
        MailroomError: data, base model or hyperparameters do not fit.
    """
    started = time.monotonic()
    settings = job.hyperparameters
    transformers.logging.disable_progress_bar()
    transformers.logging.set_verbosity_error()  # the heads of a stock classifier are new, as they should be
    transformers.set_seed(settings.seed)
    dataset = PreparedDataset.load(job.data)
    corpus = load_corpus(dataset, settings.task_list())
    accelerator = Accelerator(mixed_precision="bf16" if _use_bf16(settings) else "no")
    tokenizer = load_tokenizer(job.base_model)
    layout = ArchiveLayout(job.model_dir)
    job.model_dir.mkdir(parents=True, exist_ok=True)
    train = _fit_stock if settings.architecture == "stock" else _fit_multi_task
    encoder = train(job, corpus, tokenizer, layout, accelerator, fingerprint=_fingerprint(job, dataset))
    if not accelerator.is_main_process:
        return ""
    lexical, calibration = _stack(corpus, encoder.scores, settings)
    metrics = _metrics(encoder.fitted, seconds=time.monotonic() - started)
    version = finish_archive(
        layout,
        TrainedModel(
            taxonomy=corpus.taxonomy,
            labels=corpus.labels,
            languages=_languages(corpus.train),
            max_tokens=encoder.max_tokens,
            architecture=settings.architecture,
            calibration=calibration.calibration,
            policy=_policy(corpus, calibration, settings),
            lexical=lexical,
            metrics=metrics,
            facts=_facts(settings, dataset, corpus),
        ),
        root=source_root,
        vendor=job.vendor,
    )
    job.output_dir.mkdir(parents=True, exist_ok=True)
    (job.output_dir / "metrics.json").write_text(json.dumps(metrics, indent=1), encoding="utf-8")
    return version


def _use_bf16(settings: Hyperparameters) -> bool:
    if settings.precision == "auto":
        return torch.cuda.is_available() or serving_dtype() is torch.bfloat16
    return settings.precision == "bf16"


def _fit_multi_task(
    job: TrainingJob,
    corpus: Corpus,
    tokenizer: PreTrainedTokenizerFast,
    layout: ArchiveLayout,
    accelerator: Accelerator,
    *,
    fingerprint: str,
) -> _EncoderResult:
    settings = job.hyperparameters
    trainee = multi_task_trainee(job.base_model, corpus.counts, settings)
    limit = _limit(trainee.encoder, settings)
    rows = [
        tokenised_rows(examples, corpus.labels, tokenizer, max_tokens=limit)
        for examples in (corpus.train, corpus.validation)
    ]
    if trainee.lower is not None:
        rows = [
            with_states(part, trainee.lower, description=f"frozen layers, {name}", autocast=_use_bf16(settings))
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
    return _EncoderResult(scores=scores, fitted={"all": fitted}, max_tokens=limit)


def _fit_stock(
    job: TrainingJob,
    corpus: Corpus,
    tokenizer: PreTrainedTokenizerFast,
    layout: ArchiveLayout,
    accelerator: Accelerator,
    *,
    fingerprint: str,
) -> _EncoderResult:
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
    return _EncoderResult(scores=scores, fitted=fitted, max_tokens=limit)


def _limit(encoder: Any, settings: Hyperparameters) -> int:
    """The hyperparameter, or less if the encoder has fewer positions (RoBERTa's family loses two to padding)."""
    positions = getattr(encoder.config, "max_position_embeddings", settings.max_tokens)
    return min(settings.max_tokens, positions - 2)


@dataclass(frozen=True, kw_only=True)
class _Stacked:
    calibration: Calibration
    encoder: Mapping[str, torch.Tensor]
    lexical: Mapping[str, torch.Tensor]


def _stack(
    corpus: Corpus, encoder: Mapping[str, torch.Tensor], settings: Hyperparameters
) -> tuple[LexicalModel | None, _Stacked]:
    """Fit the lexical part on training, the scales on validation, then the lexical part again on both."""
    validation_targets = targets(corpus.validation, corpus.labels)
    parts = components(corpus.taxonomy, corpus.labels)
    lexical, scores = None, {}
    if settings.lexical and settings.architecture == "mailroom":
        texts = [model_input(example).whole() for example in corpus.train]
        more = [model_input(example).whole() for example in corpus.validation]
        first = fit_lexical(
            texts, targets(corpus.train, corpus.labels), corpus.counts, cost=settings.lexical_cost, seed=settings.seed
        )
        scores = first.scores(more)
        lexical = (
            fit_lexical(
                texts + more,
                targets((*corpus.train, *corpus.validation), corpus.labels),
                corpus.counts,
                cost=settings.lexical_cost,
                seed=settings.seed,
            )
            if more
            else first
        )
    calibration = fit_calibration(encoder, scores, validation_targets, parts)
    return lexical, _Stacked(calibration=calibration, encoder=encoder, lexical=scores)


def _policy(corpus: Corpus, stacked: _Stacked, settings: Hyperparameters) -> Any:
    """Thresholds for the routing task from validation."""
    targeted = {task: any(label.queue_target for label in corpus.taxonomy.of_task(task)) for task in corpus.labels}
    task = routing_task(tuple(corpus.labels), targeted)
    decoded = decode(
        components(corpus.taxonomy, corpus.labels),
        stacked.calibration.log_probabilities(stacked.encoder, stacked.lexical),
        {name: scale.path for name, scale in stacked.calibration.tasks.items()},
    )
    truth = targets(corpus.validation, corpus.labels)[task]
    there = (truth != MISSING) & _first_of_groups(corpus.validation)
    best = decoded.best[task][there]
    confidences = decoded.confidences[task][there].gather(1, best.unsqueeze(1)).squeeze(1)
    labels = corpus.labels[task]
    return fit_policy(
        Routed(
            labels=[labels[index] for index in best.tolist()],
            confidences=confidences.numpy().astype(np.float64),
            right=(best == truth[there]).numpy(),
        ),
        routing_task=task,
        labels=labels,
        precision=settings.target_precision,
        version="fitted",
    )


def _first_of_groups(examples: Sequence[Example]) -> torch.Tensor:
    """(mails): True for one mail of each group. Near-duplicates are one piece of evidence, not several."""
    seen: set[int] = set()
    first = []
    for example in examples:
        first.append(example.group not in seen)
        seen.add(example.group)
    return torch.tensor(first, dtype=torch.bool)


def _languages(examples: Sequence[Example]) -> tuple[str, ...]:
    """Languages of at least a fiftieth of the training mails, the commonest first."""
    found: dict[str, int] = {}
    for example in examples:
        code = example.language or detect_language(f"{example.subject}\n{example.text}").language.code
        found[code] = found.get(code, 0) + 1
    least = _LANGUAGE_SHARE * len(examples)
    return tuple(
        code
        for code, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
        if count >= least and code != "und"
    )


def _metrics(fitted: Mapping[str, Fitted], *, seconds: float) -> dict[str, Any]:
    return {
        "seconds": round(seconds, 1),
        "runs": {
            name: {
                "best_epoch": run.best_epoch,
                "seconds": round(run.seconds, 1),
                "history": [dict(entry) for entry in run.history],
            }
            for name, run in fitted.items()
        },
    }


def _facts(settings: Hyperparameters, dataset: PreparedDataset, corpus: Corpus) -> dict[str, Any]:
    return {
        "hyperparameters": settings.to_json(),
        "data_fingerprint": dataset.fingerprint,
        "training_mails": len(corpus.train),
        "validation_mails": len(corpus.validation),
        "torch": str(torch.__version__),
        "transformers": transformers.__version__,
    }


def _fingerprint(job: TrainingJob, dataset: PreparedDataset) -> str:
    """Ties checkpoints to data, base model and hyperparameters."""
    base = [[path.name, sha256(path)] for path in sorted(job.base_model.iterdir()) if path.is_file()]
    settings = replace(job.hyperparameters, checkpoint_every=1).to_json()
    return hashlib.sha256(json.dumps([dataset.fingerprint, settings, base]).encode()).hexdigest()
