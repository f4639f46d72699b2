"""The adapters' side of the calls in ``gaps/private_calls.py``."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.accounts.gaps.private_calls import PREFIX

_SECONDS = 30


def call(credentials: Credentials, name: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the private call ``name`` in the credentials' account and region; returns its answer.

    Raises:
        EmulatorError: the accounts do not answer, or refuse with a sentence of their own.
    """
    request = urllib.request.Request(
        f"{credentials.url}{PREFIX}{credentials.account}/{credentials.region}/{name}",
        data=json.dumps(content).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_SECONDS) as answer:
            found: Mapping[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise EmulatorError(_problem(error)) from None
    except (OSError, ValueError) as error:
        raise EmulatorError(f"The emulated accounts do not answer ({type(error).__name__}).") from error


def _problem(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["problem"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"The emulated accounts answer with status {error.code}."
