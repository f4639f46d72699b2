"""The feedback function, called with events."""

import json

from mailroom.lambda_runtime.application import Application
from tests.support.proxy_events import Answer, Context, answer_of, proxy_event


def item(feedback_id: str = "f-1", **fields: object) -> dict[str, object]:
    return {
        "feedback_id": feedback_id,
        "prediction_id": "p-1",
        "email_id": "500A",
        "final_labels": {"queue": "fees"},
        "taxonomy_version": "t-1",
        "review": "confirmed",
        **fields,
    }


class FeedbackApi:
    """The function, called with events."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def post(
        self,
        payload: object,
        *,
        content_type: str = "application/json",
        client_id: str | None = "key-1",
        seconds: float = 30.0,
        method: str = "POST",
        path: str = "/v1/feedback",
    ) -> Answer:
        body = payload if isinstance(payload, str) else json.dumps(payload)
        event = proxy_event(method, path, body=body, headers={"Content-Type": content_type})
        event["requestContext"]["identity"]["apiKeyId"] = client_id
        return answer_of(self.application.answer(event, Context(seconds=seconds)))

    def give(self, *items: object, **how: object) -> Answer:
        return self.post({"items": list(items)}, **how)
