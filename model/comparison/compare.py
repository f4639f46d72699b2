"""From what two models said of the same mails to a Comparison: pure functions over plain values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailroom.prediction import Decision
from mailroom.taxonomy import Taxonomy
from model.comparison.coverage import coverage_of, known_to
from model.comparison.judged import JudgedMail, mails_sha256, under_taxonomy
from model.comparison.pairs import CHALLENGER, CHAMPION, NEITHER, Pair, pairs_of
from model.comparison.results import (
    Compared,
    Comparison,
    Contestant,
    Disagreement,
    LanguageComparison,
    PairOfScores,
    Routing,
)
from model.comparison.task import compare_task

MAX_SHOWN = 200
"""Disagreements that are named; the count says how many there are."""

_ORDER = (CHAMPION, CHALLENGER, NEITHER)


@dataclass(frozen=True, kw_only=True)
class Entrant:
    """A model as it enters a comparison. ``tasks``: macro-F1 of each task it was measured in; ``recent`` are the mails
    that came after the test set; the others as in Contestant."""

    model_version: str
    taxonomy: Taxonomy = field(repr=False)
    routing_task: str
    tasks: Mapping[str, float]
    mails: Sequence[JudgedMail] = field(repr=False)
    recent: Sequence[JudgedMail] = field(repr=False, default=())
    frozen_set: str | None = None
    model_package: str | None = None
    registered_set: str | None = None
    registered_sha256: str | None = None
    note: str | None = None

    def contestant(self) -> Contestant:
        """What the comparison keeps of it."""
        return Contestant(
            model_version=self.model_version,
            taxonomy_version=self.taxonomy.version,
            model_package=self.model_package,
            frozen_set=self.frozen_set,
            mails=len(self.mails),
            mails_sha256=mails_sha256(self.mails),
            registered_set=self.registered_set,
            registered_sha256=self.registered_sha256,
            note=self.note,
        )


def compare(challenger: Entrant, champion: Entrant | None, *, taxonomy: Taxonomy) -> Comparison:
    """Compare two models; ``taxonomy`` is the one that the mails are labelled under.

    A task is compared on the mails whose label the champion's taxonomy had, by whatever name: what is newer is told
    apart, so that it speaks neither for nor against either.
    """
    if champion is None:
        return Comparison(challenger=challenger.contestant())
    known = {task: known_to(champion.taxonomy, task, taxonomy) for task in champion.tasks if task in taxonomy.tasks}
    recent = None
    if challenger.recent and champion.recent:
        recent = _compared(challenger, champion, challenger.recent, champion.recent, known, taxonomy)
    return Comparison(
        challenger=challenger.contestant(),
        champion=champion.contestant(),
        test=_compared(challenger, champion, challenger.mails, champion.mails, known, taxonomy),
        recent=recent,
        lost_tasks={task: score for task, score in champion.tasks.items() if task not in challenger.tasks},
    )


def _compared(
    challenger: Entrant,
    champion: Entrant,
    mine: Sequence[JudgedMail],
    theirs: Sequence[JudgedMail],
    known: Mapping[str, frozenset[str]],
    taxonomy: Taxonomy,
) -> Compared:
    theirs = under_taxonomy(theirs, taxonomy)
    pairs = {
        task: list(pairs_of(mine, theirs, task))
        for task in taxonomy.tasks
        if task in known and task in challenger.tasks
    }
    tasks = {
        task: compare_task(rows, known[task], [label.id for label in taxonomy.of_task(task)])
        for task, rows in pairs.items()
        if any(row.truth in known[task] for row in rows)
    }
    apart = sorted(
        (
            Disagreement(
                id=row.id,
                task=task,
                truth=row.truth,
                challenger=row.challenger,
                champion=row.champion,
                right=row.right,
            )
            for task, rows in pairs.items()
            for row in rows
            if row.challenger != row.champion
        ),
        key=lambda one: (_ORDER.index(one.right), taxonomy.tasks.index(one.task), one.id),
    )
    return Compared(
        mails=len(mine),
        tasks=tasks,
        routing_challenger=_routing(mine, challenger.routing_task),
        routing_champion=_routing(theirs, champion.routing_task),
        languages=_languages(mine, {task: pairs[task] for task in tasks}, known),
        disagreements=len(apart),
        shown=tuple(apart[:MAX_SHOWN]),
        coverage={
            task: coverage_of(mine, rows, task, older=champion.taxonomy, taxonomy=taxonomy)
            for task, rows in pairs.items()
        },
        uncomparable_tasks=tuple(task for task in pairs if task not in tasks),
    )


def _routing(mails: Sequence[JudgedMail], task: str) -> Routing:
    routed = [mail for mail in mails if mail.decision is Decision.AUTO_ROUTE and task in mail.truth]
    counts = Counter(mail.decision for mail in mails)
    return Routing(
        shares={decision.value: counts[decision] / len(mails) for decision in Decision},
        routed=len(routed),
        precision=sum(mail.said[task] == mail.truth[task] for mail in routed) / len(routed) if routed else None,
    )


def _languages(
    mails: Sequence[JudgedMail], pairs: Mapping[str, Sequence[Pair]], known: Mapping[str, frozenset[str]]
) -> dict[str, LanguageComparison]:
    """Per language, the one with the most mails first."""
    counts = Counter(mail.language for mail in mails)
    found = {}
    for language, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        scores = {}
        for task, rows in pairs.items():
            own = [row for row in rows if row.language == language and row.truth in known[task]]
            if own:
                scores[task] = PairOfScores(
                    n=len(own),
                    challenger=sum(row.challenger == row.truth for row in own) / len(own),
                    champion=sum(row.champion == row.truth for row in own) / len(own),
                )
        found[language] = LanguageComparison(mails=count, tasks=scores)
    return found
