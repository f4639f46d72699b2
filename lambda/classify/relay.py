"""Sending a request's mails to the model in chunks, and gathering what comes back before the deadline."""

import uuid
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from classify.chunks import Chunk, Numbered, chunked
from classify.endpoint import Endpoint
from mailroom.errors import ContractError
from mailroom.lambda_runtime.background import Background, DeadlinePassedError
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.endpoint_errors import EndpointError, ModelFailedError, TimedOutError, UnreachableError
from mailroom.prediction import ErrorCode, ItemError
from mailroom.wire.endpoint import batch_to_json, results_from_json
from mailroom.wire.request import Options
from mailroom.wire.response import Result, Versions

MAX_IN_FLIGHT = 4
"""Chunks under way at once: as many as a request of 100 usual mails has."""

MAX_SPLITS = 8
"""How often per request a chunk on which the model broke is halved, to save the mails beside the one that broke it."""

LATE = "The model did not answer within the deadline; the mail may be sent again."
BROKEN = "The model could not classify this mail; it may be sent again."

_Answer = tuple[Versions, tuple[Result, ...]]


@dataclass(kw_only=True)
class Outcome:
    """What became of the mails: ``results`` and the ``versions_of`` what answered them, by position."""

    results: dict[int, Result] = field(default_factory=dict)
    versions_of: dict[int, Versions] = field(default_factory=dict)
    invocations: int = 0
    failures: list[EndpointError | ContractError] = field(default_factory=list)
    _splits: int = 0

    @property
    def versions(self) -> Versions | None:
        """Under which most mails were classified: while a new model takes over, chunks may meet both."""
        return Counter(self.versions_of.values()).most_common(1)[0][0] if self.versions_of else None

    @property
    def unreachable(self) -> bool:
        """Whether nothing came of the call because the endpoint could not be reached."""
        return (
            bool(self.failures)
            and not self.versions_of
            and all(isinstance(failure, UnreachableError) for failure in self.failures)
        )

    def take(self, chunk: Chunk, answer: _Answer | Exception) -> list[Chunk]:
        """Record what an invocation brought; returns the chunks to try instead."""
        self.invocations += 1
        if not isinstance(answer, Exception):
            versions, results = answer
            self.versions_of.update((numbered.position, versions) for numbered in chunk)
            self.results.update(zip((numbered.position for numbered in chunk), results, strict=True))
            return []
        if not isinstance(answer, EndpointError | ContractError):
            raise answer
        self.failures.append(answer)
        if isinstance(answer, ModelFailedError) and len(chunk) > 1 and self._splits < MAX_SPLITS:
            self._splits += 1
            middle = len(chunk) // 2
            return [chunk[:middle], chunk[middle:]]
        late = isinstance(answer, TimedOutError)
        for numbered in chunk:
            self.results[numbered.position] = _late_error(numbered) if late else _broken_error(numbered)
        return []


def _late_error(numbered: Numbered) -> ItemError:
    """What stands in the place of a mail that did not make it."""
    return ItemError(email_id=numbered.email.id, code=ErrorCode.MODEL_TIMEOUT, detail=LATE)


def _broken_error(numbered: Numbered) -> ItemError:
    return ItemError(email_id=numbered.email.id, code=ErrorCode.INTERNAL, detail=BROKEN)


def relay(emails: Sequence[Numbered], options: Options, endpoint: Endpoint, deadline: Deadline) -> Outcome:
    """Classify the mails; returns by the deadline, with a result for each mail."""
    outcome = Outcome()
    waiting = deque(chunked(emails, options))
    background: Background[Chunk, _Answer] = Background()
    in_flight = 0
    try:
        while waiting or in_flight:
            while waiting and in_flight < MAX_IN_FLIGHT and deadline.remaining():
                chunk = waiting.popleft()
                background.start(chunk, partial(_classify, chunk, options, endpoint))
                in_flight += 1
            chunk, answer = background.next_answer(deadline)
            in_flight -= 1
            waiting.extend(outcome.take(chunk, answer))
    except DeadlinePassedError:
        outcome.failures.append(TimedOutError("DeadlinePassed"))
        for numbered in emails:
            outcome.results.setdefault(numbered.position, _late_error(numbered))
    return outcome


def _classify(chunk: Chunk, options: Options, endpoint: Endpoint) -> _Answer:
    answer = endpoint.invoke(batch_to_json([numbered.email for numbered in chunk], options))
    versions, results = results_from_json(answer, [uuid.uuid4().hex for _ in chunk])
    if [result.email_id for result in results] != [numbered.email.id for numbered in chunk]:
        raise ContractError("The endpoint answered other mails than it was sent.")
    return versions, results
