"""Errors that another try would only repeat."""

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.exceptions import AirflowFailException

from mailroom.errors import MailroomError


@contextmanager
def final() -> Iterator[None]:
    """What is wrong for good fails at once, without retries, with its one sentence."""
    try:
        yield
    except MailroomError as error:
        raise AirflowFailException(str(error)) from None
