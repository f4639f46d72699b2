"""Which model answers at present, remembered for some seconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from mailroom.errors import ContractError
from mailroom.lambda_runtime.background import DeadlinePassedError, call_within
from mailroom.lambda_runtime.deadline import Deadline
from mailroom.lambda_runtime.endpoint_errors import EndpointError, TimedOutError
from mailroom.wire.endpoint import Description, describe_to_json, description_from_json
from mailroom.wire.response import Versions

FRESH_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    description: Description
    fresh_until: float


class LiveModel:
    """The endpoint's description of itself. Safe for threads: the only state is one reference.

    ``invoke`` sends the endpoint a body and returns its answer's, or raises EndpointError.
    """

    def __init__(self, invoke: Callable[[bytes], bytes], *, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._invoke = invoke
        self._fresh_seconds = fresh_seconds
        self._known: _Known | None = None

    def description(self, deadline: Deadline, *, refresh: bool = False) -> Description:
        """The live model's description, asked for anew when it is no longer fresh or on ``refresh``.

        Raises:
            EndpointError: the endpoint gave no answer.
            ContractError: it answered something else.
        """
        known = self._known
        if known and not refresh and time.monotonic() < known.fresh_until:
            return known.description
        try:
            answer = call_within(deadline, lambda: self._invoke(describe_to_json()))
        except DeadlinePassedError:
            raise TimedOutError("DeadlinePassed") from None
        description = description_from_json(answer)
        self._remember(description)
        return description

    def versions(self, deadline: Deadline) -> Versions:
        """The versions for an answer in which no mail reached the model: empty if the model cannot be asked."""
        try:
            live = self.description(deadline)
        except (EndpointError, ContractError):
            return Versions(model="", taxonomy="", policy="")
        return Versions(model=live.model_version, taxonomy=live.taxonomy.version, policy=live.policy.version)

    def answered(self, versions: Versions) -> None:
        """A batch was classified under these versions: what is remembered of another model no longer holds."""
        known = self._known
        if known is None:
            return
        same = (known.description.model_version, known.description.taxonomy.version) == (
            versions.model,
            versions.taxonomy,
        )
        if same:
            self._remember(known.description)
        else:
            self._known = None

    def _remember(self, description: Description) -> None:
        self._known = _Known(description=description, fresh_until=time.monotonic() + self._fresh_seconds)
