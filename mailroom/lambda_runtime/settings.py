"""Reading settings from a mapping such as the process environment: each must be given, none has a default."""

import re
from collections.abc import Mapping

from mailroom.errors import MailroomError

# CreateEndpoint's own pattern for names.
_ENDPOINT_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", re.ASCII)

# CreateTable's own pattern for names.
_TABLE_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}", re.ASCII)

MAX_LEDGER_DAYS = 3650


class SettingsError(MailroomError):
    """A setting is missing or has no sound value."""


def endpoint_name(values: Mapping[str, str]) -> str:
    """ENDPOINT_NAME; raises SettingsError."""
    name = values.get("ENDPOINT_NAME", "")
    if not _ENDPOINT_NAME.fullmatch(name):
        raise SettingsError("ENDPOINT_NAME must name the SageMaker endpoint.")
    return name


def ledger_table(values: Mapping[str, str]) -> str:
    """LEDGER_TABLE; raises SettingsError."""
    name = values.get("LEDGER_TABLE", "")
    if not _TABLE_NAME.fullmatch(name):
        raise SettingsError("LEDGER_TABLE must name the ledger's DynamoDB table.")
    return name


def ledger_days(values: Mapping[str, str]) -> int:
    """LEDGER_DAYS, for how many days the ledger keeps a row; raises SettingsError."""
    given = values.get("LEDGER_DAYS", "")
    days = int(given) if re.fullmatch(r"[0-9]{1,4}", given, re.ASCII) else 0
    if not 1 <= days <= MAX_LEDGER_DAYS:
        raise SettingsError(f"LEDGER_DAYS must be a whole number from 1 to {MAX_LEDGER_DAYS}.")
    return days


def number(values: Mapping[str, str], name: str, *, lowest: float, highest: float) -> float:
    """A number in the range; raises SettingsError."""
    try:
        found = float(values.get(name, ""))
    except ValueError:
        found = float("nan")
    if not lowest <= found <= highest:
        raise SettingsError(f"{name} must be a number from {lowest:g} to {highest:g}.")
    return found
