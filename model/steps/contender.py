"""A model as it is measured in the pipeline: on the frozen test set, and on the mails that came after it."""

from collections.abc import Iterator
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
from model.steps.champion import Champion


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model that was measured. ``folder`` is its archive, unpacked for as long as the context lasts; ``entrant`` is
    how it enters the comparison."""

    folder: Path
    model: MailClassifier
    measured: Measured
    entrant: Entrant


@contextmanager
def contender(
    archive: Path, dataset: PreparedDataset, out: Path, *, registered: Champion | None
) -> Iterator[Contender]:
    """Measure a model on the test set, and on what came after it, and write both into ``out``.

    ``registered``: what the registry says of it, None for the new model.

    Raises:
        ArchiveError: the archive is missing, damaged or foreign.
        EvaluationError: there is no mail to measure it on.
    """
    with unpacked_model(archive) as folder:
        model = MailClassifier.load(folder)
        measured = _write(model, folder, dataset, out, split=TEST)
        recent = _write(model, folder, dataset, out / RECENT, split=RECENT) if _is_labelled(model, dataset) else None
        print(f"{'new model' if registered is None else 'champion'} {model.model_version}")
        print(summary_table(measured.evaluation))
        if registered is None:
            for line in metric_lines(measured.evaluation, TEST):
                print(line)
        yield Contender(
            folder=folder,
            model=model,
            measured=measured,
            entrant=Entrant(
                model_version=model.model_version,
                taxonomy=model.taxonomy,
                routing_task=model.policy.routing_task,
                tasks={task: scores.macro_f1 for task, scores in measured.evaluation.tasks.items()},
                mails=judged_mails(measured),
                recent=() if recent is None else judged_mails(recent),
                frozen_set=dataset.report.get("frozen_set"),
                model_package=registered.model_package if registered else None,
            ),
        )


def _is_labelled(model: MailClassifier, dataset: PreparedDataset) -> bool:
    """Whether anything can be measured on the mails that came after the test set."""
    return any(task in example.labels for example in dataset.recent for task in model.known_labels)


def _write(model: MailClassifier, folder: Path, dataset: PreparedDataset, out: Path, *, split: str) -> Measured:
    measured = measure(model, split_of(dataset, split), progress=True)
    synthetic = dataset.report.get("synthetic") is True
    facts = report_facts(model, folder, dataset, measured, split=split, synthetic=synthetic, baselines={})
    write_measured(out, measured, facts)
    return measured
