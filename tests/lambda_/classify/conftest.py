import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3.session
import pytest

from classify.application import from_settings
from classify.settings import Settings
from local.endpoint.supervisor import LocalEndpoint
from mailroom.taxonomy import Label, LabelStatus, Taxonomy
from tests.support.classify_api import SECRET, Api
from tests.support.function_environment import function_environment
from tests.support.keyword_archive import make_keyword_archive
from tests.support.ledger_table import KEEP_DAYS, LedgerTable


@pytest.fixture(autouse=True)
def no_mail_text_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever a test does: no log line, printed line or endpoint's line holds what a mail said."""
    caplog.set_level(logging.INFO)
    yield
    printed = capfd.readouterr()
    assert SECRET not in caplog.text + printed.out + printed.err


MakeApi = Callable[..., Api]


@pytest.fixture(scope="session")
def make_api(aws_session: boto3.session.Session, shared_ledger: LedgerTable) -> MakeApi:
    def make(
        url: str,
        name: str = "keywords",
        *,
        ledger: LedgerTable = shared_ledger,
        ledger_url: str | None = None,
        **settings: float | str,
    ) -> Api:
        with pytest.MonkeyPatch.context() as environment:
            for variable, value in function_environment(endpoint_url=url, endpoint_name=name).items():
                environment.setenv(variable, value)
            environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", ledger_url or ledger.url)
            environment.setattr(boto3.session, "Session", lambda: aws_session)
            return Api(
                from_settings(
                    Settings(
                        endpoint_name=name,
                        ledger_table=ledger.name,
                        ledger_days=KEEP_DAYS,
                        **{"deadline_seconds": 8.0, "audit_share": 0.0, "label_mix_task": "queue", **settings},
                    )
                )
            )

    return make


@pytest.fixture(scope="session")
def api(make_api: MakeApi, keyword_endpoint: LocalEndpoint) -> Api:
    return make_api(keyword_endpoint.url)


@pytest.fixture
def large_taxonomy_archive(tmp_path: Path) -> Path:
    active = [Label(id=f"topic-{number}", task="topic") for number in range(401)]
    return make_keyword_archive(
        tmp_path / "archive",
        taxonomy=Taxonomy(
            version="t-9",
            tasks=("topic",),
            labels=(*active, Label(id="old", task="topic", status=LabelStatus.DEPRECATED)),
        ),
    )
