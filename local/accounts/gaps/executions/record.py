"""What the account knows of a pipeline execution; it lives in moto's backend, so it is there as long as the account."""

import json
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

ACTIVE = ("Executing", "Stopping")
"""The states of an execution that has not ended."""

CHANGING = threading.RLock()
"""Held while a record is read and changed: the server answers each call on a thread of its own."""


@dataclass(kw_only=True)
class StepRecord:
    """A step that was begun. Times are seconds since 1970. ``failures``: type and time of each failed attempt."""

    name: str
    type: str
    status: str
    started_at: float
    ended_at: float | None = None
    reason: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    attempts: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)

    def as_answer(self) -> dict[str, Any]:
        """As ListPipelineExecutionSteps tells it."""
        told = {
            "StepName": self.name,
            "StartTime": moment(self.started_at),
            "EndTime": None if self.ended_at is None else moment(self.ended_at),
            "StepStatus": self.status,
            "FailureReason": self.reason,
            "Metadata": self.metadata,
            "AttemptCount": self.attempts,
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(kw_only=True)
class ExecutionRecord:
    """An execution. ``definition`` is the pipeline's text as it was at the start, ``parameters`` hold the defaults of
    those that were not given; ``tokens`` are the request tokens of the calls that have changed it since."""

    arn: str
    pipeline_name: str
    pipeline_arn: str
    display_name: str | None
    description: str | None
    definition: str
    parameters: dict[str, Any]
    max_parallel_steps: int | None
    token: str
    created_at: float
    modified_at: float
    status: str = "Executing"
    reason: str | None = None
    experiment: dict[str, str] = field(default_factory=dict)
    steps: dict[str, StepRecord] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The last part of its ARN."""
        return self.arn.rpartition("/")[2]

    def summary(self) -> dict[str, Any]:
        """As ListPipelineExecutions tells it."""
        told = {
            "PipelineExecutionArn": self.arn,
            "StartTime": moment(self.created_at),
            "PipelineExecutionStatus": self.status,
            "PipelineExecutionDescription": self.description,
            "PipelineExecutionDisplayName": self.display_name,
            "PipelineExecutionFailureReason": self.reason,
        }
        return {name: value for name, value in told.items() if value is not None}

    def as_answer(self) -> dict[str, Any]:
        """As DescribePipelineExecution tells it."""
        parallelism = {"MaxParallelExecutionSteps": self.max_parallel_steps} if self.max_parallel_steps else None
        told = {
            "PipelineArn": self.pipeline_arn,
            "PipelineExecutionArn": self.arn,
            "PipelineExecutionDisplayName": self.display_name,
            "PipelineExecutionStatus": self.status,
            "PipelineExecutionDescription": self.description,
            "PipelineExperimentConfig": self.experiment or None,
            "FailureReason": self.reason,
            "CreationTime": moment(self.created_at),
            "LastModifiedTime": moment(self.modified_at),
            "ParallelismConfiguration": parallelism,
        }
        return {name: value for name, value in told.items() if value is not None}

    def as_content(self) -> dict[str, Any]:
        """As the executor gets it: all of it, with the definition as an object."""
        content = asdict(self) | {"definition": json.loads(self.definition)}
        del content["tokens"]
        return content


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
