"""The rules of the gate: minimum scores, on enough mails; no loss against the champion, on enough of the same mails; no
active label unknown to the model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailroom.errors import MailroomError
from mailroom.taxonomy import Taxonomy
from model.comparison.results import Comparison, Difference
from model.evaluation.results import Evaluation
from model.gate.verdict import Failure, Verdict

MINIMUM_SCORE = "minimum_score"
TEST_MAILS = "test_mails"
CHAMPION = "champion"
COVERAGE = "coverage"
UNMEASURED = "champion_not_measured"
NONE = "none"
UNKNOWN_LABELS = "unknown_labels"

# Scores are written with six decimals: what differs by less is the same.
_TOLERANCE = 1e-6
_LABELS_SHOWN = 5


class GateError(MailroomError):
    """The gate cannot judge: what it compares does not belong together."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """``minimum_scores``: macro-F1 per task, each of which the model must have; ``margin``: how much macro-F1 a task
    may lose against the champion; ``coverage``: the share of a task's mails that must have been compared with the
    champion, or whose labels the taxonomy declares as newer than it. All from 0 to 1. ``test_mails``: how many mails
    each of those tasks must be measured on."""

    minimum_scores: Mapping[str, float]
    test_mails: int
    margin: float
    coverage: float


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
        *_too_few(candidate, limits),
        *_unmeasured(comparison),
        *_lost(comparison, limits.margin),
        *_uncovered(comparison, limits.coverage),
        *_unknown(known_labels, taxonomy),
    ]
    return Verdict(failures=tuple(failures), notes=tuple(_notes(comparison)))


def _check_mails(candidate: Evaluation, comparison: Comparison) -> None:
    challenger, champion = comparison.challenger, comparison.champion
    if challenger.mails != candidate.rows:
        raise GateError(
            f"The new model was evaluated on {candidate.rows:,} mails and compared on {challenger.mails:,}; "
            "do both on the same test set."
        )
    if champion is None or comparison.unmeasured is not None:
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
    same_name = champion.registered_set is not None and champion.registered_set == challenger.frozen_set
    if same_name and champion.registered_sha256 != challenger.mails_sha256:
        raise GateError(
            f"The mails of the frozen test set {challenger.frozen_set} are not those that the champion was registered "
            "with; a set that changes needs another name."
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


def _too_few(candidate: Evaluation, limits: Limits) -> Iterator[Failure]:
    for task in limits.minimum_scores:
        measured = candidate.tasks.get(task)
        if measured is not None and measured.n < limits.test_mails:
            yield Failure(
                rule=TEST_MAILS,
                task=task,
                value=measured.n,
                limit=limits.test_mails,
                by=limits.test_mails - measured.n,
                text=f"{task} was measured on {measured.n:,} mails, and {limits.test_mails:,} are the least that say "
                "anything.",
            )


def _unmeasured(comparison: Comparison) -> Iterator[Failure]:
    if comparison.unmeasured is not None:
        version = comparison.champion.model_version if comparison.champion is not None else NONE
        yield Failure(
            rule=UNMEASURED,
            task="all",
            value=0,
            limit=1,
            by=1,
            text=f"The champion {version} cannot be measured, so nobody knows whether the new model is worse: "
            f"{comparison.unmeasured}. Repack it with today's code, or reject it, so that it is the measure no longer.",
        )


def _lost(comparison: Comparison, margin: float) -> Iterator[Failure]:
    compared = comparison.test.tasks if comparison.test is not None else {}
    scores = {task: (0.0, former) for task, former in comparison.lost_tasks.items()}
    scores |= {task: (both.challenger.macro_f1, both.champion.macro_f1) for task, both in compared.items()}
    for task, (value, former) in scores.items():
        limit = max(0.0, former - margin)
        if value < limit - _TOLERANCE:
            said = "was not measured" if task in comparison.lost_tasks else f"has a macro-F1 of {value:.3f}"
            interval = f" {_interval(compared[task].macro_f1_difference)}" if task in compared else ""
            yield Failure(
                rule=CHAMPION,
                task=task,
                value=value,
                limit=limit,
                by=round(limit - value, 6),
                text=f"{task} {said} where the champion has {former:.3f}, "
                f"{limit - value:.3f} beyond the margin of {margin:.3f}{interval}.",
            )


def _interval(difference: Difference) -> str:
    """How sure the difference is; a range with 0 in it may be chance."""
    return f"(difference {difference.value:+.3f}, 95 % interval {difference.low:+.3f} to {difference.high:+.3f})"


def _uncovered(comparison: Comparison, least: float) -> Iterator[Failure]:
    for task, found in (comparison.test.coverage if comparison.test is not None else {}).items():
        share = (found.compared + found.declared) / found.mails if found.mails else 0.0
        if share < least - _TOLERANCE:
            yield Failure(
                rule=COVERAGE,
                task=task,
                value=round(share, 6),
                limit=least,
                by=round(least - share, 6),
                text=f"{task}: {found.compared:,} of {found.mails:,} mails could be compared with the champion, and of "
                f"{found.declared:,} others the taxonomy declares the label as newer ({share:.0%} in all, "
                f"{least:.0%} must be).",
            )


def _notes(comparison: Comparison) -> Iterator[str]:
    """What a person should know who sees that all rules hold."""
    if comparison.champion is not None and comparison.champion.note is not None:
        yield comparison.champion.note
    for task, found in (comparison.test.coverage if comparison.test is not None else {}).items():
        if found.compared < found.mails:
            yield f"{task}: compared with the champion on {found.compared:,} of {found.mails:,} mails."


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
