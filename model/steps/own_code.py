"""A model measured through the code in its own archive, for one that this checkout's code cannot read.

What serves it answers, in a process of its own: all that the two need to agree on is what relay and endpoint say to
each other, which has to hold across versions anyway. Mails come clean from the dataset and are cleaned once more, which
changes a few; that is why a model that this code can read is measured without the detour.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailroom.errors import ContractError, MailroomError
from mailroom.message import Email
from mailroom.prediction import Prediction
from mailroom.wire.endpoint import (
    Description,
    batch_to_json,
    describe_to_json,
    description_from_json,
    results_from_json,
)
from mailroom.wire.request import Options
from mailroom.wire.response import Result
from model.archive.layout import ArchiveLayout
from model.classifier.mail_classifier import Judgement
from model.dataset.example import Example
from model.evaluation.run import Measured, measured_from

DRIVER = Path(__file__).with_name("own_code_driver.py")
_BATCH = 64
_TOLD = 300


class OwnCodeError(MailroomError):
    """The archive's own code cannot measure it either. The text is the end of a sentence."""


@dataclass(frozen=True, kw_only=True)
class OwnCodeModel:
    """A model that answered: ``description`` is its own, ``judgements`` go by mail id and lack the mails that it
    refused."""

    description: Description
    known_labels: Mapping[str, frozenset[str]]
    judgements: Mapping[str, Judgement]

    def measured(self, examples: Sequence[Example]) -> Measured:
        """The measurement on these mails, as far as it answered them.

        Raises:
            EvaluationError: none of them has a label for a task of the model.
        """
        answered = [one for one in examples if one.id in self.judgements]
        return measured_from(
            answered,
            [self.judgements[one.id] for one in answered],
            taxonomy=self.description.taxonomy,
            known_labels=self.known_labels,
            routing_task=self.description.policy.routing_task,
        )


def ask_own_code(folder: Path, examples: Sequence[Example]) -> OwnCodeModel:
    """Ask the model in the unpacked archive ``folder`` about the mails.

    Raises:
        OwnCodeError: its code does not run here, or answers in another form.
    """
    batches = [examples[start : start + _BATCH] for start in range(0, len(examples), _BATCH)]
    requests = [describe_to_json(), *(batch_to_json([_email(one) for one in batch], Options()) for batch in batches)]
    described, *answers = _answers(folder, requests)
    try:
        description = description_from_json(described)
        results = [
            result
            for batch, answer in zip(batches, answers, strict=True)
            for result in results_from_json(answer, [one.id for one in batch])[1]
        ]
    except (ContractError, ValueError) as error:
        raise OwnCodeError(f"its own code answers in another form ({type(error).__name__})") from error
    return OwnCodeModel(
        description=description,
        known_labels=_known_labels(folder, description),
        judgements=dict(_judgements(examples, results)),
    )


def _answers(folder: Path, requests: Sequence[bytes]) -> list[bytes]:
    with tempfile.TemporaryDirectory(prefix="mailroom-own-code-") as scratch:
        asked, answered = Path(scratch) / "requests", Path(scratch) / "answers"
        asked.write_bytes(b"".join(request + b"\n" for request in requests))
        # Isolated: nothing of this checkout is on its path.
        command = [sys.executable, "-I", str(DRIVER), str(folder.absolute()), str(asked), str(answered)]
        done = subprocess.run(  # noqa: S603 - the model that serves, in a step without a network
            command, cwd=scratch, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            # An exception may quote a mail; its kind cannot.
            raise OwnCodeError(f"its own code fails here ({said.partition(':')[0][:_TOLD]})")
        return answered.read_bytes().splitlines()


def _email(example: Example) -> Email:
    return Email(
        id=example.id,
        subject=example.subject,
        body=example.text,
        custodian_banks=example.custodian_banks,
        language_hint=example.language,
        thread_id=example.thread_id,
    )


def _judgements(examples: Sequence[Example], results: Sequence[Result]) -> Iterator[tuple[str, Judgement]]:
    for example, result in zip(examples, results, strict=True):
        if isinstance(result, Prediction):
            yield (
                example.id,
                Judgement(
                    labels=result.labels,
                    decision=result.decision,
                    reasons=result.reasons,
                    language=result.language,
                    supported=True,
                    truncated=result.truncated,
                    queue_target=result.queue_target,
                ),
            )


def _known_labels(folder: Path, description: Description) -> Mapping[str, frozenset[str]]:
    """What the archive says that it was taught, or else all active labels."""
    try:
        taught = json.loads(ArchiveLayout(folder).manifest.read_bytes())["labels"]
        return {str(task): frozenset(map(str, labels)) for task, labels in taught.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        taxonomy = description.taxonomy
        return {task: frozenset(label.id for label in taxonomy.active(task)) for task in taxonomy.tasks}
