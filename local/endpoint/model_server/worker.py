"""One thread that runs the model, a bounded queue before it, and callers that wait no longer than SageMaker would."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class Model(Protocol):
    """What answers an invocation."""

    def invoke(self, body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        """The answer and its content type."""


class BusyError(Exception):
    """Too many invocations wait already."""


class OverdueError(Exception):
    """The model took longer than SageMaker allows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """``model_ms``: the time within the model. ``queue_ms``: the time before it."""

    body: bytes = field(repr=False)
    content_type: str
    model_ms: float
    queue_ms: float


class _Job:
    def __init__(self, body: bytes, content_type: str, accept: str) -> None:
        self.arguments = (body, content_type, accept)
        self.submitted = time.perf_counter()
        self.done = threading.Event()
        self.abandoned = False
        self.outcome: Answer | Exception | None = None


class Worker:
    """Loads the model and runs one invocation at a time, all in one thread, as the model's libraries like it."""

    def __init__(self, load: Callable[[], Model], *, max_waiting: int, seconds: float) -> None:
        self._load = load
        self._seconds = seconds
        self._jobs: queue.Queue[_Job] = queue.Queue(maxsize=max_waiting)
        self._loaded = threading.Event()
        self._load_error: Exception | None = None

    def start(self) -> Exception | None:
        """Load the model; returns what prevented it."""
        threading.Thread(target=self._run, daemon=True, name="model").start()
        self._loaded.wait()
        return self._load_error

    def invoke(self, body: bytes, content_type: str, accept: str) -> Answer:
        """Wait for the model's answer.

        Raises:
            BusyError: the queue is full.
            OverdueError: there is no answer within the time allowed.
            Exception: whatever the model raised.
        """
        job = _Job(body, content_type, accept)
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise BusyError from None
        if not job.done.wait(self._seconds):
            job.abandoned = True
            raise OverdueError
        if isinstance(job.outcome, Answer):
            return job.outcome
        raise job.outcome or OverdueError

    def _run(self) -> None:
        try:
            model = self._load()
        except Exception as error:
            self._load_error = error
            return
        finally:
            self._loaded.set()
        while True:
            job = self._jobs.get()
            # Nobody waits for it any more, so the time belongs to the next.
            if not job.abandoned:
                job.outcome = self._answer(model, job)
                job.done.set()

    @staticmethod
    def _answer(model: Model, job: _Job) -> Answer | Exception:
        begun = time.perf_counter()
        try:
            body, content_type = model.invoke(*job.arguments)
        except Exception as error:
            return error
        ended = time.perf_counter()
        return Answer(
            body=body,
            content_type=content_type,
            model_ms=1000 * (ended - begun),
            queue_ms=1000 * (begun - job.submitted),
        )
