"""Two models that judged the same mails, with chosen answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from mailroom.prediction import Decision
from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from model.comparison.compare import Entrant
from model.comparison.judged import JudgedMail

OLD = LabelStatus.DEPRECATED
BEFORE = Taxonomy(
    version="1",
    tasks=("queue", "topic"),
    labels=(
        Label(id="fees", task="queue"),
        Label(id="transfers", task="queue"),
        Label(id="login_problem", task="topic", parents=("fees",)),
        Label(id="fax_order", task="topic", parents=("transfers",)),
        Label(id="invoice", task="topic", parents=("fees",)),
        Label(id="order", task="topic", parents=("transfers",)),
    ),
)
# login_problem was split, fax_order retired, invoice renamed to bill; passkey is new.
NOW = Taxonomy(
    version="2",
    tasks=("queue", "topic"),
    labels=(
        Label(id="fees", task="queue", names={"de": "Gebühren", "en": "Fees"}),
        Label(id="transfers", task="queue"),
        Label(
            id="login_problem",
            task="topic",
            parents=("fees",),
            status=OLD,
            replaced_by=("login_locked", "login_forgotten"),
        ),
        Label(id="login_locked", task="topic", parents=("fees",)),
        Label(id="login_forgotten", task="topic", parents=("fees",)),
        Label(id="fax_order", task="topic", parents=("transfers",), status=OLD),
        Label(id="invoice", task="topic", parents=("fees",), status=OLD, replaced_by=("bill",)),
        Label(id="bill", task="topic", parents=("fees",)),
        Label(id="order", task="topic", parents=("transfers",)),
        Label(id="passkey", task="topic", parents=("fees",)),
    ),
)

Answers = Sequence[tuple[str, str]]
"""True and given label of each mail, of one task."""


def judged(task: str, answers: Answers, **more: Any) -> tuple[JudgedMail, ...]:
    """A mail for each pair of labels."""
    return tuple(
        JudgedMail(
            **{
                "id": f"m{number}",
                "language": "de",
                "decision": Decision.SUGGEST,
                "truth": {task: true},
                "said": {task: said},
                **more,
            }
        )
        for number, (true, said) in enumerate(answers)
    )


def entrant(mails: Sequence[JudgedMail], *, taxonomy: Taxonomy = NOW, **more: Any) -> Entrant:
    """A model that gave these answers."""
    tasks: Mapping[str, float] = {task: 0.5 for mail in mails for task in mail.said}
    return Entrant(
        **{
            "model_version": f"m-{taxonomy.version}",
            "taxonomy": taxonomy,
            "routing_task": "queue",
            "tasks": tasks,
            "mails": mails,
            "frozen_set": "2/2026-03",
            **more,
        }
    )


def former(mails: Sequence[JudgedMail], **more: Any) -> Entrant:
    """The champion: trained under the older taxonomy."""
    return entrant(mails, **{"taxonomy": BEFORE, "model_package": "arn:champion", **more})
