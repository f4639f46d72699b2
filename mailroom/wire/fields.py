"""Reading single fields of untrusted JSON. What is wrong is said with the field's name, never with its content."""

import re
from datetime import UTC, datetime
from typing import Any

from mailroom.errors import ContractError

# RFC 3339, section 5.6: what JSON Schema's "date-time" means. Python's own parser takes more than that.
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII)


class FieldError(ContractError):
    """One field does not have its form."""


def text(value: Any, name: str, *, at_most: int | None = None, at_least: int = 0) -> str:
    """``value`` as text of ``at_least`` to ``at_most`` characters that UTF-8 can carry."""
    if not isinstance(value, str):
        raise FieldError(f"{name} must be text.")
    if len(value) < at_least:
        raise FieldError(f"{name} must not be empty.")
    if at_most is not None and len(value) > at_most:
        raise FieldError(f"{name} is longer than {at_most:,} characters.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FieldError(f"{name} holds a lone surrogate, which is not a character.") from None
    return value


def optional_text(value: Any, name: str, *, at_most: int | None = None) -> str | None:
    """``value`` as text, or None for null."""
    return None if value is None else text(value, name, at_most=at_most)


def texts(value: Any, name: str, *, at_most: int, each_at_most: int) -> tuple[str, ...]:
    """``value`` as a list of texts."""
    if not isinstance(value, list):
        raise FieldError(f"{name} must be a list of texts.")
    if len(value) > at_most:
        raise FieldError(f"{name} has more than {at_most} entries.")
    return tuple(text(item, f"An entry of {name}", at_most=each_at_most) for item in value)


def optional_date_time(value: Any, name: str) -> datetime | None:
    """``value`` as an instant (RFC 3339, with its offset), or None for null."""
    if value is None:
        return None
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        raise FieldError(f"{name} must be a date and time such as 2026-03-01T08:00:00Z.")
    try:
        # In UTC at once: the first and last hours of the calendar exist in some offsets only.
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FieldError(f"{name} is not a date and time that exists.") from None


def date_time_text(value: datetime) -> str:
    """An instant as the API writes it: UTC, to the second."""
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def whole_number(value: Any, name: str, *, lowest: int, highest: int) -> int:
    """``value`` as a whole number in the range; true and 1.0 are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise FieldError(f"{name} must be a whole number.")
    if not lowest <= value <= highest:
        raise FieldError(f"{name} must be from {lowest} to {highest}.")
    return value


def truth(value: Any, name: str) -> bool:
    """``value`` as true or false."""
    if not isinstance(value, bool):
        raise FieldError(f"{name} must be true or false.")
    return value


def table(value: Any, name: str, *, known: frozenset[str]) -> dict[str, Any]:
    """``value`` as an object with no field but the known ones."""
    if not isinstance(value, dict):
        raise FieldError(f"{name} must be an object.")
    unknown = sorted(set(value) - known)
    if unknown:
        # The name is the caller's text: it could hold anything, so only a harmless one is repeated.
        shown = f" {unknown[0]!r}" if re.fullmatch(r"\w{1,40}", unknown[0], re.ASCII) else ""
        raise FieldError(f"{name} has the unknown field{shown}; known are {', '.join(sorted(known))}.")
    return value
