"""A model measured on one split of a prepared dataset, and what is kept of it."""

import json
import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailroom.prediction import Decision, TaskPrediction
from mailroom.taxonomy import Taxonomy
from model.archive.layout import ArchiveLayout
from model.archive.reader import Manifest, read_json
from model.classifier.mail_classifier import Judgement, MailClassifier
from model.dataset.prepared import Example, PreparedDataset
from model.dataset.split import RECENT, TEST, TRAIN, VALIDATION
from model.evaluation.errors import EvaluationError
from model.evaluation.evaluation_json import evaluation_from_json, evaluation_to_json
from model.evaluation.metrics import evaluate_predictions
from model.evaluation.mistakes import confident_errors
from model.evaluation.page import Fact
from model.evaluation.report import BaselineScore, ReportFacts, write_report
from model.evaluation.results import Evaluation
from model.files import write_atomically
from model.training.rows import model_input

_VERSIONS = ("python", "torch", "transformers")


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """Mails and what the model said of them, in the order of the split."""

    examples: Sequence[Example]
    judgements: Sequence[Judgement]

    @property
    def languages(self) -> list[str]:
        """The language of each mail: the export's, or else the detected one."""
        return [
            example.language or judgement.language.code
            for example, judgement in zip(self.examples, self.judgements, strict=True)
        ]

    @property
    def decisions(self) -> list[Decision]:
        """What would happen to each mail; serving refuses one in a language that the model never saw: a person gets
        it."""
        return [judgement.decision if judgement.supported else Decision.HUMAN_REVIEW for judgement in self.judgements]

    @property
    def predicted(self) -> list[Mapping[str, TaskPrediction]]:
        """The labels the model gave, per mail."""
        return [judgement.labels for judgement in self.judgements]


@dataclass(frozen=True, kw_only=True)
class Measured(_Judged):
    """An evaluation and what it was made of, mail by mail, in the order of the split."""

    evaluation: Evaluation


def measure(model: MailClassifier, examples: Sequence[Example], *, progress: bool = False) -> Measured:
    """Classify the mails and compare with their labels, for the tasks the model has.

    Raises:
        EvaluationError: there is no mail, or none has a label for any of the model's tasks.
    """
    _check_labelled(examples, tuple(model.known_labels))
    judgements = model.judge([model_input(example) for example in examples], top_k=3, progress=progress)
    return measured_from(
        examples,
        judgements,
        taxonomy=model.taxonomy,
        known_labels=model.known_labels,
        routing_task=model.policy.routing_task,
    )


def measured_from(
    examples: Sequence[Example],
    judgements: Sequence[Judgement],
    *,
    taxonomy: Taxonomy,
    known_labels: Mapping[str, Collection[str]],
    routing_task: str,
) -> Measured:
    """Compare what a model of this taxonomy said of the mails with their labels; ``known_labels`` (per task) are what
    it can say.

    Raises:
        EvaluationError: there is no mail, or none has a label for any of the model's tasks.
    """
    tasks = tuple(known_labels)
    _check_labelled(examples, tasks)
    judged = _Judged(examples=examples, judgements=judgements)
    evaluation = evaluate_predictions(
        [example.labels for example in examples],
        judged.predicted,
        tasks=tasks,
        label_order={task: [label.id for label in taxonomy.of_task(task)] for task in tasks},
        decisions=judged.decisions,
        known_labels={task: frozenset(labels) for task, labels in known_labels.items()},
        routing_task=routing_task,
        languages=judged.languages,
    )
    return Measured(evaluation=evaluation, examples=examples, judgements=judgements)


def _check_labelled(examples: Sequence[Example], tasks: Sequence[str]) -> None:
    if not any(task in example.labels for example in examples for task in tasks):
        raise EvaluationError(
            f"There is nothing to evaluate: no mail of the split has a label for {' or '.join(tasks)}."
        )


def split_of(dataset: PreparedDataset, split: str) -> tuple[Example, ...]:
    """The examples of a split: train, validation, test or recent."""
    return {TRAIN: dataset.train, VALIDATION: dataset.validation, TEST: dataset.test, RECENT: dataset.recent}[split]


def write_measured(out: Path, measured: Measured, facts: ReportFacts) -> None:
    """Write predictions.jsonl, report.html and, when all else is there, evaluation.json."""
    write_atomically(out / "predictions.jsonl", predictions_jsonl(measured))
    write_report(out / "report.html", evaluation=measured.evaluation, facts=facts)
    write_atomically(out / "evaluation.json", evaluation_to_json(measured.evaluation))


def predictions_jsonl(measured: Measured) -> str:
    """One line a mail: id, language, true and predicted labels with confidences, decision and reasons; no text."""
    lines = []
    for example, judgement, language, decision in zip(
        measured.examples, measured.judgements, measured.languages, measured.decisions, strict=True
    ):
        lines.append(
            json.dumps(
                {
                    "id": example.id,
                    "language": language,
                    "truth": dict(example.labels),
                    "predicted": {
                        task: {"label": said.label, "confidence": round(said.confidence, 6)}
                        for task, said in judgement.labels.items()
                    },
                    "decision": decision.value,
                    "reasons": [reason.value for reason in judgement.reasons],
                },
                ensure_ascii=False,
            )
            + "\n"
        )
    return "".join(lines)


def measured_on(report: Mapping[str, Any], split: str, *, same_data: bool) -> str:
    """Which mails these are and how far training has seen them, by the dataset's report.

    ``same_data``: whether the model was trained on this very dataset.
    """
    inputs = report["inputs"]
    files = ", ".join(one["file"] for one in [one for one in inputs if one["is_test_file"]] or inputs)
    where = f"of the {split} split of {files}"
    frozen = report.get("frozen_set")
    if frozen and split == TEST:
        return f"of the frozen test set {frozen}, which no model here is trained on, nor on a mail near it"
    if frozen and split == RECENT:
        return f"that came after the frozen test set {frozen} and, like it, are kept out of training"
    if not same_data:
        return f"{where}; the model was trained on another dataset, so whether it saw any of them is not known here"
    if split == TRAIN:
        return f"{where}, which the model was trained on: the numbers are far too good"
    if split == VALIDATION:
        return f"{where}, by which training chose epoch and thresholds: the numbers are too good"
    near = report["near_duplicates"]["test_rows_also_in_training"]
    if near:
        return f"{where}; {near:,} of them have a near-duplicate in training, so the numbers are too good"
    return f"{where}; training saw none of them, no near-duplicate of one and no other mail of its thread"


def report_facts(
    model: MailClassifier,
    folder: Path,
    dataset: PreparedDataset,
    measured: Measured,
    *,
    split: str,
    synthetic: bool,
    baselines: Mapping[str, Evaluation],
) -> ReportFacts:
    """What the report says beside the evaluation, from the archive unpacked in ``folder`` and the dataset's report.

    ``baselines`` are other systems' evaluations on the same mails, by the name to show.
    """
    tasks, facts = tuple(measured.evaluation.tasks), model.manifest.facts
    truth = [example.labels for example in measured.examples]
    history, seconds = _training_runs(folder)
    return ReportFacts(
        measured_on=measured_on(dataset.report, split, same_data=facts.get("data_fingerprint") == dataset.fingerprint),
        synthetic=synthetic,
        model_version=model.model_version,
        taxonomy_version=model.taxonomy.version,
        created_at=datetime.now(UTC),
        data_fingerprint=facts.get("data_fingerprint"),
        training_seconds=seconds,
        versions={"evaluated with Python": platform.python_version()}
        | {name: str(facts[name]) for name in _VERSIONS if name in facts},
        hyperparameters=facts.get("hyperparameters", {}),
        other=_other_facts(model.manifest),
        histories=history,
        baselines={
            task: tuple(
                BaselineScore(
                    name=name, accuracy=scores.accuracy, macro_f1=scores.macro_f1, weighted_f1=scores.weighted_f1
                )
                for name, other in baselines.items()
                if (scores := other.tasks.get(task))
            )
            for task in tasks
        },
        data_notes=tuple(note for note in (dataset.report.get("note"), *dataset.report["warnings"]) if note),
        label_names={
            task: {
                label.id: label.names.get("de") or label.names.get("en") or label.id
                for label in model.taxonomy.of_task(task)
            }
            for task in tasks
        },
        confident_errors={
            task: confident_errors(
                [example.id for example in measured.examples],
                truth,
                measured.predicted,
                task=task,
                known_labels=frozenset(model.known_labels[task]),
            )
            for task in tasks
        },
    )


def _training_runs(folder: Path) -> tuple[dict[str, tuple[Mapping[str, float], ...]], float | None]:
    """The history of each fine-tuning and the seconds training took, if the archive says so."""
    path = ArchiveLayout(folder).metrics
    metrics: dict[str, Any] = read_json(path) if path.exists() else {}
    return {name: tuple(run["history"]) for name, run in metrics.get("runs", {}).items()}, metrics.get("seconds")


def _other_facts(manifest: Manifest) -> dict[str, Fact]:
    named = ("hyperparameters", "data_fingerprint", *_VERSIONS)
    return {"Architecture": manifest.architecture} | {
        name.replace("_", " ").capitalize(): value
        for name, value in manifest.facts.items()
        if name not in named and isinstance(value, str | int | float | bool | None)
    }


def read_baseline(path: Path) -> Evaluation:
    """Another system's evaluation.json; raises EvaluationError if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise EvaluationError(f"The evaluation {path} cannot be read.") from None
    return evaluation_from_json(text)
