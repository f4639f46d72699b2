"""A training job up to its end: its log as it is written, and how it ended.

Not by the SDK's own ``wait``: it asks for the log with a session of its own, in whatever region that one is set to,
shows it only to who has set logging up, and ends in an exception for a job that failed.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

_LOG_GROUP = "/aws/sagemaker/TrainingJobs"
_ENDED = ("Completed", "Failed", "Stopped")
_LOOK_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a job ended: ``status`` in SageMaker's word; ``text`` is a sentence on it."""

    status: str
    text: str

    @property
    def is_success(self) -> bool:
        """Whether it left a model."""
        return self.status == "Completed"


def follow(job: str, session: boto3.Session, *, say: Callable[[str], None]) -> Ended:
    """Hand each line that ``job`` prints to ``say`` until it has ended; errors of boto3's are raised."""
    sagemaker = session.client("sagemaker")
    log = _Log(job, session.client("logs"))
    while True:
        # First the status: what a job has printed is all there once it has ended.
        described = sagemaker.describe_training_job(TrainingJobName=job)
        for line in log.new_lines():
            say(line)
        if described["TrainingJobStatus"] in _ENDED:
            return ended(described)
        time.sleep(_LOOK_SECONDS)


def ended(described: dict[str, Any]) -> Ended:
    """How the job that DescribeTrainingJob tells of, and that has ended, did so."""
    job, status = described["TrainingJobName"], described["TrainingJobStatus"]
    match status, described.get("SecondaryStatus"):
        case "Completed", _:
            text = f"The training job {job} is done."
        case "Stopped", "MaxRuntimeExceeded":
            text = f"The training job {job} was stopped: it ran for longer than it may."
        case "Stopped", "MaxWaitTimeExceeded":
            text = f"The training job {job} was stopped: it waited for a spare machine for longer than it may."
        case "Stopped", _:
            text = f"The training job {job} was stopped."
        case _:
            text = f"The training job {job} failed: {described.get('FailureReason', 'SageMaker does not say why.')}"
    return Ended(status=status, text=text)


class _Log:
    """The log of all machines of a job; each line is handed out once."""

    def __init__(self, job: str, logs: Any) -> None:
        self._pages = logs.get_paginator("filter_log_events")
        self._asked = {"logGroupName": _LOG_GROUP, "logStreamNamePrefix": f"{job}/"}
        self._from = 0
        self._seen: set[str] = set()

    def new_lines(self) -> Iterator[str]:
        try:
            for page in self._pages.paginate(**self._asked, startTime=self._from):
                for event in page["events"]:
                    if event["eventId"] not in self._seen:
                        self._seen.add(event["eventId"])
                        self._from = max(self._from, event["timestamp"])
                        yield event["message"]
        except ClientError as error:
            # An account's first job makes the group as it begins to print.
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
