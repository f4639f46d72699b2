import pytest

from mailroom.lambda_runtime.messages import request_from_event
from mailroom.wire.problem import Problem
from tests.support.proxy_events import Context, proxy_event


def test_the_client_is_the_id_of_its_key():
    assert request_from_event(proxy_event("POST", "/v1/feedback"), Context()).client() == "key-1"


@pytest.mark.parametrize("context", [None, {}, {"identity": {}}, {"identity": {"apiKeyId": None}}])
def test_without_a_key_there_is_no_client(context):
    event = {**proxy_event("POST", "/v1/feedback"), "requestContext": context}
    with pytest.raises(Problem) as caught:
        request_from_event(event, Context()).client()
    assert (caught.value.status, caught.value.detail) == (403, "The header x-api-key must hold a valid API key.")
