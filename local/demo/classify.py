"""The last stages: serve the archive, let the CRM send its newest mails, and show what came back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.adapters import Served
from local.crm.client import Answer, CrmClient
from local.crm.mails import CrmMail, read_mails
from local.crm.table import answer_table, decision_line, score, score_table
from local.demo.plan import DemoError, DemoOptions, Plan, carried_back, true_labels
from local.demo.stages import DemoFolders
from mailroom.prediction import ItemError
from model.archive.reader import Manifest, open_archive
from model.dataset.prepared import PreparedDataset

BATCH_SIZE = 50
_SEEN = 50


@dataclass(frozen=True, kw_only=True)
class Classified:
    """The mails that the CRM sent, and the answers, in the same order."""

    mails: Sequence[CrmMail]
    answers: Sequence[Answer]


def newest_mails(plan: Plan, dataset: PreparedDataset) -> list[CrmMail]:
    """The raw mails that the CRM sends, the first of each id; raises DemoError if there are none.

    Where so few mails are unlike each other that none is left for testing, some that training has seen are sent.
    """
    ids = None
    if plan.only_test_split:
        if not dataset.test:
            print("No mail is left for testing: the CRM sends mails that training has seen; the scores say nothing.")
        ids = {example.id for example in dataset.test or dataset.train[:_SEEN]}
    mails = {mail.email.id: mail for mail in reversed(list(read_mails(plan.newest, plan.columns, plan.tasks, ids=ids)))}
    if not mails:
        raise DemoError("There is no mail to classify.")
    return list(reversed(mails.values()))


def classify(mails: Sequence[CrmMail], served: Served) -> Classified:
    """Send the mails through HTTP in batches; raises ApiError."""
    client = CrmClient(served.url, served.api_key)
    try:
        return Classified(mails=mails, answers=client.classify([mail.email for mail in mails], batch_size=BATCH_SIZE))
    finally:
        client.close()


def show(classified: Classified, plan: Plan, folders: DemoFolders, options: DemoOptions) -> None:
    """Print the table, the scores against the truth, and the errors by code."""
    _, manifest = open_archive(folders.model)
    results = [answer.result for answer in classified.answers]
    print(answer_table(classified.mails, classified.answers, tuple(manifest.labels), rows=options.rows))
    if len(classified.mails) > options.rows:
        print(f"… and {len(classified.mails) - options.rows:,} more")
    truth = _truth(classified.mails, plan, manifest)
    whose = "the sample's truth (synthetic mails)" if plan.synthetic else "the export's labels"
    print(f"\nScores against {whose}:")
    print(score_table(score(truth, results, manifest.labels)))
    policy = json.loads((folders.model / "policy.json").read_bytes())
    print(decision_line(truth, results, policy["routing_task"]))
    for error in {(result.code, result.detail) for result in results if isinstance(result, ItemError)}:
        count = sum(isinstance(result, ItemError) and (result.code, result.detail) == error for result in results)
        print(f"{count} x {error[0].value}: {error[1]}")


def _truth(mails: Sequence[CrmMail], plan: Plan, manifest: Manifest) -> list[dict[str, str]]:
    right = true_labels(plan)
    return [
        carried_back(right.get(mail.email.id, dict(mail.labels)), plan.newest_taxonomy, manifest.labels)
        for mail in mails
    ]


def rate(classified: Classified, seconds: float) -> str:
    """How fast it went."""
    return f"{len(classified.mails):,} mails, {len(classified.mails) / max(seconds, 1e-9):,.0f} a second"


def report_path(folders: DemoFolders) -> Path:
    """The report to open."""
    return (folders.evaluation / "report.html").absolute()
