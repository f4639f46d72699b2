"""The three rules of the gate: minimum scores, no loss against the champion, no active label unknown to the model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailroom.errors import MailroomError
from mailroom.taxonomy import Taxonomy
from model.comparison.results import Comparison
from model.evaluation.results import Evaluation
from model.gate.verdict import Failure, Verdict

MINIMUM_SCORE = "minimum_score"
CHAMPION = "champion"
UNKNOWN_LABELS = "unknown_labels"

# Scores are written with six decimals: what differs by less is the same.
_TOLERANCE = 1e-6
_LABELS_SHOWN = 5


class GateError(MailroomError):
    """The gate cannot judge: what it compares does not belong together."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """``minimum_scores``: macro-F1 per task, each of which the model must have; ``margin``: how much macro-F1 a task
    may lose against the champion. All from 0 to 1."""

    minimum_scores: Mapping[str, float]
    margin: float


def judge(
    candidate: Evaluation,
    comparison: Comparison,
    *,
    known_labels: Mapping[str, Sequence[str]],
    taxonomy: Taxonomy,
    limits: Limits,
) -> Verdict:
    """Apply all rules, so that a person sees everything that is wrong at once.

    ``known_labels`` are those of the model, per task; ``taxonomy`` says which are active today. Against the champion
    counts only what its taxonomy had: a label that is new since speaks neither for nor against the model.

    Raises:
        GateError: the numbers are not of the same mails.
    """
    _check_mails(candidate, comparison)
    failures = [
        *_below_minimum(candidate, limits.minimum_scores),
        *_lost(comparison, limits.margin),
        *_unknown(known_labels, taxonomy),
    ]
    return Verdict(failures=tuple(failures))


def _check_mails(candidate: Evaluation, comparison: Comparison) -> None:
    challenger, champion = comparison.challenger, comparison.champion
    if challenger.mails != candidate.rows:
        raise GateError(
            f"The new model was evaluated on {candidate.rows:,} mails and compared on {challenger.mails:,}; "
            "do both on the same test set."
        )
    if champion is None:
        return
    if champion.frozen_set != challenger.frozen_set:
        raise GateError(
            f"The new model was measured on the frozen test set {challenger.frozen_set or 'none'} and the champion on "
            f"{champion.frozen_set or 'none'}; measure both on the same one."
        )
    if champion.mails_sha256 != challenger.mails_sha256:
        raise GateError(
            f"The new model was measured on {challenger.mails:,} mails and the champion on {champion.mails:,}, "
            "and they are not the same ones with the same labels; measure both on the same test set."
        )


def _below_minimum(candidate: Evaluation, minimum_scores: Mapping[str, float]) -> Iterator[Failure]:
    for task, limit in minimum_scores.items():
        measured = candidate.tasks.get(task)
        value = measured.macro_f1 if measured else 0.0
        if measured is None or value < limit - _TOLERANCE:
            said = f"has a macro-F1 of {value:.3f}" if measured else "was not measured"
            yield Failure(
                rule=MINIMUM_SCORE,
                task=task,
                value=value,
                limit=limit,
                by=round(limit - value, 6),
                text=f"{task} {said} and must reach {limit:.3f} ({limit - value:.3f} too little).",
            )


def _lost(comparison: Comparison, margin: float) -> Iterator[Failure]:
    compared = comparison.test.tasks if comparison.test is not None else {}
    scores = {task: (0.0, former) for task, former in comparison.lost_tasks.items()}
    scores |= {task: (both.challenger.macro_f1, both.champion.macro_f1) for task, both in compared.items()}
    for task, (value, former) in scores.items():
        limit = max(0.0, former - margin)
        if value < limit - _TOLERANCE:
            said = "was not measured" if task in comparison.lost_tasks else f"has a macro-F1 of {value:.3f}"
            yield Failure(
                rule=CHAMPION,
                task=task,
                value=value,
                limit=limit,
                by=round(limit - value, 6),
                text=f"{task} {said} where the champion has {former:.3f}, "
                f"{limit - value:.3f} beyond the margin of {margin:.3f}.",
            )


def _unknown(known_labels: Mapping[str, Sequence[str]], taxonomy: Taxonomy) -> Iterator[Failure]:
    for task in taxonomy.tasks:
        known = set(known_labels.get(task, ()))
        unknown = [label.id for label in taxonomy.active(task) if label.id not in known]
        if unknown:
            shown = ", ".join(unknown[:_LABELS_SHOWN]) + (", ..." if len(unknown) > _LABELS_SHOWN else "")
            yield Failure(
                rule=UNKNOWN_LABELS,
                task=task,
                value=len(unknown),
                limit=0,
                by=len(unknown),
                text=f"{task}: the model does not know {len(unknown)} active labels ({shown}).",
            )
