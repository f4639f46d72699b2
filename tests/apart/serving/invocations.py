"""What is asked of every server and every reader of an archive."""

import json
from typing import Any

SECRET = "geheimnis4711"
EMAILS: list[dict[str, Any]] = [
    {"id": "transfer", "subject": "tra", "body": "Bitte übertragen Sie mein Depot von der Bank."},
    {"id": "fee", "body_format": "html", "body": "<p>Die Gebühr auf der Rechnung ist <b>falsch</b>.</p>"},
    {"id": "empty", "body": " \n "},
    {"id": "address", "subject": "Umzug", "body": "Ich bin umgezogen, meine neue Adresse lautet Ringstraße 4."},
]
EMPTY = {"code": "EMPTY_TEXT", "detail": "Neither subject nor body holds any text.", "retryable": False}


def batch(emails: list[dict[str, Any]]) -> bytes:
    return json.dumps({"emails": emails, "options": {"top_k": 3}}).encode()


def rounded(value: Any) -> Any:
    """An answer with its numbers to two digits: versions of a library may differ in the last ones."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(value, 2) if isinstance(value, float) else value
