"""Makes the stack run what the registry says, one step at a time."""

from collections.abc import Iterator
from datetime import timedelta
from enum import Enum

from deploy.approved_model import NO_MODEL, ApprovedModel
from deploy.attempt import attempt, request_token
from deploy.decision import Candidate, Deploy, Exhausted, Keep, Restore, Situation, Stuck, Wait, decide
from deploy.errors import StackError
from deploy.inference_stack import InferenceStack, StackState, Update
from deploy.model_version import ModelVersion
from deploy.registry import Registry
from mailroom.lambda_runtime import logs

_CLOCK_DIFFERENCE = timedelta(minutes=5)
"""An attempt follows its approval, but the registry's clock and the stack's are two."""


class Outcome(Enum):
    """Whether the stack stands as the registry wants it, or an update has to end before that can be said."""

    SETTLED = "settled"
    WAITING = "waiting"


class Deployment:
    """Registry, parameter and stack of one endpoint.

    Two of these at work at once would start two updates of one stack: the function's reserved concurrency is 1, and
    CloudFormation refuses a second update or knows the first one's token again.
    """

    def __init__(
        self,
        *,
        registry: Registry,
        approved_model: ApprovedModel,
        stack: InferenceStack,
        endpoint_name: str,
        taxonomy_version: str,
    ) -> None:
        self._registry = registry
        self._approved_model = approved_model
        self._stack = stack
        self._endpoint_name = endpoint_name
        self._taxonomy_version = taxonomy_version

    def settle(self) -> Outcome:
        """Do what is needed next, if anything; to be called again while it is WAITING. Safe to call at any time.

        Raises:
            StackError: a person must repair the stack first.
            ClientError, BotoCoreError: AWS refused a call or did not answer.
        """
        state = self._stack.state()
        parameter = self._approved_model.read()
        situation = Situation(status=state.status, live=state.live, parameter=parameter)
        decision = decide(self._candidates(state.live), situation)
        for version in decision.refused:
            self._log("refused", level="error", version=version.arn, reason=version.defect)
        match decision.action:
            case Wait():
                self._log("waiting", stack_status=state.status)
                return Outcome.WAITING
            case Stuck():
                raise StackError(
                    f"The stack is in {state.status}: repair it in CloudFormation, then redrive the message."
                )
            case Exhausted(rolled_back=failed):
                if parameter != state.live:
                    self._approved_model.write(state.live)
                raise StackError(
                    f"{state.live} is no longer approved, but {failed.arn} was turned back in its place: it stays "
                    "live. Approve a version that can be deployed, or reject all to take the endpoint away."
                )
            case Restore(rolled_back=rolled_back):
                self._approved_model.write(state.live)
                self._log_return(rolled_back, abandoned=parameter, live=state.live)
                return Outcome.SETTLED
            case Deploy(version=version, rolled_back=rolled_back):
                if rolled_back is not None:
                    self._log_return(rolled_back, abandoned=parameter, live=state.live)
                return self._deploy(version, state, parameter)
            case Keep(version=version):
                self._log_live(version)
                return Outcome.SETTLED

    def _candidates(self, live: str) -> Iterator[Candidate]:
        for version in self._registry.approved():
            # The history is read only where it matters: it may be long.
            matters = version.arn != live and version.defect is None
            since = version.approved_at - _CLOCK_DIFFERENCE
            yield Candidate(
                version=version,
                rolled_back=matters and self._stack.rolled_back(attempt(version), since=since),
            )

    def _deploy(self, version: ModelVersion | None, state: StackState, parameter: str) -> Outcome:
        wanted = NO_MODEL if version is None else version.arn
        token = request_token(version, stack_changed_at=state.changed_at)
        if parameter != wanted:
            self._approved_model.write(wanted)
        match self._stack.update(state, token=token):
            case Update.BUSY:
                self._log("waiting", stack_status="busy since it was looked at")
                return Outcome.WAITING
            case Update.UNCHANGED:
                self._log("unchanged", level="warning", version=wanted, former_version=state.live)
                return Outcome.SETTLED
            case Update.STARTED:
                self._log(
                    "deploying",
                    level="warning" if version is None else "info",
                    version=wanted,
                    former_version=state.live,
                    approved_by=None if version is None else version.approved_by,
                    client_request_token=token,
                )
        after = self._stack.state()
        if after.in_progress or after.live != wanted:
            return Outcome.WAITING
        self._log_live(version)
        return Outcome.SETTLED

    def _log_live(self, version: ModelVersion | None) -> None:
        self._log("live", version=NO_MODEL if version is None else version.arn)
        # It went live all the same: a return to a former version must never be blocked, and every answer names the
        # taxonomy that it was given under.
        if version is not None and version.taxonomy != self._taxonomy_version:
            self._log(
                "taxonomy_differs",
                level="warning",
                version=version.arn,
                taxonomy_version=version.taxonomy,
                deployed_taxonomy_version=self._taxonomy_version,
            )

    def _log_return(self, rolled_back: ModelVersion | None, *, abandoned: str, live: str) -> None:
        if rolled_back is not None:
            self._log("rolled_back", level="error", version=rolled_back.arn, live_version=live)
        else:
            self._log("parameter_restored", level="warning", version=abandoned, live_version=live)

    def _log(self, event: str, *, level: str = "info", **facts: str | None) -> None:
        logs.write(event, {"endpoint": self._endpoint_name, **facts}, level=level)
