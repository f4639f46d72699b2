import pytest

from local.pipelines.conditions import all_hold
from local.pipelines.errors import StepFailedError


def compare(kind, left, right):
    return {"Type": kind, "LeftValue": left, "RightValue": right}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (compare("Equals", "passed", "passed"), True),
        (compare("Equals", "failed", "passed"), False),
        (compare("Equals", "1", 1), False),
        (compare("GreaterThan", 0.5, 0.5), False),
        (compare("GreaterThanOrEqualTo", 0.5, 0.5), True),
        (compare("LessThan", 0.4, 0.5), True),
        (compare("LessThanOrEqualTo", 0.6, 0.5), False),
        ({"Type": "In", "QueryValue": "b", "Values": ["a", "b"]}, True),
        ({"Type": "In", "QueryValue": "c", "Values": ["a", "b"]}, False),
        ({"Type": "Not", "Expression": compare("Equals", 1, 2)}, True),
        ({"Type": "Or", "Conditions": [compare("Equals", 1, 2), compare("Equals", 2, 2)]}, True),
        ({"Type": "And", "Conditions": [compare("Equals", 1, 2), compare("Equals", 2, 2)]}, False),
    ],
)
def test_each_kind_of_condition(condition, holds):
    assert all_hold([condition]) is holds


def test_all_of_several_conditions_must_hold():
    assert not all_hold([compare("Equals", 1, 1), compare("Equals", 1, 2)])


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"Type": "Matches"}, "ClientError: A condition of the type Matches cannot be evaluated."),
        (
            compare("LessThan", "0.4", 0.5),
            "ClientError: The condition LessThan compares numbers, but was given something else.",
        ),
    ],
)
def test_what_cannot_be_evaluated_fails_the_step_with_a_sentence(condition, sentence):
    with pytest.raises(StepFailedError) as caught:
        all_hold([condition])
    assert (str(caught.value), caught.value.kind) == (sentence, None)
