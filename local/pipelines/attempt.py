"""One attempt at one step."""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from local.pace import Pace
from local.pipelines.account import Account, ExecutionState, StepState
from local.pipelines.definition import Step
from local.pipelines.step_values import StepValues

_LONGEST_NAME = 63
"""Characters of a job's name."""
_GRACE_SECONDS = 120.0
"""Between SIGTERM and SIGKILL: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html"""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """``folder``: for logs and the jobs' files. ``mlflow_url``: where an MLflow server answers, None for none."""

    folder: Path
    pace: Pace
    mlflow_url: str | None = None


class Attempt:
    """What a step needs to run once, and how it tells how far it is."""

    def __init__(
        self,
        step: Step,
        state: StepState,
        *,
        account: Account,
        execution: ExecutionState,
        values: StepValues,
        settings: Settings,
        stop: threading.Event,
    ) -> None:
        self.step = step
        self.state = state
        self.account = account
        self.execution = execution
        self.stop = stop
        self.settings = settings
        self._values = values

    @property
    def execution_id(self) -> str:
        """The execution's own name."""
        return self.execution.arn.rpartition("/")[2]

    @property
    def folder(self) -> Path:
        """Where the execution's logs are."""
        return self.settings.folder / self.execution_id

    @property
    def log(self) -> Path:
        """What the step's jobs print."""
        return self.folder / f"{self.step.name}.log"

    @property
    def grace_seconds(self) -> float:
        """What a process gets to end by itself."""
        return self.settings.pace.seconds(_GRACE_SECONDS)

    def arguments(self) -> Any:
        """The step's arguments with all expressions replaced; raises DefinitionError, StepFailedError."""
        return self._values.filled(dict(self.step.arguments))

    def new_job_name(self) -> str:
        """A name as SageMaker gives to the jobs of a step."""
        suffix = secrets.token_hex(5)
        start = f"pipelines-{self.execution_id}-{self.step.name}"
        return f"{start[: _LONGEST_NAME - len(suffix) - 1]}-{suffix}"

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a job of this attempt."""
        place = self.account.credentials
        return f"arn:aws:sagemaker:{place.region}:{place.account}:{kind}/{name}"

    def tell(self, status: str, metadata: Mapping[str, Any] | None = None) -> None:
        """Tell the account how far the step is, and what stands for it."""
        ended = time.time() if status in ("Succeeded", "Failed", "Stopped") else None
        known = self.state.metadata if metadata is None else metadata
        self.state = replace(self.state, status=status, ended_at=ended, metadata=known)
        self.account.tell_step(self.execution.arn, self.state)
