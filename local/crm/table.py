"""The answers as a person reads them: a table, and how they compare with the truth."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sklearn.metrics import f1_score

from local.crm.client import Answer
from local.crm.mails import CrmMail
from mailroom.prediction import Decision, ItemError, Prediction

_SUBJECT = 34


def answer_table(mails: Sequence[CrmMail], answers: Sequence[Answer], tasks: Sequence[str], *, rows: int) -> str:
    """Subject, labels, confidence of the least certain label, decision; the first ``rows`` mails."""
    lines = [["subject", *tasks, "confidence", "decision"]]
    for mail, answer in list(zip(mails, answers, strict=True))[:rows]:
        subject = " ".join(mail.email.subject.split())
        shown = subject if len(subject) <= _SUBJECT else f"{subject[: _SUBJECT - 1]}…"
        result = answer.result
        if isinstance(result, ItemError):
            lines.append([shown, *("-" for _ in tasks), "-", result.code.value])
        else:
            lines.append(
                [
                    shown,
                    *(result.labels[task].label[:24] for task in tasks),
                    f"{min(found.confidence for found in result.labels.values()):.2f}",
                    result.decision.value,
                ]
            )
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([text[0], "  ".join("─" * width for width in widths), *text[1:]])


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskScore:
    """Over the mails whose true label the model knows; ``unknown`` mails carry a label it was never taught."""

    task: str
    mails: int
    accuracy: float
    macro_f1: float
    unknown: int


def score(
    truth: Sequence[Mapping[str, str]], results: Sequence[Prediction | ItemError], known: Mapping[str, Sequence[str]]
) -> list[TaskScore]:
    """Scores per task; a mail that got an error counts as wrong."""
    scores = []
    for task, labels in known.items():
        pairs = [
            (labels_of[task], result.labels[task].label if isinstance(result, Prediction) else "")
            for labels_of, result in zip(truth, results, strict=True)
            if task in labels_of
        ]
        there = [(right, said) for right, said in pairs if right in labels]
        right, said = [pair[0] for pair in there], [pair[1] for pair in there]
        scores.append(
            TaskScore(
                task=task,
                mails=len(there),
                unknown=len(pairs) - len(there),
                accuracy=sum(a == b for a, b in there) / len(there) if there else 0.0,
                macro_f1=float(f1_score(right, said, average="macro", zero_division=0.0)) if there else 0.0,
            )
        )
    return scores


def score_table(scores: Sequence[TaskScore]) -> str:
    """The scores, one line a task."""
    width = max(len(one.task) for one in scores)
    lines = [f"{'task'.ljust(width)}  mails  accuracy  macro-F1"]
    for one in scores:
        new = f"   ({one.unknown} more carry a label newer than the model)" if one.unknown else ""
        lines.append(f"{one.task.ljust(width)}  {one.mails:>5}  {one.accuracy:>8.3f}  {one.macro_f1:>8.3f}{new}")
    return "\n".join(lines)


def decision_line(
    truth: Sequence[Mapping[str, str]], results: Sequence[Prediction | ItemError], routing_task: str
) -> str:
    """How many mails go where, and how often automatic routing was right."""
    counts = Counter(result.decision.value if isinstance(result, Prediction) else "error" for result in results)
    routed = [
        (labels[routing_task], result.labels[routing_task].label)
        for labels, result in zip(truth, results, strict=True)
        if isinstance(result, Prediction) and result.decision is Decision.AUTO_ROUTE and routing_task in labels
    ]
    parts = ", ".join(f"{name} {count / len(results):.1%}" for name, count in counts.most_common())
    if not routed:
        return parts
    right = sum(a == b for a, b in routed) / len(routed)
    return f"{parts}; of the mails routed automatically, {right:.1%} went to the right {routing_task}"
