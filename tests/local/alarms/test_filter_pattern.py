from typing import Any

import pytest

from local.alarms.errors import AlarmError
from local.alarms.filter_pattern import field_path, parse_pattern

REQUEST: dict[str, Any] = {"event": "request", "ok": 3, "error": 0, "mode": "live", "open": True, "deep": {"rows": 2}}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ('{ $.event = "request" }', True),
        ('{ $.event = "labelled" }', False),
        ('{ $.event = "req*" }', True),
        ('{ $.event = "req?est" }', False),
        ('{ $.event != "labelled" }', True),
        ("{ $.ok >= 3 }", True),
        ("{ $.ok > 3 }", False),
        ("{ $.error = 0 }", True),
        ("{ $.error < -1.5 }", False),
        ("{ $.deep.rows <= 2 }", True),
        ("{ $.open = 1 }", False),
        ('{ ($.event = "request") && ($.ok >= 0) }', True),
        ('{ ($.event = "request") && ($.missing >= 0) }', False),
        ('{ $.mode = "shadow" || $.ok = 3 && $.error = 0 }', True),
        ('{ ($.mode = "shadow" || $.ok = 3) && $.error = 1 }', False),
        ('{ $.missing != "anything" }', False),
        ('{ $.ok = "3" }', False),
    ],
)
def test_a_pattern_compares_fields_of_a_line(pattern: str, matches: bool):
    assert parse_pattern(pattern).matches(REQUEST) is matches


@pytest.mark.parametrize(
    "pattern",
    [
        "{ }",
        "{ $.ok }",
        "{ $.ok = }",
        "{ ($.ok = 1 }",
        "{ $.ok = 1 ) }",
        '{ $.ok > "3" }',
        "{ $.ok = 1 && }",
        "{ NOT }",
    ],
)
def test_another_kind_of_pattern_is_refused_with_a_sentence(pattern: str):
    with pytest.raises(AlarmError) as caught:
        parse_pattern(pattern)
    assert str(caught.value) == (
        f"The filter pattern {pattern!r} cannot be read; fields may be compared with texts and numbers, and "
        "comparisons joined by && and ||."
    )


def test_a_pattern_for_plain_text_is_refused_with_a_sentence():
    with pytest.raises(AlarmError) as caught:
        parse_pattern("ERROR")
    assert str(caught.value) == "The filter pattern 'ERROR' is none for JSON lines, which stand in braces."


def test_a_selector_names_a_field():
    assert field_path("$.deep.rows") == ("deep", "rows")
    with pytest.raises(AlarmError) as caught:
        field_path("rows")
    assert str(caught.value) == "'rows' selects no field of a JSON line; '$.name' would."
