import re
from datetime import UTC, datetime, timedelta

from deploy.attempt import attempt, request_token
from deploy.model_version import ModelVersion

CHANGED = datetime(2026, 1, 2, tzinfo=UTC)
VERSION = ModelVersion(arn="arn:a/7", number=7, registered_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_token_names_the_version_and_the_stacks_last_change():
    assert request_token(VERSION, stack_changed_at=CHANGED) == "mailroom-v7-1767312000000"
    assert request_token(None, stack_changed_at=CHANGED) == "mailroom-none-1767312000000"


def test_a_token_has_the_form_that_cloudformation_asks_for():
    for version in (VERSION, None):
        assert re.fullmatch(r"[a-zA-Z0-9][-a-zA-Z0-9]{0,127}", request_token(version, stack_changed_at=CHANGED))


def test_a_version_that_comes_back_after_another_one_has_another_token_that_still_names_it():
    first = request_token(VERSION, stack_changed_at=CHANGED)
    second = request_token(VERSION, stack_changed_at=CHANGED + timedelta(seconds=1))
    assert first != second
    assert first.startswith(attempt(7)) and second.startswith(attempt(7))


def test_no_attempt_at_one_version_is_taken_for_one_at_another():
    assert not request_token(VERSION, stack_changed_at=CHANGED).startswith((attempt(70), attempt(None)))
    assert not attempt(71).startswith(attempt(7))
