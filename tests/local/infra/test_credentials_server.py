"""Credentials handed to a command over the loopback."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from botocore.credentials import ContainerProvider

from local.infra.credentials_server import serving
from local.infra.errors import AccountError
from local.infra.role_credentials import LastingCredentials, RoleCredentials


def held(access_key: str, minutes: int = 60) -> RoleCredentials:
    expires = datetime.now(UTC) + timedelta(minutes=minutes)
    return RoleCredentials(access_key=access_key, secret_key="secret", token="session", expires=expires)


def ask(variables: Mapping[str, str], *, token: str | None, path: str = "") -> int:
    request = urllib.request.Request(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] + path)
    if token is not None:
        request.add_header("Authorization", token)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_an_sdk_gets_the_credentials_and_asks_again_when_they_come_to_their_end():
    # Ten minutes are fewer than botocore waits for.
    given = iter([held("first", minutes=10), held("second")])
    with serving(LastingCredentials(lambda: next(given))) as variables:
        found = ContainerProvider(environ=dict(variables)).load()
        assert [found.get_frozen_credentials().access_key for _ in range(2)] == ["second", "second"]


def test_what_an_sdk_gets_is_whole():
    with serving(LastingCredentials(lambda: held("key"))) as variables:
        found = ContainerProvider(environ=dict(variables)).load().get_frozen_credentials()
    assert (found.access_key, found.secret_key, found.token) == ("key", "secret", "session")


@pytest.mark.parametrize("token", [None, "", "guessed", "\xe4"])
def test_who_does_not_know_the_token_gets_nothing(token):
    with serving(LastingCredentials(lambda: held("key"))) as variables:
        assert ask(variables, token=token) == 403


def test_there_is_nothing_else_to_be_had():
    with serving(LastingCredentials(lambda: held("key"))) as variables:
        assert ask(variables, token=variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"], path="/other") == 404


def test_each_command_has_a_token_of_its_own():
    tokens = set()
    for _ in range(2):
        with serving(LastingCredentials(lambda: held("key"))) as variables:
            tokens.add(variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
    assert len(tokens) == 2


def test_a_role_that_is_refused_later_on_is_an_answer_without_credentials():
    def refuse() -> RoleCredentials:
        raise AccountError("The role cannot be taken on.")

    with serving(LastingCredentials(refuse)) as variables:
        assert ask(variables, token=variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"]) == 503


def test_nobody_answers_after_the_command():
    with serving(LastingCredentials(lambda: held("key"))) as variables:
        pass
    with pytest.raises(urllib.error.URLError):
        ask(variables, token=variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
