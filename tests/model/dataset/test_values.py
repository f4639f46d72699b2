import math
from datetime import UTC, datetime
from typing import Any

import pytest

from mailroom.message import BodyFormat
from model.dataset import values
from model.dataset.values import CellError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (math.nan, ""),
        ("a", "a"),
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (True, "true"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        ("a\ud800b", "a\ufffdb"),
        (datetime(2026, 3, 1, 8, tzinfo=UTC), "2026-03-01T08:00:00+00:00"),
    ],
)
def test_a_cell_of_any_type_has_a_text(value: Any, text: str) -> None:
    assert values.text_of(value) == text


@pytest.mark.parametrize("nothing", [None, "", "  ", "nan", "NaN", "null", math.nan])
def test_an_empty_label_is_missing(nothing: Any) -> None:
    assert values.word_of(nothing) is None


def test_none_is_a_label() -> None:
    assert values.word_of(" none ") == "none"


@pytest.mark.parametrize("value", ["Bank A; Bank  B|", ["Bank A", " Bank B", ""], ("Bank A", "Bank B")])
def test_custodian_banks_are_a_list_or_text_with_separators(value: Any) -> None:
    assert values.names_of(value) == ("Bank A", "Bank B")


def test_codes_are_read_leniently_and_unknown_ones_told_without_their_text() -> None:
    assert [values.body_format_of(value) for value in (None, "HTML", "text/plain", "mime")] == [
        BodyFormat.TEXT,
        BodyFormat.HTML,
        BodyFormat.TEXT,
        BodyFormat.MIME,
    ]
    assert [values.language_of(value) for value in ("de-CH", "EN_us", "")] == ["de", "en", None]
    assert values.instant_of("2026-03-01T08:00:00Z") == "2026-03-01T08:00:00+00:00"
    for read in (values.body_format_of, values.instant_of):
        with pytest.raises(CellError) as error:
            read("geheim")
        assert "geheim" not in str(error.value)


def test_a_list_is_no_text() -> None:
    with pytest.raises(CellError, match="holds a list or a table where text should stand"):
        values.text_of(["a"])
