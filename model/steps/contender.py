"""A model as it is measured in the pipeline: on the frozen test set, and on the mails that came after it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from model.classifier.mail_classifier import MailClassifier
from model.comparison.compare import Entrant
from model.comparison.judged import judged_mails
from model.dataset.prepared import PreparedDataset
from model.dataset.split import RECENT, TEST
from model.evaluate import unpacked_model
from model.evaluation.run import Measured, measure, report_facts, split_of, write_measured
from model.evaluation.summary import metric_lines, summary_table


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model that was measured. ``folder`` is its archive, unpacked for as long as the context lasts; ``entrant`` is
    how it enters the comparison."""

    folder: Path
    model: MailClassifier
    measured: Measured
    entrant: Entrant


@contextmanager
def contender(archive: Path, dataset: PreparedDataset, out: Path) -> Iterator[Contender]:
    """Measure the new model on the test set, and on what came after it, and write both into ``out``.

    Raises:
        ArchiveError: the archive is missing, damaged or foreign.
        EvaluationError: there is no mail to measure it on.
    """
    with unpacked_model(archive) as folder:
        model = MailClassifier.load(folder)
        measured, entrant = measured_entrant(model, folder, dataset, out)
        print(f"new model {model.model_version}")
        print(summary_table(measured.evaluation))
        for line in metric_lines(measured.evaluation, TEST):
            print(line)
        yield Contender(folder=folder, model=model, measured=measured, entrant=entrant)


def measured_entrant(
    model: MailClassifier, folder: Path, dataset: PreparedDataset, out: Path
) -> tuple[Measured, Entrant]:
    """Measure a model of the unpacked archive ``folder``, and write what was measured into ``out``."""
    measured = _write(model, folder, dataset, out, split=TEST)
    recent = None
    if has_labels(dataset, model.known_labels):
        recent = _write(model, folder, dataset, out / RECENT, split=RECENT)
    entrant = Entrant(
        model_version=model.model_version,
        taxonomy=model.taxonomy,
        routing_task=model.policy.routing_task,
        tasks={task: scores.macro_f1 for task, scores in measured.evaluation.tasks.items()},
        mails=judged_mails(measured),
        recent=() if recent is None else judged_mails(recent),
        frozen_set=dataset.report.get("frozen_set"),
    )
    return measured, entrant


def has_labels(dataset: PreparedDataset, tasks: Collection[str]) -> bool:
    """Whether anything can be measured on the mails that came after the test set."""
    return any(task in example.labels for example in dataset.recent for task in tasks)


def _write(model: MailClassifier, folder: Path, dataset: PreparedDataset, out: Path, *, split: str) -> Measured:
    measured = measure(model, split_of(dataset, split), progress=True)
    synthetic = dataset.report.get("synthetic") is True
    facts = report_facts(model, folder, dataset, measured, split=split, synthetic=synthetic, baselines={})
    write_measured(out, measured, facts)
    return measured
