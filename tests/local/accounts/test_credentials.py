import os
from pathlib import Path

import pytest

from local.accounts.clients import bare_session, client_config
from local.accounts.credentials import Credentials

CREDENTIALS = Credentials(
    url="http://localhost:1234",
    account="111122223333",
    region="eu-central-1",
    access_key="ASIAEXAMPLE",
    secret_key="secret",
    token="token",
)


def test_a_subprocess_sees_the_emulator_and_nothing_of_the_persons_own_set_up(tmp_path: Path):
    person = {
        "PATH": "/bin",
        "HOME": "/home/person",
        "AWS_PROFILE": "bank",
        "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "HTTPS_PROXY": "http://proxy.example.com",
        "CDK_DEFAULT_ACCOUNT": "999999999999",
        "NODE_OPTIONS": "--require ./mine.js",
    }
    assert CREDENTIALS.environment(base=person, cdk_home=tmp_path) == {
        "PATH": "/bin",
        "HOME": "/home/person",
        "CDK_HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": "http://localhost:1234",
        "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "localhost,127.0.0.1",
        "no_proxy": "localhost,127.0.0.1",
    }


def test_a_client_asks_the_emulator_whatever_profile_endpoint_or_proxy_the_person_has(monkeypatch: pytest.MonkeyPatch):
    for name, value in {
        "AWS_PROFILE": "bank",
        "AWS_ENDPOINT_URL_SQS": "https://sqs.example.com",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
    }.items():
        monkeypatch.setenv(name, value)
    client = CREDENTIALS.client("sqs")
    assert client.meta.endpoint_url == "http://localhost:1234"
    assert client.meta.region_name == "eu-central-1"
    session = bare_session(access_key="a", secret_key="b", token=None, region="eu-central-1")
    assert session.get_credentials().get_frozen_credentials()[:2] == ("a", "b")
    assert client_config().proxies == {}
