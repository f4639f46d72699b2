"""What the gate says, and gate.json."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

SCHEMA = "mailroom.gate/1"
# A pipeline shows at most 1,024 characters of a failed step's reason; the step's own words come before ours.
MAX_TEXT = 900


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A rule that a task broke. ``by`` is the distance to ``limit``, in the unit of ``value``; always above 0."""

    rule: str
    task: str
    value: float
    limit: float
    by: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``failures`` is empty if the model passed. ``notes``: sentences on how far it was compared."""

    failures: tuple[Failure, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the model may be registered."""
        return not self.failures

    @property
    def text(self) -> str:
        """One line for a person: every failure and every note, as many as there is room for."""
        said = [failure.text for failure in self.failures] or ["All rules hold."]
        text = " ".join([*said, *self.notes])
        return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def verdict_to_json(verdict: Verdict, *, facts: Mapping[str, str], model_card: str) -> str:
    """gate.json; ``facts`` say which model it is about, and must be texts that the registry takes as metadata;
    ``model_card`` is the text that goes into the registry with the model."""
    content = {
        "schema": SCHEMA,
        "verdict": "passed" if verdict.passed else "failed",
        "text": verdict.text,
        "failures": [asdict(failure) for failure in verdict.failures],
        "notes": list(verdict.notes),
        "facts": dict(facts),
        "model_card": model_card,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
