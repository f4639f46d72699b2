"""What the function must be told, read once from a mapping such as the process environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mailroom.errors import MailroomError

# CreateEndpoint's own pattern for names.
_ENDPOINT_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", re.ASCII)

MAX_DEADLINE_SECONDS = 25.0
"""A REST API waits 29 seconds for its Lambda; the answer needs time to be written."""


DEFAULT_DEADLINE_SECONDS = 8.0
"""Salesforce gives a call-out 10 seconds by default."""

DEFAULT_AUDIT_SHARE = 0.02


class SettingsError(MailroomError):
    """A setting is missing or has no sound value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """``deadline_seconds``: how long a whole call may take. ``audit_share``: the share of mails labelled blind, 0 to 1.

    Region, credentials and (locally) the endpoint's address are boto3's own variables: AWS_REGION,
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME.
    """

    endpoint_name: str
    deadline_seconds: float = DEFAULT_DEADLINE_SECONDS
    audit_share: float = DEFAULT_AUDIT_SHARE

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> "Settings":
        """Read ENDPOINT_NAME, DEADLINE_SECONDS and AUDIT_SHARE; raises SettingsError."""
        name = values.get("ENDPOINT_NAME", "")
        if not _ENDPOINT_NAME.fullmatch(name):
            raise SettingsError("ENDPOINT_NAME must name the SageMaker endpoint.")
        return cls(
            endpoint_name=name,
            deadline_seconds=_number(values, "DEADLINE_SECONDS", DEFAULT_DEADLINE_SECONDS, 0.5, MAX_DEADLINE_SECONDS),
            audit_share=_number(values, "AUDIT_SHARE", DEFAULT_AUDIT_SHARE, 0, 1),
        )


def _number(values: Mapping[str, str], name: str, default: float, lowest: float, highest: float) -> float:
    given = values.get(name)
    try:
        number = default if given is None else float(given)
    except ValueError:
        number = float("nan")
    if not lowest <= number <= highest:
        raise SettingsError(f"{name} must be a number from {lowest:g} to {highest:g}.")
    return number
