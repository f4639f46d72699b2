"""The CRM's side of the public API, over one connection: mails in batches, tried again where that may help, and what
became of their cases."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tqdm import tqdm

from mailroom.errors import MailroomError
from mailroom.feedback import Feedback
from mailroom.message import Email
from mailroom.prediction import ErrorCode, ItemError, Prediction
from mailroom.wire.feedback import MAX_ITEMS, feedback_to_json
from mailroom.wire.request import MAX_BYTES, MAX_EMAILS, email_to_json
from mailroom.wire.response import Versions, error_from_json, prediction_from_json

_ATTEMPTS = 4
_LONGEST_WAIT = 5.0


class ApiError(MailroomError):
    """The API refused a batch, or did not answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One mail's result, and the seconds that its whole batch took."""

    result: Prediction | ItemError
    seconds: float


class CrmClient:
    """A client of the public API with one key."""

    def __init__(self, url: str, api_key: str, *, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "localhost", parts.port, timeout=timeout)
        self._headers = {"x-api-key": api_key, "content-type": "application/json"}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def classify(self, emails: Sequence[Email], *, batch_size: int, progress: bool = True) -> list[Answer]:
        """One answer per mail, in order; a mail too large for any request is answered here.

        Raises:
            ApiError: a batch was refused as a whole, or the API stayed away.
        """
        answers: list[Answer | None] = [None] * len(emails)
        with tqdm(total=len(emails), desc="CRM sends", unit="mail", disable=not progress) as bar:
            for positions in batches(emails, size=batch_size):
                for position, answer in zip(positions, self._batch([emails[at] for at in positions]), strict=True):
                    answers[position] = answer
                bar.update(len(positions))
        too_large = ItemError(
            email_id=None,
            code=ErrorCode.INVALID_FIELD,
            detail="The mail is larger than a request may be; it was not sent.",
        )
        return [answer or Answer(result=too_large, seconds=0.0) for answer in answers]

    def _batch(self, emails: Sequence[Email]) -> list[Answer]:
        answers: dict[int, Answer] = {}
        left = list(range(len(emails)))
        for attempt in range(_ATTEMPTS):
            started = time.monotonic()
            results = self._send([emails[position] for position in left])
            seconds = time.monotonic() - started
            answers |= {
                position: Answer(result=result, seconds=seconds) for position, result in zip(left, results, strict=True)
            }
            left = [position for position in left if _is_retryable(answers[position].result)]
            if not left:
                break
            time.sleep(min(0.2 * 2**attempt, _LONGEST_WAIT))
        return [answers[position] for position in range(len(emails))]

    def feedback(self, items: Sequence[Feedback]) -> Mapping[str, int]:
        """Send what became of the cases, and return how many items had which status; raises ApiError."""
        counts: Counter[str] = Counter()
        for start in range(0, len(items), MAX_ITEMS):
            part = items[start : start + MAX_ITEMS]
            payload = {"items": [feedback_to_json(item) for item in part]}
            counts.update(self._post("/v1/feedback", payload, what=f"{len(part)} items of feedback")["counts"])
        return counts

    def _send(self, emails: Sequence[Email]) -> list[Prediction | ItemError]:
        payload = {"emails": [email_to_json(email) for email in emails]}
        return _results(self._post("/v1/classifications", payload, what=f"a batch of {len(emails)} mails"))

    def _post(self, path: str, payload: Mapping[str, Any], *, what: str) -> dict[str, Any]:
        body = json.dumps(payload, ensure_ascii=False).encode()
        status, content = 0, b""
        for attempt in range(_ATTEMPTS):
            try:
                self._connection.request("POST", path, body=body, headers=self._headers)
                response = self._connection.getresponse()
                status, content = response.status, response.read()
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                if attempt == _ATTEMPTS - 1:
                    raise ApiError(f"The API did not answer ({type(error).__name__}).") from None
                time.sleep(0.2 * 2**attempt)
                continue
            if status not in (429, 503):
                break
            time.sleep(min(float(response.headers.get("retry-after", "1")), _LONGEST_WAIT))
        if status != 200:
            raise ApiError(f"The API refused {what}: {_detail(status, content)}")
        found: dict[str, Any] = json.loads(content)
        return found


def _is_retryable(result: Prediction | ItemError) -> bool:
    return isinstance(result, ItemError) and result.retryable


def _results(payload: dict[str, Any]) -> list[Prediction | ItemError]:
    versions = Versions(
        model=payload["model_version"], taxonomy=payload["taxonomy_version"], policy=payload["policy_version"]
    )
    return [
        prediction_from_json(item, versions) if item["status"] == "ok" else error_from_json(item)
        for item in payload["results"]
    ]


def _detail(status: int, content: bytes) -> str:
    try:
        return str(json.loads(content)["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {status}."


def batches(emails: Sequence[Email], *, size: int) -> Iterator[list[int]]:
    """Positions of the mails in batches of at most ``size`` (and the API's 100) mails and 4 MB.

    A mail that fits no request is left out; two mails of one id never share a request, which would refuse the second.
    """
    size = min(size, MAX_EMAILS)
    room = MAX_BYTES - 1024
    batch: list[int] = []
    ids: set[str] = set()
    filled = 0
    for position, email in enumerate(emails):
        needed = len(json.dumps(email_to_json(email), ensure_ascii=False).encode()) + 2
        if needed > room:
            continue
        if batch and (len(batch) == size or filled + needed > room or email.id in ids):
            yield batch
            batch, ids, filled = [], set(), 0
        batch.append(position)
        ids.add(email.id)
        filled += needed
    if batch:
        yield batch
