"""The OpenAPI document is valid, and says of requests exactly what mailroom.wire does."""

import functools
import json
from collections.abc import Callable, Iterable, Iterator

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from mailroom.feedback import FeedbackErrorCode, FeedbackStatus, Review
from mailroom.message import BodyFormat
from mailroom.openapi import document, functions, routes
from mailroom.prediction import Decision, ErrorCode, Reason
from mailroom.taxonomy import LabelStatus
from mailroom.wire import feedback as feedback_wire
from mailroom.wire import request as wire
from mailroom.wire.fields import FieldError
from mailroom.wire.problem import Problem
from tests.support.openapi import SCHEMAS, validator_of
from tests.support.strategies import quick


def test_the_document_is_openapi_3_1():
    validate(document())
    assert document()["openapi"] == "3.1.0"


def test_every_route_but_health_needs_a_key():
    assert routes() == {
        "/v1/classifications": {"POST": True},
        "/v1/feedback": {"POST": True},
        "/v1/labels": {"GET": True},
        "/v1/health": {"GET": False},
        "/v1/openapi.json": {"GET": True},
    }


def test_every_operation_names_the_function_that_answers_it():
    assert functions() == {
        "/v1/classifications": {"POST": "classify"},
        "/v1/feedback": {"POST": "feedback"},
        "/v1/labels": {"GET": "classify"},
        "/v1/health": {"GET": "classify"},
        "/v1/openapi.json": {"GET": "classify"},
    }


def test_every_example_has_the_form_it_stands_for():
    found = 0
    stack = [document()]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            for example in node.get("examples", {}).values() if "schema" in node else ():
                Draft202012Validator.check_schema(node["schema"])
                validator_of(node["schema"]["$ref"].rpartition("/")[2]).validate(example["value"])
                found += 1
            stack += node.values()
        elif isinstance(node, list):
            stack += node
    assert found >= 16


def test_limits_and_names_are_those_of_the_code():
    email, request = SCHEMAS["Email"]["properties"], SCHEMAS["ClassificationRequest"]["properties"]
    assert {
        "emails": request["emails"]["maxItems"],
        "id": email["id"]["maxLength"],
        "thread": email["thread_id"]["maxLength"],
        "subject": email["subject"]["maxLength"],
        "banks": email["custodian_banks"]["maxItems"],
        "bank": email["custodian_banks"]["items"]["maxLength"],
        "top_k": SCHEMAS["Options"]["properties"]["top_k"]["maximum"],
    } == {
        "emails": wire.MAX_EMAILS,
        "id": wire.MAX_ID,
        "thread": wire.MAX_ID,
        "subject": wire.MAX_SUBJECT,
        "banks": wire.MAX_BANKS,
        "bank": wire.MAX_BANK,
        "top_k": wire.MAX_TOP_K,
    }
    prediction, error = SCHEMAS["Prediction"]["properties"], SCHEMAS["ItemError"]["properties"]["error"]["properties"]
    assert {
        "mode": request["mode"]["enum"],
        "format": email["body_format"]["enum"],
        "decision": prediction["decision"]["enum"],
        "reason": prediction["reasons"]["items"]["enum"],
        "code": error["code"]["enum"],
        "status": SCHEMAS["LabelStatus"]["enum"],
    } == {
        "mode": list(wire.Mode),
        "format": list(BodyFormat),
        "decision": list(Decision),
        "reason": list(Reason),
        "code": list(ErrorCode),
        "status": list(LabelStatus),
    }
    assert f"{wire.MAX_BYTES:,} bytes" in document()["paths"]["/v1/classifications"]["post"]["description"]


def test_limits_and_names_of_feedback_are_those_of_the_code():
    item, labels = SCHEMAS["Feedback"]["properties"], SCHEMAS["Feedback"]["properties"]["final_labels"]
    assert {
        "items": SCHEMAS["FeedbackRequest"]["properties"]["items"]["maxItems"],
        "ids": {item[name]["maxLength"] for name in ("feedback_id", "prediction_id", "email_id", "agent_ref")},
        "version": item["taxonomy_version"]["maxLength"],
        "tasks": labels["maxProperties"],
        "task": labels["propertyNames"]["maxLength"],
        "label": labels["additionalProperties"]["maxLength"],
        "transfers": item["transfers"]["maximum"],
        "agent_ref": item["agent_ref"]["pattern"],
    } == {
        "items": feedback_wire.MAX_ITEMS,
        "ids": {wire.MAX_ID},
        "version": feedback_wire.MAX_VERSION,
        "tasks": feedback_wire.MAX_TASKS,
        "task": feedback_wire.MAX_TASK,
        "label": feedback_wire.MAX_LABEL,
        "transfers": feedback_wire.MAX_TRANSFERS,
        "agent_ref": f"^{feedback_wire.AGENT_REF.pattern}$",
    }
    receipt, error = SCHEMAS["FeedbackReceipt"], SCHEMAS["FeedbackItemError"]["properties"]["error"]
    assert {
        "review": item["review"]["enum"],
        "status": receipt["properties"]["status"]["enum"],
        "code": error["properties"]["code"]["enum"],
        "counts": SCHEMAS["FeedbackResponse"]["properties"]["counts"]["required"],
    } == {
        "review": list(Review),
        "status": list(FeedbackStatus),
        "code": list(FeedbackErrorCode),
        "counts": list(feedback_wire.feedback_response([], taxonomy_version=None)["counts"]),
    }
    description = document()["paths"]["/v1/feedback"]["post"]["description"]
    assert f"{wire.MAX_BYTES:,} bytes" in description
    assert f"{feedback_wire.MAX_ITEMS} items" in description


def test_defaults_are_those_of_the_code():
    email = SCHEMAS["Email"]["properties"]
    given_none = wire.parse_email({"id": "1", "body": ""})
    written = wire.email_to_json(given_none)
    assert {name: field["default"] for name, field in email.items() if "default" in field} == {
        name: value for name, value in written.items() if name not in ("id", "body")
    }
    item = SCHEMAS["Feedback"]["properties"]
    written = feedback_wire.feedback_to_json(feedback_wire.parse_feedback(ITEM))
    assert {name: field["default"] for name, field in item.items() if "default" in field} == {
        name: value for name, value in written.items() if name not in ITEM
    }
    options = SCHEMAS["Options"]["properties"]
    assert wire.Options() == wire.Options(**{name: field["default"] for name, field in options.items()})


# JSON values of every kind and around every limit. Left out is where JSON Schema cannot follow: lone surrogates, 1.0 as
# a whole number (refused by the code alone), and dates on whose calendar the format checkers differ.
LIMITS = (1, 10, 35, 50, 64, 100, 128, 200, 10_000)
VALUES = (
    None,
    True,
    False,
    -1,
    0,
    1,
    3,
    10,
    11,
    1000,
    1001,
    0.5,
    {},
    [],
    [None],
    "",
    "text",
    "html",
    "mime",
    "TEXT",
    "live",
    "shadow",
    "confirmed",
    "blind_audit",
    "agent@example.com",
    "2026-03-01T08:00:00Z",
    "2026-03-01t08:00:00.25+01:00",
    "2026-03-01T08:00:00",
    "2026-03-01",
    "2026-13-01T08:00:00Z",
    "2026-03-01T25:00:00Z",
    "20260301T080000Z",
    *("ä" * (limit + more) for limit in LIMITS for more in (0, 1)),
    *(["b"] * (limit + more) for limit in LIMITS[:5] for more in (0, 1)),
    *(["b" * (limit + more)] for limit in LIMITS for more in (0, 1)),
    *([{"id": "1", "body": ""}] * number for number in (0, 1, 100, 101, 500, 501)),
    *({"task" * 16 + "x" * more: "label"} for more in (0, 1)),
    *({"topic": "l" * length} for length in (0, 1, 128, 129)),
    *({str(number): "label" for number in range(tasks)} for tasks in (10, 11)),
    {"": "label"},
    {"topic": None},
)
MAIL = {"id": "1", "body": "Guten Tag"}
ENVELOPE = {"emails": [MAIL]}
ITEM = {
    "feedback_id": "f-1",
    "prediction_id": "p-1",
    "email_id": "1",
    "final_labels": {"topic": "fees"},
    "taxonomy_version": "t-1",
    "review": "corrected",
}


def one_change(valid: dict[str, object], fields: Iterable[str]) -> Iterator[object]:
    """Everything that differs from something valid in one field: another value, or none."""
    for field in (*fields, "unknown"):
        yield {name: value for name, value in valid.items() if name != field}
        yield from ({**valid, field: value} for value in VALUES)


def document_takes_mail(payload: object) -> bool:
    return validator_of("Email").is_valid(payload)


def document_takes_item(payload: object) -> bool:
    return validator_of("Feedback").is_valid(payload)


def code_takes(parse: Callable[[object], object], payload: object) -> bool:
    try:
        parse(payload)
    except (FieldError, Problem):
        return False
    return True


code_takes_mail = functools.partial(code_takes, wire.parse_email)
code_takes_item = functools.partial(code_takes, feedback_wire.parse_feedback)
code_takes_envelope = functools.partial(code_takes, wire.parse_classification_request)
code_takes_feedback_envelope = functools.partial(code_takes, feedback_wire.parse_feedback_request)


@functools.cache
def envelope_validator(schema: str, items: str) -> Draft202012Validator:
    # What is wrong with single items is answered per item, so it must not count here.
    lenient = json.loads(json.dumps(SCHEMAS[schema]))
    assert lenient["properties"][items].pop("x-answered-per-item") is True
    del lenient["properties"][items]["items"]
    if "options" in lenient["properties"]:
        lenient["properties"]["options"] = SCHEMAS["Options"]
    return Draft202012Validator(lenient)


def document_takes_envelope(payload: object) -> bool:
    return envelope_validator("ClassificationRequest", "emails").is_valid(payload)


def document_takes_feedback_envelope(payload: object) -> bool:
    return envelope_validator("FeedbackRequest", "items").is_valid(payload)


def test_document_and_code_agree_on_every_value_of_every_field_of_a_mail():
    payloads = [*VALUES, *one_change(MAIL, SCHEMAS["Email"]["properties"])]
    assert list(map(document_takes_mail, payloads)) == list(map(code_takes_mail, payloads))
    assert {True, False} == set(map(code_takes_mail, payloads))


def test_document_and_code_agree_on_every_value_of_every_field_of_an_envelope():
    payloads = [
        *VALUES,
        *one_change(ENVELOPE, SCHEMAS["ClassificationRequest"]["properties"]),
        *({**ENVELOPE, "options": options} for options in one_change({}, SCHEMAS["Options"]["properties"])),
    ]
    assert list(map(document_takes_envelope, payloads)) == list(map(code_takes_envelope, payloads))
    assert {True, False} == set(map(code_takes_envelope, payloads))


def test_document_and_code_agree_on_every_value_of_every_field_of_a_feedback():
    payloads = [*VALUES, *one_change(ITEM, SCHEMAS["Feedback"]["properties"])]
    assert list(map(document_takes_item, payloads)) == list(map(code_takes_item, payloads))
    assert {True, False} == set(map(code_takes_item, payloads))


def test_document_and_code_agree_on_every_value_of_every_field_of_a_feedbacks_envelope():
    payloads = [*VALUES, *one_change({"items": [ITEM]}, SCHEMAS["FeedbackRequest"]["properties"])]
    assert list(map(document_takes_feedback_envelope, payloads)) == list(map(code_takes_feedback_envelope, payloads))
    assert {True, False} == set(map(code_takes_feedback_envelope, payloads))


plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(0.5) | plain,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(plain, inner, max_size=2),
    max_leaves=4,
) | st.sampled_from(VALUES)


def payloads_like(schema: str, valid: dict[str, object]) -> st.SearchStrategy[object]:
    fields = dict.fromkeys(SCHEMAS[schema]["properties"], json_values)
    required = {name: st.just(value) for name, value in valid.items()}
    return (
        st.fixed_dictionaries(required, optional={name: values for name, values in fields.items() if name not in valid})
        | st.fixed_dictionaries({}, optional=fields)
        | json_values
    )


@quick
@given(payloads_like("Email", MAIL))
def test_document_and_code_agree_on_any_mail(mail):
    assert document_takes_mail(mail) == code_takes_mail(mail)


@quick
@given(payloads_like("ClassificationRequest", ENVELOPE))
def test_document_and_code_agree_on_any_envelope(envelope):
    assert document_takes_envelope(envelope) == code_takes_envelope(envelope)


@quick
@given(payloads_like("Feedback", ITEM))
def test_document_and_code_agree_on_any_feedback(item):
    assert document_takes_item(item) == code_takes_item(item)


@quick
@given(payloads_like("FeedbackRequest", {"items": [ITEM]}))
def test_document_and_code_agree_on_any_feedbacks_envelope(envelope):
    assert document_takes_feedback_envelope(envelope) == code_takes_feedback_envelope(envelope)
