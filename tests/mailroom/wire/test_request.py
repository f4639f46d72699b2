import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.message import Email
from mailroom.prediction import ErrorCode, ItemError
from mailroom.wire.problem import Problem
from mailroom.wire.request import (
    MAX_BYTES,
    ClassificationRequest,
    Mode,
    Options,
    media_type_is_json,
    parse_classification_request,
    parse_json,
)
from tests.support.strategies import quick

MAIL = {"id": "1", "body": "Guten Tag"}


def request(*mails, **envelope):
    return parse_classification_request({"emails": list(mails), **envelope})


def error_of(mail) -> ItemError:
    (item,) = request(mail).items
    assert isinstance(item, ItemError)
    return item


def test_a_request_is_read_with_its_defaults():
    assert request(MAIL) == ClassificationRequest(
        mode=Mode.LIVE, options=Options(top_k=3, explain=False), items=(Email(id="1", body="Guten Tag"),)
    )


def test_one_bad_mail_stands_as_an_error_in_its_place():
    assert request(MAIL, {"id": "2"}, {"id": "3", "body": ""}).items == (
        Email(id="1", body="Guten Tag"),
        ItemError(email_id="2", code=ErrorCode.INVALID_FIELD, detail="The mail lacks 'body'."),
        Email(id="3", body=""),
    )


def test_the_second_mail_with_an_id_is_the_duplicate():
    first, second, third = request(MAIL, MAIL, MAIL).items
    assert first == Email(id="1", body="Guten Tag")
    assert {second, third} == {
        ItemError(email_id="1", code=ErrorCode.DUPLICATE_ID, detail="An earlier mail of this request has the same id.")
    }


def test_a_mail_that_could_not_be_read_takes_no_id_from_a_later_one():
    first, second = request({"id": "1"}, MAIL).items
    assert isinstance(first, ItemError)
    assert second == Email(id="1", body="Guten Tag")


@pytest.mark.parametrize(
    ("mail", "email_id", "detail"),
    [
        ("text", None, "The mail must be an object."),
        ({"body": ""}, None, "The mail lacks 'id'."),
        ({"id": 1, "body": ""}, None, "id must be text."),
        ({"id": "", "body": ""}, None, "id must not be empty."),
        ({"id": "x" * 129, "body": ""}, None, "id is longer than 128 characters."),
        ({**MAIL, "body": None}, "1", "body must be text."),
        ({**MAIL, "body": "\ud800"}, "1", "body holds a lone surrogate, which is not a character."),
        ({"id": "\ud800", "body": ""}, None, "id holds a lone surrogate, which is not a character."),
        ({**MAIL, "subject": "x" * 10_001}, "1", "subject is longer than 10,000 characters."),
        ({**MAIL, "subject": None}, "1", "subject must be text."),
        ({**MAIL, "body_format": "rtf"}, "1", "body_format must be 'text', 'html' or 'mime'."),
        ({**MAIL, "body_format": ["text"]}, "1", "body_format must be 'text', 'html' or 'mime'."),
        ({**MAIL, "custodian_banks": "Bank"}, "1", "custodian_banks must be a list of texts."),
        ({**MAIL, "custodian_banks": ["b"] * 51}, "1", "custodian_banks has more than 50 entries."),
        ({**MAIL, "custodian_banks": ["b" * 201]}, "1", "An entry of custodian_banks is longer than 200 characters."),
        (
            {**MAIL, "received_at": "yesterday"},
            "1",
            "received_at must be a date and time such as 2026-03-01T08:00:00Z.",
        ),
        (
            {**MAIL, "received_at": "2026-03-01T08:00:00"},
            "1",
            "received_at must be a date and time such as 2026-03-01T08:00:00Z.",
        ),
        ({**MAIL, "received_at": "2026-02-30T08:00:00Z"}, "1", "received_at is not a date and time that exists."),
        ({**MAIL, "language_hint": "x" * 36}, "1", "language_hint is longer than 35 characters."),
        ({**MAIL, "thread_id": 7}, "1", "thread_id must be text."),
        (
            {**MAIL, "priority": 1},
            "1",
            "The mail has the unknown field 'priority'; known are body, body_format, "
            "custodian_banks, id, language_hint, received_at, subject, thread_id.",
        ),
    ],
)
def test_what_is_wrong_with_a_mail_is_said_by_the_name_of_the_field(mail, email_id, detail):
    assert error_of(mail) == ItemError(email_id=email_id, code=ErrorCode.INVALID_FIELD, detail=detail)


def test_the_name_of_an_unknown_field_is_repeated_only_if_it_is_harmless():
    assert "unknown field;" in error_of({**MAIL, "IBAN DE89 3704": 1}).detail
    assert "3704" not in error_of({**MAIL, "IBAN DE89 3704": 1}).detail


@quick
@given(st.text(min_size=1))
def test_no_detail_ever_repeats_a_value(value):
    secret = f"geheim{value}"
    for field in ("subject", "body_format", "received_at", "language_hint", "thread_id", "custodian_banks"):
        assert secret not in error_of({**MAIL, field: {"a": secret}}).detail
        assert secret not in error_of({**MAIL, field: [secret, 1]}).detail


@pytest.mark.parametrize(
    ("payload", "status", "detail"),
    [
        ([], 422, "The request must be an object."),
        ({}, 422, "emails must be a list of at least one mail."),
        ({"emails": []}, 422, "emails must be a list of at least one mail."),
        ({"emails": {"0": MAIL}}, 422, "emails must be a list of at least one mail."),
        ({"emails": [MAIL], "mode": "test"}, 422, "mode must be 'live' or 'shadow'."),
        ({"emails": [MAIL], "mode": ["live"]}, 422, "mode must be 'live' or 'shadow'."),
        ({"emails": [MAIL], "options": None}, 422, "options must be an object."),
        ({"emails": [MAIL], "options": {"top_k": 0}}, 422, "options.top_k must be from 1 to 10."),
        ({"emails": [MAIL], "options": {"top_k": 11}}, 422, "options.top_k must be from 1 to 10."),
        ({"emails": [MAIL], "options": {"top_k": True}}, 422, "options.top_k must be a whole number."),
        ({"emails": [MAIL], "options": {"top_k": 3.0}}, 422, "options.top_k must be a whole number."),
        ({"emails": [MAIL], "options": {"explain": 1}}, 422, "options.explain must be true or false."),
        (
            {"emails": [MAIL], "options": {"topk": 1}},
            422,
            "options has the unknown field 'topk'; known are explain, top_k.",
        ),
        (
            {"emails": [MAIL], "mails": []},
            422,
            "The request has the unknown field 'mails'; known are emails, mode, options.",
        ),
        ({"emails": [MAIL] * 101}, 413, "A request holds at most 100 mails; this one has 101."),
    ],
)
def test_what_is_wrong_with_the_envelope_fails_the_request(payload, status, detail):
    with pytest.raises(Problem) as caught:
        parse_classification_request(payload)
    assert (caught.value.status, caught.value.detail) == (status, detail)


def test_a_hundred_mails_are_not_too_many():
    assert len(request(*({"id": str(number), "body": ""} for number in range(100))).items) == 100


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\xff"}',
        '{"emails": []}'.encode("utf-16"),
        b'"\xed\xa0\x80"',
        b"1" * 5_000,
    ],
)
def test_what_is_not_json_in_utf_8_is_a_400(body):
    with pytest.raises(Problem) as caught:
        parse_json(body)
    assert (caught.value.status, caught.value.detail) == (400, "The request body is not valid JSON in UTF-8.")


def test_deep_nesting_is_a_400():
    with pytest.raises(Problem) as caught:
        parse_json("[" * 200_000)
    assert (caught.value.status, caught.value.detail) == (400, "The request body is nested too deeply.")


@pytest.mark.parametrize("body", ['"\N{SNOWMAN}"', '"\N{SNOWMAN}"'.encode(), '\ufeff"\N{SNOWMAN}"'.encode()])
def test_text_bytes_and_a_byte_order_mark_are_read_alike(body):
    assert parse_json(body) == "\N{SNOWMAN}"


def test_four_megabytes_are_read_and_one_byte_more_is_a_413_that_names_the_limit():
    fits = json.dumps("x" * (MAX_BYTES - 2))
    assert len(parse_json(fits)) == MAX_BYTES - 2
    for longer in (fits + " ", (fits + " ").encode(), json.dumps("ä" * (MAX_BYTES // 2), ensure_ascii=False)):
        with pytest.raises(Problem) as caught:
            parse_json(longer)
        assert (caught.value.status, caught.value.detail) == (413, "The request is larger than 4 MB.")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "application/json"}, True),
        ({"content-type": "Application/JSON; charset=utf-8"}, True),
        ({"Content-Type": "text/json"}, False),
        ({"Content-Type": "application/jsonp"}, False),
        ({}, False),
    ],
)
def test_only_application_json_is_json(headers, expected):
    assert media_type_is_json(headers) is expected


def test_known_fields_are_listed_in_errors_in_a_stable_order():
    assert re.findall(r"known are (.*)\.", error_of({**MAIL, "x": 1}).detail) == [
        "body, body_format, custodian_banks, id, language_hint, received_at, subject, thread_id"
    ]
