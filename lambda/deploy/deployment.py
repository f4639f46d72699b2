"""Makes the stack run what the registry says, one step at a time."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import Enum

from deploy.approved_model import NO_MODEL, ApprovedModel
from deploy.attempt import attempt, request_token
from deploy.decision import Candidate, Deploy, Exhausted, Keep, Restore, Situation, Stuck, Wait, decide
from deploy.errors import StackError
from deploy.inference_stack import InferenceStack, StackState, Update
from deploy.model_version import ModelVersion
from deploy.registry import Registry
from deploy.rejections import Rejections
from deploy.report import Report
from deploy.state_change import StateChange

_WHOLE = timedelta(seconds=1)
"""EventBridge rounds the time of an event down to seconds."""


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
        rejections: Rejections,
        stack: InferenceStack,
        report: Report,
        version_key: str,
        compared_key: str,
    ) -> None:
        self._registry = registry
        self._approved_model = approved_model
        self._rejections = rejections
        self._stack = stack
        self._report = report
        self._version_key = version_key
        self._compared_key = compared_key

    def settle(self, changes: Sequence[StateChange] = ()) -> Outcome:
        """Do what is needed next, if anything; to be called again while it is WAITING. Safe to call at any time.

        ``changes``: what the registry told since.

        Raises:
            StackError: a person must repair the stack first.
            ClientError, BotoCoreError: AWS refused a call or did not answer.
        """
        self._rejections.note({one.number: one.at + _WHOLE for one in changes if one.number and one.rejected})
        state = self._stack.state()
        parameter = self._approved_model.read()
        situation = Situation(status=state.status, live=state.live, parameter=parameter)
        decision = decide(self._candidates(state.live), situation)
        for version in decision.refused:
            self._report.write("refused", level="error", version=version.arn, reason=version.defect)
        match decision.action:
            case Wait():
                self._report.write("waiting", stack_status=state.status)
                self._withdraw_if_rejected(parameter)
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
                self._report.returned(rolled_back, abandoned=parameter, live=state.live)
                return Outcome.SETTLED
            case Deploy(version=version, rolled_back=rolled_back):
                if rolled_back is not None:
                    self._report.returned(rolled_back, abandoned=parameter, live=state.live)
                return self._deploy(version, state, parameter)
            case Keep(version=version):
                self._report.live(version)
                return Outcome.SETTLED

    def _candidates(self, live: str) -> Iterator[Candidate]:
        rejections = self._rejections.read()
        for version in self._registry.approved():
            # The history is read only where it matters: it may be long.
            matters = version.arn != live and version.defect is None
            since = max(version.registered_at, rejections.get(version.number, version.registered_at))
            yield Candidate(
                version=version,
                rolled_back=matters and self._stack.rolled_back(attempt(version.number), since=since),
            )

    def _withdraw_if_rejected(self, parameter: str) -> None:
        """Say so if what is being deployed is no longer approved: an alarm on this line turns the deployment back.

        Cancelling the stack's update instead would have CloudFormation ask SageMaker for the former configuration while
        the endpoint is updating, which SageMaker refuses: the stack would be left in UPDATE_ROLLBACK_FAILED.
        """
        number = parameter.rpartition("/")[2]
        if not number.isdecimal():
            return
        token = self._stack.running_attempt() or ""
        if token.startswith(attempt(int(number))) and not self._registry.approves(parameter):
            self._report.write("withdrawn", level="warning", version=parameter)

    def _deploy(self, version: ModelVersion | None, state: StackState, parameter: str) -> Outcome:
        wanted = NO_MODEL if version is None else version.arn
        token = request_token(version, stack_changed_at=state.changed_at)
        if parameter != wanted:
            self._approved_model.write(wanted)
        match self._stack.update(state, told=self._told(version, live=state.live), token=token):
            case Update.BUSY:
                self._report.write("waiting", stack_status="busy since it was looked at")
                return Outcome.WAITING
            case Update.UNCHANGED:
                # Another version is live, so there is something to do: CloudFormation read the parameter as it was.
                self._report.write("unchanged", level="warning", version=wanted, former_version=state.live)
                return Outcome.WAITING
            case Update.STARTED:
                self._report.write(
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
        self._report.live(version)
        return Outcome.SETTLED

    def _told(self, version: ModelVersion | None, *, live: str) -> dict[str, str]:
        """Which model's answers the alarms look at. A live version that is no longer approved is no measure for the
        labels of what takes its place."""
        name = NO_MODEL if version is None else version.name
        return {self._version_key: name, self._compared_key: name if self._registry.approves(live) else NO_MODEL}
