"""What the relay and the model endpoint say to each other: a batch to classify, or the wish to know the model.

The endpoint is private, its caller is Mailroom itself, but its input is still checked: a batch transform or a person
may call it too.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mailroom.errors import ContractError, TaxonomyError
from mailroom.message import Email
from mailroom.policy import Policy
from mailroom.prediction import ErrorCode, ItemError
from mailroom.taxonomy import Taxonomy
from mailroom.wire import fields
from mailroom.wire.fields import FieldError
from mailroom.wire.labels import taxonomy_from_json, taxonomy_to_json
from mailroom.wire.policies import policy_from_json, policy_to_json
from mailroom.wire.request import MAX_TOP_K, Options, email_to_json, parse_email, readable_id
from mailroom.wire.response import (
    Result,
    Versions,
    error_from_json,
    error_to_json,
    judgement_to_json,
    prediction_from_json,
)

CONTENT_TYPE = "application/json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Mails to classify; one that could not be read is an ItemError in its place."""

    items: tuple[Email | ItemError, ...]
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, kw_only=True, slots=True)
class Describe:
    """The wish to know which model answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """Which model answers, under which taxonomy and fitted policy."""

    model_version: str
    taxonomy: Taxonomy
    policy: Policy


def batch_to_json(emails: Sequence[Email], options: Options) -> bytes:
    """An invocation that classifies."""
    return _dump(
        {
            "emails": [email_to_json(email) for email in emails],
            "options": {"top_k": options.top_k, "explain": options.explain},
        }
    )


def describe_to_json() -> bytes:
    """An invocation that asks which model answers."""
    return _dump({"describe": True})


def invocation_from_json(body: bytes | str) -> Batch | Describe:
    """Read an invocation.

    Raises:
        ContractError: it is not JSON of one of the two forms. A mail of another form is an ItemError instead.
    """
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        raise ContractError("The invocation is not valid JSON in UTF-8.") from None
    if payload == {"describe": True}:
        return Describe()
    table = fields.table(payload, "The invocation", known=frozenset({"emails", "options"}))
    options = fields.table(table.get("options", {}), "options", known=frozenset({"top_k", "explain"}))
    emails = table.get("emails")
    if not isinstance(emails, list):
        raise ContractError("The invocation needs a list 'emails'.")
    return Batch(
        items=tuple(_item(email) for email in emails),
        options=Options(
            top_k=fields.whole_number(options.get("top_k", 3), "options.top_k", lowest=1, highest=MAX_TOP_K),
            explain=fields.truth(options.get("explain", False), "options.explain"),
        ),
    )


def _item(payload: Any) -> Email | ItemError:
    try:
        return parse_email(payload)
    except FieldError as error:
        return ItemError(email_id=readable_id(payload), code=ErrorCode.INVALID_FIELD, detail=str(error))


def results_to_json(versions: Versions, results: Sequence[Result]) -> bytes:
    """The answer to a batch, in request order."""
    return _dump(
        {
            **_versions_to_json(versions),
            "results": [
                error_to_json(result)
                if isinstance(result, ItemError)
                else {"id": result.email_id, "status": "ok", **judgement_to_json(result)}
                for result in results
            ],
        }
    )


def results_from_json(body: bytes, prediction_ids: Sequence[str]) -> tuple[Versions, tuple[Result, ...]]:
    """Read the answer to a batch of ``len(prediction_ids)`` mails, giving each its prediction id.

    Raises:
        ContractError: it has another form, or another number of results.
    """
    payload = _load(body)
    try:
        versions = Versions(
            model=fields.text(payload["model_version"], "model_version"),
            taxonomy=fields.text(payload["taxonomy_version"], "taxonomy_version"),
            policy=fields.text(payload["policy_version"], "policy_version"),
        )
        entries = payload["results"]
        if len(entries) != len(prediction_ids):
            raise ContractError("The endpoint answered another number of mails than it was sent.")
        return versions, tuple(
            prediction_from_json(entry, versions, prediction_id=prediction_id)
            if entry["status"] == "ok"
            else error_from_json(entry)
            for entry, prediction_id in zip(entries, prediction_ids, strict=True)
        )
    except (KeyError, TypeError):
        raise ContractError("The endpoint's answer does not have the agreed form.") from None


def description_to_json(description: Description) -> bytes:
    """The answer to the wish to know the model."""
    return _dump(
        {
            "model_version": description.model_version,
            "taxonomy": taxonomy_to_json(description.taxonomy),
            "policy": policy_to_json(description.policy),
        }
    )


def description_from_json(body: bytes) -> Description:
    """Read a description; raises ContractError if it has another form."""
    payload = _load(body)
    try:
        return Description(
            model_version=fields.text(payload["model_version"], "model_version"),
            taxonomy=taxonomy_from_json(payload["taxonomy"]),
            policy=policy_from_json(payload["policy"]),
        )
    except (KeyError, TypeError, TaxonomyError):
        raise ContractError("The endpoint's description does not have the agreed form.") from None


def _versions_to_json(versions: Versions) -> dict[str, str]:
    return {"model_version": versions.model, "taxonomy_version": versions.taxonomy, "policy_version": versions.policy}


def _load(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ContractError("The endpoint's answer is not JSON.") from None


def _dump(payload: Any) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
