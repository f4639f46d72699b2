"""One training job from channels to archive."""

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from mailroom.hyperparameters import Hyperparameters
from model.archive.layout import ArchiveLayout
from model.archive.reader import sha256
from model.archive.writer import TrainedModel, finish_archive
from model.classifier.calibration import Calibration
from model.classifier.decoding import components, decode
from model.classifier.encoder import load_tokenizer
from model.classifier.lexical import LexicalModel
from model.dataset.prepared import Example, PreparedDataset
from model.language import detect_language
from model.training.contract import TrainingJob
from model.training.corpus import Corpus, load_corpus
from model.training.encoder_fit import fit_multi_task, fit_stock, uses_bf16
from model.training.lexical_fit import fit_lexical
from model.training.loop import Fitted
from model.training.policy_fit import Routed, fit_policy, routing_task
from model.training.processes import accelerator_for
from model.training.rows import MISSING, model_input, targets
from model.training.stacking import fit_calibration

# A language counts as trained on from this share of the training mails.
_LANGUAGE_SHARE = 0.02


def run_training(job: TrainingJob, *, source_root: Path) -> str:
    """Train, write the archive into ``model_dir`` and metrics into ``output_dir``; returns the model version.

    Of several processes (accelerate reads them from the environment that torchrun sets) the first one writes; the
    others return an empty text.

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
    accelerator = accelerator_for(os.environ, bf16=uses_bf16(settings))
    tokenizer = load_tokenizer(job.base_model)
    layout = ArchiveLayout(job.model_dir)
    job.model_dir.mkdir(parents=True, exist_ok=True)
    fit_encoder = fit_stock if settings.architecture == "stock" else fit_multi_task
    encoder = fit_encoder(job, corpus, tokenizer, layout, accelerator, fingerprint=_fingerprint(job, dataset))
    # What is left is one process's work. The others end here, before they would wait for it in vain.
    accelerator.end_training()
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
