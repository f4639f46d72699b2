"""The champion in the comparison, even where this checkout's code cannot read its archive any more.

A change of the archive's format, or of what the code needs of it, must not keep every new model from being judged: the
champion then answers through the code that it serves with. If that fails too, the comparison says so, and the gate
refuses in a sentence that names the ways on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mailroom.errors import MailroomError
from model.classifier.mail_classifier import MailClassifier
from model.comparison.compare import Entrant
from model.comparison.judged import JudgedMail, judged_mails, unanswered
from model.dataset.example import Example
from model.dataset.prepared import PreparedDataset
from model.dataset.split import RECENT
from model.evaluate import unpacked_model
from model.evaluation.errors import EvaluationError
from model.evaluation.evaluation_json import evaluation_to_json
from model.evaluation.run import Measured, predictions_jsonl
from model.evaluation.summary import summary_table
from model.files import write_atomically
from model.steps.champion import Champion
from model.steps.contender import has_labels, measured_entrant
from model.steps.own_code import OwnCodeError, ask_own_code

NOTE = (
    "The champion was measured through the code in its own archive, which this version's code cannot read: its mails "
    "were cleaned twice, so a difference of a few mails may come from that."
)


@dataclass(frozen=True, kw_only=True)
class ChampionEntrant:
    """``entrant`` is None where the champion could not be measured; ``problem``, the end of a sentence, says why."""

    entrant: Entrant | None
    problem: str | None = None


def champion_entrant(folder: Path, dataset: PreparedDataset, out: Path, *, registered: Champion) -> ChampionEntrant:
    """Measure the champion in ``folder`` on the mails of the dataset, and write what was measured into ``out``.

    ``registered`` is what the registry says of it.

    Raises:
        ArchiveError: there is no archive, or it cannot be unpacked.
    """
    with unpacked_model(folder) as unpacked:
        try:
            measured, entrant = _measured(unpacked, dataset, out)
        except (OwnCodeError, EvaluationError) as error:
            problem = str(error).rstrip(".")
            return ChampionEntrant(entrant=None, problem=problem[:1].lower() + problem[1:])
    print(f"champion {entrant.model_version}")
    print(summary_table(measured.evaluation))
    return ChampionEntrant(
        entrant=replace(
            entrant,
            model_package=registered.model_package,
            registered_set=registered.frozen_set,
            registered_sha256=registered.frozen_set_sha256,
        )
    )


def _measured(unpacked: Path, dataset: PreparedDataset, out: Path) -> tuple[Measured, Entrant]:
    try:
        model = MailClassifier.load(unpacked)
    except Exception as error:  # an archive of another time may fail in any way
        said = str(error) if isinstance(error, MailroomError) else type(error).__name__
        print(f"The champion's archive cannot be read by this version's code ({said}); its own code is asked.")
        return _through_own_code(unpacked, dataset, out)
    return measured_entrant(model, unpacked, dataset, out)


def _through_own_code(unpacked: Path, dataset: PreparedDataset, out: Path) -> tuple[Measured, Entrant]:
    model = ask_own_code(unpacked, [*dataset.test, *dataset.recent])
    measured = _write(model.measured(dataset.test), out)
    recent = None
    if has_labels(dataset, model.known_labels):
        recent = _write(model.measured(dataset.recent), out / RECENT)
    entrant = Entrant(
        model_version=model.description.model_version,
        taxonomy=model.description.taxonomy,
        routing_task=model.description.policy.routing_task,
        tasks={task: scores.macro_f1 for task, scores in measured.evaluation.tasks.items()},
        mails=_all(measured, dataset.test),
        recent=() if recent is None else _all(recent, dataset.recent),
        frozen_set=dataset.report.get("frozen_set"),
        note=NOTE,
    )
    return measured, entrant


def _all(measured: Measured, examples: Sequence[Example]) -> tuple[JudgedMail, ...]:
    """The mails with what was said of them, those among them that the model refused."""
    answered = {mail.id: mail for mail in judged_mails(measured)}
    return tuple(answered.get(example.id) or unanswered(example) for example in examples)


def _write(measured: Measured, out: Path) -> Measured:
    """What can be said of a model whose archive is not understood: no report, which tells of its training."""
    write_atomically(out / "predictions.jsonl", predictions_jsonl(measured))
    write_atomically(out / "evaluation.json", evaluation_to_json(measured.evaluation))
    return measured
