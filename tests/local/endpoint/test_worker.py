import threading

import pytest

from local.endpoint.model_server.worker import BusyError, OverdueError, Worker


class Gate:
    """A model that answers when it is let, and remembers what it was asked."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.asked: list[bytes] = []

    def invoke(self, body, content_type, accept):
        self.asked.append(body)
        self.open.wait(5)
        return body.upper(), accept


def worker(model, **changed):
    made = Worker(lambda: model, **{"max_waiting": 4, "seconds": 5.0, **changed})
    assert made.start() is None
    return made


def test_an_invocation_is_answered():
    gate = Gate()
    gate.open.set()
    answer = worker(gate).invoke(b"x", "text/plain", "text/csv")
    assert (answer.body, answer.content_type) == (b"X", "text/csv")


def test_a_model_that_takes_too_long_is_given_up_and_who_waited_behind_it_in_vain_is_not_served():
    gate = Gate()
    impatient = worker(gate, seconds=0.05)
    for body in (b"slow", b"behind"):
        with pytest.raises(OverdueError):
            impatient.invoke(body, "", "")
    gate.open.set()
    assert impatient.invoke(b"next", "", "").body == b"NEXT"
    assert gate.asked == [b"slow", b"next"]


def test_a_full_queue_turns_away():
    gate = Gate()
    busy = worker(gate, max_waiting=1)
    first = threading.Thread(target=busy.invoke, args=(b"1", "", ""))
    first.start()
    while not gate.asked:
        pass
    second = threading.Thread(target=busy.invoke, args=(b"2", "", ""))
    second.start()
    while busy._jobs.empty():
        pass
    with pytest.raises(BusyError):
        busy.invoke(b"3", "", "")
    gate.open.set()
    first.join()
    second.join()


def test_what_the_model_raises_reaches_the_caller_and_the_next_is_served():
    class Broken:
        def invoke(self, body, content_type, accept):
            if body == b"bad":
                raise KeyError(body)
            return body, accept

    made = worker(Broken())
    with pytest.raises(KeyError):
        made.invoke(b"bad", "", "")
    assert made.invoke(b"good", "", "").body == b"good"


def test_what_prevents_loading_is_returned():
    def load():
        raise ValueError("no weights")

    assert isinstance(Worker(load, max_waiting=1, seconds=1).start(), ValueError)
