"""The CRM's months: mails sent and answered, cases closed, labels fed back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.crm.client import Answer, CrmClient
from local.crm.feedback import feedback_of, review_line
from local.crm.mails import CrmMail, read_mails
from local.crm.table import TaskScore, answer_table, decision_line, score, score_table
from local.demo.loop.world import PROD, World
from local.demo.plan import DemoError, carried_back
from local.sample.write import MonthFolder
from mailroom.feedback import Feedback
from mailroom.prediction import Prediction
from mailroom.taxonomy import Taxonomy
from mailroom.taxonomy_file import load_taxonomy
from model.dataset.columns import ColumnMapping

BATCH_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Classified:
    """A month's mails, their answers in the same order, and how right they were."""

    month: str
    mails: Sequence[CrmMail]
    answers: Sequence[Answer]
    model_version: str
    scores: Sequence[TaskScore]
    decisions: str


def mails_of(month: MonthFolder, tasks: Sequence[str]) -> list[CrmMail]:
    """The month's mails as they came, each id once."""
    found = {mail.email.id: mail for mail in reversed(list(read_mails(month.export, ColumnMapping(), tasks)))}
    return list(reversed(found.values()))


def classify_month(world: World, month: MonthFolder, *, live: str, known: Mapping[str, Sequence[str]]) -> Classified:
    """Send the month's mails through the public API and hold the answers against the truth.

    ``live``: the model_version that is to answer; ``known``: its labels, per task.

    Raises:
        DemoError: a mail got no answer, or another model's.
    """
    taxonomy = load_taxonomy(month.taxonomy)
    mails = mails_of(month, taxonomy.tasks)
    served = world.served(PROD)
    client = CrmClient(served.url, served.api_key)
    try:
        answers = client.classify([mail.email for mail in mails], batch_size=BATCH_SIZE)
    finally:
        client.close()
    results = [answer.result for answer in answers]
    truth = _truth(month, mails, taxonomy, known)
    others = [result for result in results if not isinstance(result, Prediction) or result.model_version != live]
    if others:
        raise DemoError(f"{len(others):,} of {len(results):,} mails of {month.name} were not answered by {live}.")
    return Classified(
        month=month.name,
        mails=mails,
        answers=answers,
        model_version=live,
        scores=score(truth, results, known),
        decisions=decision_line(truth, results, world.config(PROD).observability.label_mix_task),
    )


def show(classified: Classified, *, rows: int, tasks: Sequence[str]) -> None:
    """The first answers, and the scores."""
    print(answer_table(classified.mails, classified.answers, tasks, rows=rows))
    print(f"… of {len(classified.mails):,} mails, all answered by {classified.model_version}\n")
    print(f"Scores against the sample's truth (synthetic mails):\n{score_table(classified.scores)}")
    print(classified.decisions)


def close_cases(world: World, classified: Classified) -> Sequence[Feedback]:
    """Say what the specialists made of the answers, as a CRM does when its cases close; returns the cases."""
    config, month = world.config(PROD), classified.month
    taxonomy = load_taxonomy(next(one for one in world.sample.months if one.name == month).taxonomy)
    items = feedback_of(
        classified.mails,
        classified.answers,
        taxonomy_version=taxonomy.version,
        routing_task=config.observability.label_mix_task,
    )
    served = world.served(PROD)
    client = CrmClient(served.url, served.api_key, timeout=120)
    try:
        counts = client.feedback(items)
    finally:
        client.close()
    said = ", ".join(f"{count:,} {status}" for status, count in counts.items() if count)
    print(f"Cases of {month} closed: {review_line(items)}; the feedback API took them as {said}")
    return items


def _truth(
    month: MonthFolder, mails: Sequence[CrmMail], taxonomy: Taxonomy, known: Mapping[str, Sequence[str]]
) -> list[dict[str, str]]:
    right = {}
    for line in month.truth.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        right[row["id"]] = {task: row[task] for task in taxonomy.tasks}
    labels = {task: tuple(of_task) for task, of_task in known.items()}
    return [carried_back(right[mail.email.id], taxonomy, labels) for mail in mails]
