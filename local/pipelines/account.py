"""The account's side of an execution: its record, and the clients of what its jobs use."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials
from local.accounts.private_calls import call

JobKind = Literal["training", "processing"]
ENDED = ("Succeeded", "Failed", "Stopped")
"""The states of a step that has ended."""


@dataclass(frozen=True, kw_only=True)
class StepState:
    """A step that was begun, as the account has it; times in seconds since 1970."""

    name: str
    type: str
    status: str
    started_at: float
    ended_at: float | None = None
    reason: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0
    failures: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExecutionState:
    """An execution as the account has it; ``created_at`` in seconds since 1970."""

    arn: str
    definition: Mapping[str, Any]
    parameters: Mapping[str, Any]
    max_parallel_steps: int | None
    created_at: float
    status: str
    experiment: Mapping[str, str]
    steps: Mapping[str, StepState]


class Account:
    """One emulated account. All that an executor knows beyond the running step is asked here and told here."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials

    def client(self, service: str) -> Any:
        """A boto3 client in the account."""
        return self.credentials.client(service)

    def unfinished(self) -> tuple[str, ...]:
        """The ARNs of the executions that have not ended, oldest first."""
        return tuple(self._call("unfinished-executions")["executions"])

    def execution(self, arn: str) -> ExecutionState:
        """An execution with all its steps; raises EmulatorError if there is none."""
        content = self._call("execution", arn=arn)
        steps = {
            name: StepState(**{**step, "failures": tuple(step["failures"])}) for name, step in content["steps"].items()
        }
        known = ExecutionState.__dataclass_fields__
        return ExecutionState(**{**{name: content[name] for name in known}, "steps": steps})

    def status(self, arn: str) -> str:
        """An execution's status."""
        return str(self._call("execution-status", arn=arn)["status"])

    def tell_step(self, arn: str, step: StepState) -> None:
        """Tell how far a step is."""
        self._call("execution-step", arn=arn, step=asdict(step))

    def tell_end(self, arn: str, status: str, reason: str | None) -> None:
        """Tell that an execution has ended."""
        self._call("execution-end", arn=arn, status=status, reason=reason)

    def tell_job(self, kind: JobKind, name: str, facts: Mapping[str, Any]) -> None:
        """Tell what Describe shall say of a job, by the names that it says it under; times in seconds since 1970."""
        self._call("job", kind=kind, name=name, facts=dict(facts))

    def abandon_job(self, kind: JobKind, name: str) -> None:
        """Tell that a job was stopped, if it is there and has not ended."""
        sagemaker = self.client("sagemaker")
        try:
            if kind == "training":
                status = sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]
            else:
                status = sagemaker.describe_processing_job(ProcessingJobName=name)["ProcessingJobStatus"]
        except ClientError:
            return
        if status == "InProgress":
            facts = {"training": {"SecondaryStatus": "Stopped"}, "processing": {}}[kind]
            prefix = kind.capitalize()
            self.tell_job(kind, name, {f"{prefix}JobStatus": "Stopped", f"{prefix}EndTime": time.time(), **facts})

    def _call(self, call_name: str, /, **content: Any) -> Mapping[str, Any]:
        return call(self.credentials, call_name, content)
