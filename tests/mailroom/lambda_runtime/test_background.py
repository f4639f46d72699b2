import threading
from functools import partial

import pytest

from mailroom.lambda_runtime.background import DeadlinePassedError, call_within, gather
from mailroom.lambda_runtime.deadline import Deadline


def broken():
    raise ValueError("broken")


def test_what_each_call_returned_or_raised_is_gathered():
    calls = {"one": lambda: 1, "two": lambda: 2, "broken": broken}
    ended = gather(calls, at_once=2, deadline=Deadline.within(30))
    assert {key: ended[key] for key in ("one", "two")} == {"one": 1, "two": 2}
    assert isinstance(ended["broken"], ValueError)
    assert len(ended) == 3


def test_no_call_is_nothing_to_wait_for():
    assert gather({}, at_once=1, deadline=Deadline.within(30)) == {}


def test_no_more_calls_are_under_way_than_may_be():
    lock, under_way, most = threading.Lock(), [0], [0]

    def call():
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        # Long enough for the other calls to begin, if they were let.
        threading.Event().wait(0.01)
        with lock:
            under_way[0] -= 1
        return True

    assert gather(dict.fromkeys(range(20), call), at_once=3, deadline=Deadline.within(30)) == dict.fromkeys(
        range(20), True
    )
    assert 1 <= most[0] <= 3


def test_a_call_that_outlives_the_deadline_is_left_out_and_no_other_is_begun():
    release, begun = threading.Event(), []

    def call(number):
        begun.append(number)
        if number:
            release.wait(30)
        return number

    ended = gather({number: partial(call, number) for number in range(4)}, at_once=1, deadline=Deadline.within(0.2))
    release.set()
    assert (ended, begun) == ({0: 0}, [0, 1])


def test_after_the_deadline_nothing_is_begun():
    assert gather({"late": broken}, at_once=1, deadline=Deadline.within(-1)) == {}


def test_a_single_call_returns_raises_or_is_late():
    assert call_within(Deadline.within(30), lambda: 1) == 1
    with pytest.raises(ValueError, match="broken"):
        call_within(Deadline.within(30), broken)
    release = threading.Event()
    with pytest.raises(DeadlinePassedError):
        call_within(Deadline.within(0.05), lambda: release.wait(30))
    release.set()
