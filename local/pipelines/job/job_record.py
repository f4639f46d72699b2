"""What the account tells of a job that runs here."""

import time
from typing import Any

from local.pipelines.account import Account, JobKind

_STATUS = {"training": "TrainingJobStatus", "processing": "ProcessingJobStatus"}
_START = {"training": "TrainingStartTime", "processing": "ProcessingStartTime"}
_END = {"training": "TrainingEndTime", "processing": "ProcessingEndTime"}
_MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading input data",
    "Training": "Training in progress",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Resources released due to exceeding max runtime",
}


class JobRecord:
    """A job in the account. Only a training job has secondary states."""

    def __init__(self, account: Account, kind: JobKind, name: str) -> None:
        self._account = account
        self._kind = kind
        self._name = name
        self._started = time.time()
        self._transitions: list[dict[str, Any]] = []

    def begin(self) -> None:
        """The process is about to run."""
        self._started = time.time()
        self.tell(**{_START[self._kind]: self._started}, **self._secondary("Training"))

    def move(self, secondary: str) -> None:
        """A training job is in another secondary state; nothing for other jobs."""
        if self._kind == "training":
            self.tell(**self._secondary(secondary))

    def end(self, status: str, *, secondary: str | None = None, **facts: Any) -> None:
        """It has ended, with what else there is to tell; ``secondary`` where that is another word than ``status``."""
        now = time.time()
        timing = {_END[self._kind]: now}
        if self._kind == "training":
            seconds = max(1, round(now - self._started))
            timing |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
        self.tell(**{_STATUS[self._kind]: status}, **timing, **self._secondary(secondary or status), **facts)

    def _secondary(self, status: str) -> dict[str, Any]:
        if self._kind != "training":
            return {}
        now = time.time()
        if self._transitions:
            self._transitions[-1]["EndTime"] = now
        message = _MESSAGES.get(status, status)
        self._transitions.append({"Status": status, "StartTime": now, "StatusMessage": message})
        return {"SecondaryStatus": status, "SecondaryStatusTransitions": list(self._transitions)}

    def tell(self, **facts: Any) -> None:
        """Anything else that Describe says of it."""
        self._account.tell_job(self._kind, self._name, facts)
