"""Calls that run beside the caller, who waits for them no longer than its deadline allows."""

import threading
from collections.abc import Callable, Hashable, Mapping
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from mailroom.lambda_runtime.deadline import Deadline

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class DeadlinePassedError(Exception):
    """Nothing more came before the deadline."""


class Background(Generic[Key, Value]):
    """Calls under way. One that outlives the deadline is left to its own read timeout; nobody waits for it.

    A socket's read timeout starts anew with every byte, so only waiting from outside keeps a deadline. The threads are
    daemons, because an executor's would hold up the end of the process.
    """

    def __init__(self) -> None:
        self._answers: SimpleQueue[tuple[Key, Value | Exception]] = SimpleQueue()

    def start(self, key: Key, call: Callable[[], Value]) -> None:
        """Begin ``call``; ``next_answer`` hands out what it returns or raises, with ``key``."""
        threading.Thread(target=self._run, args=(key, call), daemon=True).start()

    def _run(self, key: Key, call: Callable[[], Value]) -> None:
        answer: Value | Exception
        try:
            answer = call()
        except Exception as error:
            answer = error
        self._answers.put((key, answer))

    def next_answer(self, deadline: Deadline) -> tuple[Key, Value | Exception]:
        """The next call that ended, in order of ending; raises DeadlinePassedError."""
        try:
            return self._answers.get(timeout=deadline.remaining())
        except Empty:
            raise DeadlinePassedError from None


def call_within(deadline: Deadline, call: Callable[[], Value]) -> Value:
    """What ``call`` returns or raises, if it ends before the deadline; raises DeadlinePassedError otherwise."""
    background: Background[None, Value] = Background()
    background.start(None, call)
    _, answer = background.next_answer(deadline)
    if isinstance(answer, Exception):
        raise answer
    return answer


def gather(
    calls: Mapping[Key, Callable[[], Value]], *, at_once: int, deadline: Deadline
) -> dict[Key, Value | Exception]:
    """What each call returned or raised, ``at_once`` of them under way; what did not end in time is left out.

    A call left out may still take effect: nobody waits for it, but nothing stops it either.
    """
    background: Background[Key, Value] = Background()
    waiting = iter(calls.items())
    ended: dict[Key, Value | Exception] = {}
    under_way = 0
    try:
        while len(ended) < len(calls):
            while under_way < at_once and deadline.remaining() and (begun := next(waiting, None)):
                background.start(*begun)
                under_way += 1
            key, answer = background.next_answer(deadline)
            ended[key] = answer
            under_way -= 1
    except DeadlinePassedError:
        pass
    return ended
