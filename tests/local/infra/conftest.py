"""Hand-made assemblies in a temporary folder, and an emulated dev account."""

import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from config.load import load_environment
from local.infra.account import Account, open_account
from tests.support import assemblies
from tests.support.assemblies import ACCOUNTS, REGION, HandMade


@pytest.fixture
def write_assembly(tmp_path: Path) -> Callable[..., Path]:
    """Writes an assembly of stacks by their path (`dev/data`); returns its folder."""

    def write(stacks: Mapping[str, HandMade], folder: Path = tmp_path / "cdk.out") -> Path:
        return assemblies.write_assembly(stacks, folder)

    return write


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The address of an emulator of AWS."""
    server = ThreadedMotoServer(ip_address="localhost", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def sign_in(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts credentials of an account of the emulator into the environment."""

    def into(account: str) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
        monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        monkeypatch.setenv("AWS_REGION", REGION)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        sts = boto3.client("sts", region_name=REGION, aws_access_key_id="any", aws_secret_access_key="any")
        role = f"arn:aws:iam::{account}:role/test"
        credentials = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", credentials["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", credentials["SecretAccessKey"])
        monkeypatch.setenv("AWS_SESSION_TOKEN", credentials["SessionToken"])

    return into


@pytest.fixture
def dev(emulator: str, sign_in: Callable[[str], None]) -> Account:
    """The empty emulated dev account."""
    _reset(emulator)
    sign_in(ACCOUNTS["dev"])
    return open_account(load_environment("dev"))


def _reset(emulator: str) -> None:
    request = urllib.request.Request(f"{emulator}/moto-api/reset", method="POST")
    urllib.request.urlopen(request).close()
