"""The evaluation as one HTML page for people: self-contained, so that it opens offline and can be sent as one file."""

import base64
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from markupsafe import Markup

from model.evaluation.confidence import coverage_at_accuracy
from model.evaluation.mistakes import frequent_confusions
from model.evaluation.page import Fact, page_environment
from model.evaluation.plots import confusion_picture, history_picture, reliability_picture, risk_coverage_picture
from model.evaluation.results import ConfidentError, Confusion, Evaluation, TaskEvaluation
from model.files import write_atomically

FEW_MAILS = 10
"""A label with fewer mails than this is marked: one mail more or less moves its scores by a tenth and more."""

_ACCURACIES_ASKED_FOR = (0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True, kw_only=True, slots=True)
class BaselineScore:
    """What another system reached on the same mails, to set the model's scores beside."""

    name: str
    accuracy: float
    macro_f1: float
    weighted_f1: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """What the page says beside the evaluation.

    ``measured_on`` ends the sentence "Measured on 1,800 mails ..." ("of the test split of March 2026"). ``synthetic``
    puts a note at the top that the mails were written by a generator. ``baselines``, ``label_names`` (shown instead of
    ids) and ``confident_errors`` are per task, ``task_names`` name the tasks. ``histories`` has, per run of
    fine-tuning, an entry per epoch: ``epoch`` and any named values. ``other`` are further facts about the training, by
    the name they are shown under; ``data_notes`` are sentences about the data.
    """

    measured_on: str
    synthetic: bool
    model_version: str
    taxonomy_version: str
    title: str = "How well are the mails routed?"
    created_at: datetime | None = None
    data_fingerprint: str | None = None
    training_seconds: float | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    hyperparameters: Mapping[str, Fact] = field(default_factory=dict)
    other: Mapping[str, Fact] = field(default_factory=dict)
    histories: Mapping[str, tuple[Mapping[str, float], ...]] = field(default_factory=dict)
    baselines: Mapping[str, tuple[BaselineScore, ...]] = field(default_factory=dict)
    task_names: Mapping[str, str] = field(default_factory=dict)
    label_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    confident_errors: Mapping[str, tuple[ConfidentError, ...]] = field(default_factory=dict)
    data_notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Section:
    """One task as the template shows it; ``name`` is for within a sentence, ``heading`` has a capital."""

    task: str
    name: str
    heading: str
    anchor: str
    scores: TaskEvaluation
    label_name: Callable[[str], str]
    unknown_names: tuple[str, ...]
    absent_names: tuple[str, ...]
    baselines: tuple[BaselineScore, ...]
    most_frequent_share: float
    confusions: tuple[Confusion, ...]
    confident_errors: tuple[ConfidentError, ...]
    coverages: tuple[tuple[float, float | None], ...]
    confusion_picture: Markup
    reliability_picture: Markup
    risk_coverage_picture: Markup


def write_report(path: Path, *, evaluation: Evaluation, facts: ReportFacts) -> None:
    """Write the page to ``path``, whole or not at all."""
    write_atomically(path, render_report(evaluation, facts))


def render_report(evaluation: Evaluation, facts: ReportFacts) -> str:
    """The page as HTML; equal arguments give equal text."""
    sections = [_section(evaluation.tasks[task], task, number, facts) for number, task in enumerate(evaluation.tasks)]
    histories = {
        run: _picture(history_picture(epochs), f"Losses and scores per epoch, {run}")
        for run, epochs in facts.histories.items()
        if epochs
    }
    return (
        page_environment()
        .get_template("report.html.j2")
        .render(
            evaluation=evaluation,
            facts=facts,
            sections=sections,
            histories=histories,
            task_name=partial(_task_name, facts),
            few_mails=FEW_MAILS,
        )
    )


def _section(scores: TaskEvaluation, task: str, number: int, facts: ReportFacts) -> _Section:
    name, names = _task_name(facts, task), facts.label_names.get(task, {})
    return _Section(
        task=task,
        name=name,
        heading=name[:1].upper() + name[1:],
        anchor=f"task-{number + 1}",
        scores=scores,
        label_name=lambda label: names.get(label, label),
        unknown_names=tuple(names.get(label, label) for label in scores.unknown_labels),
        absent_names=tuple(names.get(label, label) for label in scores.absent_labels),
        baselines=facts.baselines.get(task, ()),
        most_frequent_share=max(label.support for label in scores.labels) / scores.n,
        confusions=frequent_confusions(scores.confusion),
        confident_errors=facts.confident_errors.get(task, ()),
        coverages=tuple(
            (wanted, point.coverage if (point := coverage_at_accuracy(scores.risk_coverage, wanted)) else None)
            for wanted in _ACCURACIES_ASKED_FOR
            if wanted > scores.accuracy
        ),
        confusion_picture=_picture(confusion_picture(scores.confusion, names), f"Confusion matrix of {name}"),
        reliability_picture=_picture(
            reliability_picture(scores.calibration_bins), f"Accuracy against confidence of {name}"
        ),
        risk_coverage_picture=_picture(
            risk_coverage_picture(scores.risk_coverage), f"Accuracy against share of mails kept, of {name}"
        ),
    )


def _task_name(facts: ReportFacts, task: str) -> str:
    return facts.task_names.get(task, task.replace("_", " ").strip())


def _picture(png: bytes, text: str) -> Markup:
    """An image element with the PNG inside, shown at half its pixel size (see plots.py)."""
    width, height = struct.unpack(">II", png[16:24])
    data = base64.b64encode(png).decode("ascii")
    return Markup('<img src="data:image/png;base64,{}" width="{}" height="{}" alt="{}">').format(
        data, width // 2, height // 2, text
    )
