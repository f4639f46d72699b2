"""Two models compared in one task."""

from collections import Counter
from collections.abc import Iterator, Sequence

from model.comparison.paired import differences, mcnemar, scores_of
from model.comparison.pairs import BOTH, CHALLENGER, CHAMPION, NEITHER, Pair
from model.comparison.results import LabelComparison, LabelScore, NewLabels, TaskComparison


def compare_task(rows: Sequence[Pair], known: frozenset[str], order: Sequence[str]) -> TaskComparison:
    """The comparison over the rows whose label is ``known`` to the champion (at least one), the others told apart;
    ``order`` holds the labels of the taxonomy."""
    old, new = [row for row in rows if row.truth in known], [row for row in rows if row.truth not in known]
    truth = [row.truth for row in old]
    challenger, champion = [row.challenger for row in old], [row.champion for row in old]
    labels = [label for label in order if label in set(truth)]
    right = Counter(row.right for row in old)
    accuracy, macro_f1 = differences(truth, challenger, champion, labels)
    return TaskComparison(
        n=len(old),
        challenger=scores_of(truth, challenger, labels),
        champion=scores_of(truth, champion, labels),
        accuracy_difference=accuracy,
        macro_f1_difference=macro_f1,
        both_right=right[BOTH],
        only_challenger_right=right[CHALLENGER],
        only_champion_right=right[CHAMPION],
        neither_right=right[NEITHER],
        p_value=mcnemar(right[CHALLENGER], right[CHAMPION]),
        labels=tuple(_labels(rows, old, known, order)),
        new_labels=NewLabels(
            labels=tuple(label for label in order if any(row.truth == label for row in new)),
            n=len(new),
            accuracy=sum(row.challenger == row.truth for row in new) / len(new) if new else None,
        ),
    )


def _labels(
    rows: Sequence[Pair], old: Sequence[Pair], known: frozenset[str], order: Sequence[str]
) -> Iterator[LabelComparison]:
    """Each label that a mail has; a new one measured on all mails, the others on those that both could know."""
    for label in order:
        counted = old if label in known else rows
        support = sum(row.truth == label for row in counted)
        if support:
            yield LabelComparison(
                label=label,
                support=support,
                challenger=_label_score(label, [(row.truth, row.challenger) for row in counted]),
                champion=_label_score(label, [(row.truth, row.champion) for row in counted])
                if label in known
                else None,
            )


def _label_score(label: str, pairs: Sequence[tuple[str, str]]) -> LabelScore:
    hits = sum(truth == said == label for truth, said in pairs)
    support, predicted = sum(truth == label for truth, _ in pairs), sum(said == label for _, said in pairs)
    return LabelScore(
        precision=hits / predicted if predicted else 0.0,
        recall=hits / support if support else 0.0,
        f1=2 * hits / (support + predicted) if hits else 0.0,
    )
