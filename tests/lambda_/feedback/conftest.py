import logging
from collections.abc import Callable, Iterator

import boto3.session
import pytest

from feedback.application import from_settings
from feedback.settings import Settings
from local.endpoint.supervisor import LocalEndpoint
from tests.support.feedback_api import FeedbackApi
from tests.support.function_environment import function_environment
from tests.support.ledger_table import KEEP_DAYS, LedgerTable

SECRET = "geheim-4711"


@pytest.fixture
def secret() -> str:
    return SECRET


@pytest.fixture(autouse=True)
def nothing_that_was_given_is_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    caplog.set_level(logging.INFO)
    yield
    printed = capfd.readouterr()
    assert SECRET not in caplog.text + printed.out + printed.err


@pytest.fixture(scope="session")
def make_api(aws_session: boto3.session.Session, shared_ledger: LedgerTable) -> Callable[..., FeedbackApi]:
    def make(url: str, *, ledger: LedgerTable = shared_ledger, ledger_url: str | None = None) -> FeedbackApi:
        with pytest.MonkeyPatch.context() as environment:
            for variable, value in function_environment(endpoint_url=url, endpoint_name="keywords").items():
                environment.setenv(variable, value)
            environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", ledger_url or ledger.url)
            environment.setattr(boto3.session, "Session", lambda: aws_session)
            return FeedbackApi(
                from_settings(Settings(endpoint_name="keywords", ledger_table=ledger.name, ledger_days=KEEP_DAYS))
            )

    return make


@pytest.fixture
def api(make_api: Callable[..., FeedbackApi], keyword_endpoint: LocalEndpoint, ledger: LedgerTable) -> FeedbackApi:
    return make_api(keyword_endpoint.url, ledger=ledger)
