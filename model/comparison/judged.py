"""Mails with what a model said of them: the plain values that a comparison is made of, and no text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mailroom.prediction import Decision
from mailroom.taxonomy import Taxonomy
from model.dataset import kept_set
from model.dataset.example import Example
from model.dataset.label_check import carried
from model.evaluation.run import Measured


@dataclass(frozen=True, kw_only=True)
class JudgedMail:
    """``truth`` and ``said``: task to label id; a mail has the truth of the tasks that it has a label for."""

    id: str
    language: str
    decision: Decision
    truth: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "truth", MappingProxyType(dict(self.truth)))
        object.__setattr__(self, "said", MappingProxyType(dict(self.said)))


def judged_mails(measured: Measured) -> tuple[JudgedMail, ...]:
    """What was measured, mail by mail."""
    return tuple(
        JudgedMail(
            id=example.id,
            language=language,
            decision=decision,
            truth=example.labels,
            said={task: said.label for task, said in judgement.labels.items()},
        )
        for example, judgement, language, decision in zip(
            measured.examples, measured.judgements, measured.languages, measured.decisions, strict=True
        )
    )


def unanswered(example: Example) -> JudgedMail:
    """A mail that a model refused: it has no labels of it, and a person gets it."""
    return JudgedMail(
        id=example.id,
        language=example.language or "und",
        decision=Decision.HUMAN_REVIEW,
        truth=example.labels,
    )


def under_taxonomy(mails: Sequence[JudgedMail], taxonomy: Taxonomy) -> tuple[JudgedMail, ...]:
    """The mails with what was said in the words of ``taxonomy``: a label renamed or merged since counts as what it
    became, so that nobody is wrong for an old name."""

    def label(task: str, said: str) -> str:
        if not taxonomy.has(task, said):
            return said
        return carried(taxonomy, taxonomy.label(task, said)) or said

    return tuple(replace(mail, said={task: label(task, said) for task, said in mail.said.items()}) for mail in mails)


def mails_sha256(mails: Sequence[JudgedMail]) -> str:
    """Equal for the same mails with the same truth, in whatever order: 64 hexadecimal digits."""
    return kept_set.mails_sha256((mail.id, mail.truth) for mail in mails)
