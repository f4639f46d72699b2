from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3.session
import pytest
from botocore.config import Config

from local.endpoint.supervisor import LocalEndpoint
from tests.support.keyword_archive import make_keyword_archive


@pytest.fixture(scope="session")
def archive_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_keyword_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def endpoint(archive_folder: Path) -> Iterator[LocalEndpoint]:
    with LocalEndpoint(archive_folder, name="keywords", max_waiting=2) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def client_of() -> Callable[[str], Any]:
    session = boto3.session.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-central-1")

    def client(url: str) -> Any:
        return session.client(
            "sagemaker-runtime", endpoint_url=url, config=Config(proxies={}, retries={"total_max_attempts": 1})
        )

    return client
