"""Credentials for one emulated account, from STS as a person would get them; moto tells the accounts apart by them."""

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.accounts.clients import bare_session, client_config

_STS_REGION = "us-east-1"
# What a subprocess needs of the person's environment, and nothing of their AWS, proxy or CDK settings.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Keys that reach one emulated account and nothing else: they are made up by moto."""

    url: str
    account: str
    region: str
    access_key: str
    secret_key: str
    token: str

    def client(self, service: str) -> Any:
        """A boto3 client of ``service`` in the account, the same for every caller: clients are safe to share."""
        return _client(self, service)

    def environment(self, *, cdk_home: Path | None = None, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The whole environment of a subprocess that is to see this account only.

        The person's own profiles, endpoints and proxies are left out. ``cdk_home`` is where the CDK command line keeps
        its caches; its own choice without.
        """
        inherited = os.environ if base is None else base
        cdk = {} if cdk_home is None else {"CDK_HOME": str(cdk_home.resolve())}
        return {
            **{name: inherited[name] for name in _KEPT if name in inherited},
            **cdk,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_SESSION_TOKEN": self.token,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
        }


@functools.cache
def _client(credentials: Credentials, service: str) -> Any:
    # To make one takes longer than most calls with it.
    session = bare_session(
        access_key=credentials.access_key,
        secret_key=credentials.secret_key,
        token=credentials.token,
        region=credentials.region,
    )
    return session.client(service, endpoint_url=credentials.url, config=client_config())


def assume(url: str, *, account: str, region: str) -> Credentials:
    """Credentials for ``account`` of the emulator at ``url``."""
    session = bare_session(access_key="person", secret_key="person", token=None, region=_STS_REGION)  # noqa: S106
    answer = session.client("sts", endpoint_url=url, config=client_config()).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/local", RoleSessionName="local"
    )
    keys = answer["Credentials"]
    return Credentials(
        url=url,
        account=account,
        region=region,
        access_key=keys["AccessKeyId"],
        secret_key=keys["SecretAccessKey"],
        token=keys["SessionToken"],
    )
