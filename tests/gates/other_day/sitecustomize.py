"""For a process that shall believe in another day and has no network; first on its PYTHONPATH."""

import datetime
import socket
import time

_SHIFT_SECONDS = 400 * 24 * 3600
_time, _time_ns = time.time, time.time_ns


class ShiftedDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)


class ShiftedDate(datetime.date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(time.time())


def refuse(*_, **__):
    raise OSError("there is no network")


time.time = lambda: _time() + _SHIFT_SECONDS
time.time_ns = lambda: _time_ns() + _SHIFT_SECONDS * 10**9
datetime.datetime = ShiftedDatetime
datetime.date = ShiftedDate
socket.socket.connect = refuse
socket.getaddrinfo = refuse
