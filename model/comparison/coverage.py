"""How much of the test set counts in the comparison with the champion, and what the taxonomy says of the rest."""

from collections.abc import Sequence
from datetime import date

from mailroom.taxonomy import Taxonomy
from model.comparison.judged import JudgedMail
from model.comparison.pairs import Pair
from model.comparison.results import Coverage
from model.dataset.label_check import carried


def known_to(older: Taxonomy, task: str, taxonomy: Taxonomy) -> frozenset[str]:
    """The labels of ``taxonomy`` that ``older`` had too, by whatever name."""
    there = [label.id for label in older.active(task) if taxonomy.has(task, label.id)]
    return frozenset(now for label in there if (now := carried(taxonomy, taxonomy.label(task, label))) is not None)


def coverage_of(
    mails: Sequence[JudgedMail], pairs: Sequence[Pair], task: str, *, older: Taxonomy, taxonomy: Taxonomy
) -> Coverage:
    """Of one task; ``pairs`` are the mails that both answered, ``older`` is the champion's taxonomy."""
    known, declared = known_to(older, task, taxonomy), declared_new(older, task, taxonomy)
    truths = [mail.truth[task] for mail in mails if task in mail.truth]
    return Coverage(
        mails=len(truths),
        compared=sum(pair.truth in known for pair in pairs),
        declared=sum(truth in declared for truth in truths),
    )


def declared_new(older: Taxonomy, task: str, taxonomy: Taxonomy) -> frozenset[str]:
    """The labels that ``older`` lacks and that ``taxonomy`` tells of: what an older label was split or renamed into, or
    what is valid only since after the newest label of then.

    A label that is merely there under another id was renamed without a word, and hides what the champion knew.
    """
    newest = max((label.valid_from for label in older.of_task(task) if label.valid_from), default=date.min)
    former = [label for label in taxonomy.of_task(task) if older.has(task, label.id)]
    successors = {successor for label in former for successor in label.replaced_by}
    return frozenset(
        label.id
        for label in taxonomy.active(task)
        if label.id not in known_to(older, task, taxonomy)
        and (label.id in successors or (label.valid_from or date.min) > newest)
    )
