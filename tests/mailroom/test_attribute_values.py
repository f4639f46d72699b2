from decimal import Decimal

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from mailroom.attribute_values import from_attributes, to_attribute, to_attributes
from tests.support.strategies import quick, texts

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**37), 10**37) | st.decimals(-1, 1, places=4) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
rows = st.dictionaries(texts, values, max_size=4)


def test_each_kind_of_value_is_under_the_name_of_its_type():
    assert to_attributes(
        {"none": None, "true": True, "one": 1, "share": Decimal("0.25"), "text": "ä", "list": ["a"], "map": {"b": 2}}
    ) == {
        "none": {"NULL": True},
        "true": {"BOOL": True},
        "one": {"N": "1"},
        "share": {"N": "0.25"},
        "text": {"S": "ä"},
        "list": {"L": [{"S": "a"}]},
        "map": {"M": {"b": {"N": "2"}}},
    }


@quick
@given(rows)
def test_a_row_is_read_back_as_it_was_written(row):
    assert from_attributes(to_attributes(row)) == row


@quick
@given(rows)
def test_boto3_writes_and_reads_the_same(row):
    serializer, deserializer = TypeSerializer(), TypeDeserializer()
    assert to_attributes(row) == {name: serializer.serialize(value) for name, value in row.items()}
    assert {name: deserializer.deserialize(value) for name, value in to_attributes(row).items()} == row


@pytest.mark.parametrize("value", [0.5, b"bytes", {"a", "b"}, object()])
def test_what_a_row_cannot_hold_is_refused(value):
    with pytest.raises(TypeError, match=f"^a row cannot hold a {type(value).__name__}$"):
        to_attribute(value)
