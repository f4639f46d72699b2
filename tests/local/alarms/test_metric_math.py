import pytest

from local.alarms.errors import AlarmError
from local.alarms.metric_math.evaluation import Value, evaluate
from local.alarms.metric_math.parser import parse
from local.alarms.metric_math.tree import Name, Number, Operation, names

OPERANDS = {"n": {1: 10.0, 2: 4.0, 3: 0.0}, "e": {1: 1.0, 2: 3.0, 3: 0.0}, "rare": {2: 5.0}}


def value(expression: str) -> Value:
    return evaluate(parse(expression), OPERANDS, range(1, 5))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", 5.0),
        ("-(1 + 2) * 1.5e1", -45.0),
        ("n + 1", {1: 11.0, 2: 5.0, 3: 1.0}),
        ("10 - e - 1", {1: 8.0, 2: 6.0, 3: 9.0}),
        ("n + rare", {2: 9.0}),
        ("e / n", {1: 0.1, 2: 0.75}),
        ("n >= 4", {1: 1.0, 2: 1.0, 3: 0.0}),
        ("n > 3 AND e > 2", {1: 0.0, 2: 1.0, 3: 0.0}),
        ("n < 1 OR e == 1", {1: 1.0, 2: 0.0, 3: 1.0}),
        ("IF(n >= 5, e / n, 0)", {1: 0.1, 2: 0.0, 3: 0.0}),
        ("IF(n > 0, e / n, 0)", {1: 0.1, 2: 0.75, 3: 0.0}),
        ("IF(n > 3, rare, e)", {2: 5.0, 3: 0.0}),
        ("IF(1 > 2, n, e)", {1: 1.0, 2: 3.0, 3: 0.0}),
        ("FILL(rare, 0)", {1: 0.0, 2: 5.0, 3: 0.0, 4: 0.0}),
        ("MAX([n, 5])", {1: 10.0, 2: 5.0, 3: 5.0}),
        ("SUM([n, e, rare])", {1: 11.0, 2: 12.0, 3: 0.0}),
        ("MIN([2, 1])", 1.0),
        ("MAX(n)", 10.0),
        ("(e + e) / MAX([n, 1])", {1: 0.2, 2: 1.5, 3: 0.0}),
    ],
)
def test_an_expression_has_a_value_for_each_period_in_which_its_operands_have_one(expression: str, expected: Value):
    assert value(expression) == expected


def test_operations_of_one_strength_go_from_left_to_right():
    assert parse("a - b - 1") == Operation("-", Operation("-", Name("a"), Name("b")), Number(1.0))


def test_the_ids_of_an_expression_are_found_wherever_they_stand():
    assert names(parse("IF(a > 1, SUM([b, c + 2]), d)")) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("text", ["", "1 +", "(n", "MAX([n, )", "IF n", "n e", "[n", "n)"])
def test_what_is_no_expression_is_refused_with_a_sentence(text: str):
    with pytest.raises(AlarmError) as caught:
        parse(text)
    assert str(caught.value) == f"The metric math {text!r} cannot be read: look at the alarm's expression."


def test_a_character_that_nothing_begins_with_is_named():
    with pytest.raises(AlarmError) as caught:
        parse("n + 'text'")
    assert str(caught.value) == "The metric math \"n + 'text'\" cannot be read from \"'text'\" on."


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("x + 1", "The metric math names 'x', which is no id of the alarm's metrics."),
        ("[n, e]", "A list of metric math stands only in MAX, MIN or SUM."),
        (
            "RATE(n)",
            "RATE with 1 arguments is not known here; known are IF(condition, then, otherwise), FILL(metric, number), "
            "and MAX, MIN and SUM of a metric or a list.",
        ),
    ],
)
def test_what_is_not_known_is_refused_with_a_sentence(expression: str, sentence: str):
    with pytest.raises(AlarmError) as caught:
        value(expression)
    assert str(caught.value) == sentence
