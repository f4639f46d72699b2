"""The classify function, called with events."""

import json

from mailroom.lambda_runtime.application import Application
from tests.support.proxy_events import Answer, Context, answer_of, proxy_event

SECRET = "geheim-4711"
"""Part of every mail in these tests; it must never come back, but for what the API is there to send back."""


def mail(id: str = "1", **fields: object) -> dict[str, object]:
    return {"id": id, "body": f"Mein Depot {SECRET}", **fields}


class Api:
    """The function, called with events."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def call(self, method: str, path: str, *, seconds: float = 30.0, **event: object) -> Answer:
        return answer_of(self.application.answer(proxy_event(method, path, **event), Context(seconds=seconds)))

    def get(self, path: str, *, query: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Answer:
        return self.call("GET", path, query=query, headers=headers)

    def post(self, payload: object, *, content_type: str = "application/json", seconds: float = 30.0) -> Answer:
        body = payload if isinstance(payload, str) else json.dumps(payload)
        return self.call(
            "POST", "/v1/classifications", body=body, headers={"Content-Type": content_type}, seconds=seconds
        )

    def classify(self, *mails: object, **envelope: object) -> Answer:
        return self.post({"emails": list(mails), **envelope})
