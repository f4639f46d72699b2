"""POST /v1/classifications: what the CRM sends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mailroom.message import BodyFormat, Email
from mailroom.prediction import ErrorCode, ItemError
from mailroom.wire import fields
from mailroom.wire.fields import FieldError
from mailroom.wire.problem import Problem

MAX_EMAILS = 100
MAX_BYTES = 4 * 1024 * 1024
MAX_TOP_K = 10
MAX_ID = 128
MAX_SUBJECT = 10_000
MAX_BANKS = 50
MAX_BANK = 200

_ENVELOPE = frozenset({"mode", "options", "emails"})
_OPTIONS = frozenset({"top_k", "explain"})
_EMAIL = frozenset(
    {
        "id",
        "subject",
        "body",
        "body_format",
        "custodian_banks",
        "received_at",
        "language_hint",
        "thread_id",
    }
)


class Mode(StrEnum):
    """``live``: the CRM may route on the answer; ``shadow``: it must not."""

    LIVE = "live"
    SHADOW = "shadow"


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How many labels to name per task, the predicted one apart, and whether to name the deciding words."""

    top_k: int = 3
    explain: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassificationRequest:
    """A batch in request order; a mail that cannot be read is an ItemError in its place."""

    mode: Mode
    options: Options
    items: tuple[Email | ItemError, ...]


def parse_json(body: bytes | str, *, max_bytes: int = MAX_BYTES) -> Any:
    """The JSON value of a request body.

    Raises:
        Problem: 413 over ``max_bytes``; 400 if it is not UTF-8 or not JSON (NaN is not JSON), or is nested too deeply.
    """
    if len(body) > max_bytes or (isinstance(body, str) and len(body.encode(errors="surrogatepass")) > max_bytes):
        raise Problem(413, f"The request is larger than {max_bytes // 1024**2} MB.")
    try:
        # Decoded here, for json would take UTF-16 and UTF-32 too. A byte order mark may be ignored (RFC 8259, 8.1).
        text = body if isinstance(body, str) else body.decode()
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_refuse_constant)
    except RecursionError:
        raise Problem(400, "The request body is nested too deeply.") from None
    except ValueError:
        raise Problem(400, "The request body is not valid JSON in UTF-8.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def parse_classification_request(payload: Any) -> ClassificationRequest:
    """Read a request.

    Raises:
        Problem: 422 if the envelope does not have its form, 413 for more than 100 mails. What is wrong with a single
            mail is an ItemError in its place instead.
    """
    try:
        envelope = fields.table(payload, "The request", known=_ENVELOPE)
        mode = _mode(envelope.get("mode", "live"))
        options = _options(envelope.get("options", {}))
        emails = envelope.get("emails")
        if not isinstance(emails, list) or not emails:
            raise FieldError("emails must be a list of at least one mail.")
    except FieldError as error:
        raise Problem(422, str(error)) from None
    if len(emails) > MAX_EMAILS:
        raise Problem(413, f"A request holds at most {MAX_EMAILS} mails; this one has {len(emails)}.")
    return ClassificationRequest(mode=mode, options=options, items=_items(emails))


def _mode(value: Any) -> Mode:
    if value not in list(Mode):
        raise FieldError("mode must be 'live' or 'shadow'.")
    return Mode(value)


def _options(value: Any) -> Options:
    options = fields.table(value, "options", known=_OPTIONS)
    return Options(
        top_k=fields.whole_number(options.get("top_k", 3), "options.top_k", lowest=1, highest=MAX_TOP_K),
        explain=fields.truth(options.get("explain", False), "options.explain"),
    )


def _items(emails: list[Any]) -> tuple[Email | ItemError, ...]:
    seen: set[str] = set()
    items: list[Email | ItemError] = []
    for payload in emails:
        try:
            email: Email | ItemError = parse_email(payload)
        except FieldError as error:
            email = ItemError(email_id=readable_id(payload), code=ErrorCode.INVALID_FIELD, detail=str(error))
        if isinstance(email, Email):
            if email.id in seen:
                email = ItemError(
                    email_id=email.id,
                    code=ErrorCode.DUPLICATE_ID,
                    detail="An earlier mail of this request has the same id.",
                )
            else:
                seen.add(email.id)
        items.append(email)
    return tuple(items)


def readable_id(payload: Any) -> str | None:
    """The id of a mail that cannot be read otherwise, so that the caller finds it again; None without a sound one."""
    try:
        return fields.text(payload["id"], "id", at_least=1, at_most=MAX_ID)
    except (FieldError, KeyError, TypeError, IndexError):
        return None


def parse_email(payload: Any) -> Email:
    """One mail of a request; raises FieldError naming the field, never its content."""
    email = fields.table(payload, "The mail", known=_EMAIL)
    for required in ("id", "body"):
        if required not in email:
            raise FieldError(f"The mail lacks {required!r}.")
    body_format = email.get("body_format", "text")
    if body_format not in list(BodyFormat):
        raise FieldError("body_format must be 'text', 'html' or 'mime'.")
    return Email(
        id=fields.text(email["id"], "id", at_least=1, at_most=MAX_ID),
        subject=fields.text(email.get("subject", ""), "subject", at_most=MAX_SUBJECT),
        body=fields.text(email["body"], "body"),
        body_format=BodyFormat(body_format),
        custodian_banks=fields.texts(
            email.get("custodian_banks", []), "custodian_banks", at_most=MAX_BANKS, each_at_most=MAX_BANK
        ),
        received_at=fields.optional_date_time(email.get("received_at"), "received_at"),
        language_hint=fields.optional_text(email.get("language_hint"), "language_hint", at_most=35),
        thread_id=fields.optional_text(email.get("thread_id"), "thread_id", at_most=MAX_ID),
    )


def email_to_json(email: Email) -> dict[str, Any]:
    """A mail as a request carries it; ``parse_email`` reads it back to an equal object."""
    return {
        "id": email.id,
        "subject": email.subject,
        "body": email.body,
        "body_format": email.body_format.value,
        "custodian_banks": list(email.custodian_banks),
        "received_at": None if email.received_at is None else fields.date_time_text(email.received_at),
        "language_hint": email.language_hint,
        "thread_id": email.thread_id,
    }


def media_type_is_json(headers: Mapping[str, str]) -> bool:
    """Whether the request says it is JSON; header names count in any case (RFC 9110, section 5.1)."""
    value = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return value.partition(";")[0].strip().lower() == "application/json"
