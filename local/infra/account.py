"""The account behind the credentials at hand, and whether it is the environment's.

Credentials, region and endpoint (AWS_ENDPOINT_URL for the emulated accounts) come from where boto3 looks for them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from config.environment import EnvironmentConfig
from local.accounts.accounts_file import credentials
from local.accounts.clients import bare_session
from local.infra.errors import AccountError

_CONFIG = Config(connect_timeout=5, retries={"mode": "standard", "max_attempts": 5})
# An emulator answers at once or never, and has no DNS name per bucket.
_EMULATED = Config(connect_timeout=5, retries={"mode": "standard", "max_attempts": 1}, s3={"addressing_style": "path"})

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class Account:
    """An environment's own account, checked; makes clients of its region.

    ``emulated``: on this machine, not AWS's. ``endpoint_url``: where its services answer; None for where boto3 looks.
    ``urls``: the services, by name, that answer elsewhere.
    """

    environment: str
    number: str
    session: boto3.Session
    emulated: bool
    endpoint_url: str | None = None
    urls: Mapping[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A boto3 client, for example of "s3"."""
        chosen = _EMULATED if self.emulated else _CONFIG
        url = self.urls.get(service, self.endpoint_url)
        return self.session.client(service, config=chosen, endpoint_url=url)  # type: ignore[call-overload]


def open_account(config: EnvironmentConfig) -> Account:
    """The account of an environment.

    Raises:
        AccountError: there are no credentials, or they are of another account.
    """
    session = boto3.Session(region_name=config.region)
    client = session.client("sts", config=_CONFIG)
    with in_one_sentence("The account cannot be reached"):
        number = client.get_caller_identity()["Account"]
    if number != config.account:
        raise AccountError(
            f"The credentials are of account {number}, but {config.name} is account {config.account}: "
            f"sign in to {config.name}, or change config/{config.name}.toml."
        )
    emulated = is_emulated(client.meta.endpoint_url)
    return Account(environment=config.name, number=number, session=session, emulated=emulated)


def emulated_account(environment: str, state: Path) -> Account:
    """The account of an environment among the emulated ones whose state file is ``state``.

    Raises:
        EmulatorError: they do not run, or have no such account.
    """
    keys = credentials(state, environment)
    session = bare_session(access_key=keys.access_key, secret_key=keys.secret_key, token=keys.token, region=keys.region)
    return Account(environment=environment, number=keys.account, session=session, emulated=True, endpoint_url=keys.url)


def is_emulated(endpoint_url: str) -> bool:
    """Whether a service answers on this machine; AWS's own hosts have more than one domain."""
    return urlsplit(endpoint_url).hostname in _THIS_MACHINE


def outputs(account: Account, stack_name: str) -> Mapping[str, str]:
    """The outputs of a deployed stack.

    Raises:
        AccountError: it is not deployed.
    """
    with in_one_sentence(f"The stack {stack_name} cannot be read"):
        stack = account.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}


@contextmanager
def in_one_sentence(what: str) -> Iterator[None]:
    """Turn boto3's errors into an AccountError that begins with ``what``."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise AccountError(f"{what}: {' '.join(str(error).split()).rstrip('.')}.") from error
