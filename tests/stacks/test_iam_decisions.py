"""What a policy lets through, as the other tests ask it: IAM's own rules, missing keys above all."""

import pytest

from tests.support.iam import Context, allows

ALLOW = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}


def _denies(condition: dict[str, dict[str, object]], context: Context) -> bool:
    deny = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": condition}
    return not allows([ALLOW, deny], "s3:GetObject", context=context)


@pytest.mark.parametrize("operator", ["StringNotEquals", "StringNotEqualsIfExists", "StringNotLike", "ArnNotLike"])
def test_a_negated_operator_holds_for_a_key_that_is_missing(operator: str):
    assert _denies({operator: {"aws:ResourceAccount": "1"}}, {})
    assert _denies({operator: {"aws:ResourceAccount": "1"}}, {"aws:ResourceAccount": "2"})
    assert not _denies({operator: {"aws:ResourceAccount": "1"}}, {"aws:ResourceAccount": "1"})


@pytest.mark.parametrize("operator", ["StringEquals", "StringLike", "Bool", "ArnEquals", "IpAddress"])
def test_an_operator_does_not_hold_for_a_key_that_is_missing_unless_it_says_if_exists(operator: str):
    assert not _denies({operator: {"k": "1"}}, {})
    assert _denies({f"{operator}IfExists": {"k": "1"}}, {})


def test_null_asks_whether_the_key_is_missing():
    assert _denies({"Null": {"k": "true"}}, {})
    assert not _denies({"Null": {"k": "true"}}, {"k": "1"})
    assert _denies({"Null": {"k": "false"}}, {"k": "1"})
    assert not _denies({"Null": {"k": "false"}}, {})


def test_all_conditions_of_a_statement_must_hold():
    another = {"StringNotEquals": {"aws:ResourceAccount": "1"}, "Null": {"aws:ResourceAccount": "false"}}
    assert not _denies(another, {})
    assert not _denies(another, {"aws:ResourceAccount": "1"})
    assert _denies(another, {"aws:ResourceAccount": "2"})


def test_for_all_values_holds_for_none_and_for_any_value_does_not():
    assert _denies({"ForAllValues:StringEquals": {"k": ["1"]}}, {})
    assert not _denies({"ForAnyValue:StringEquals": {"k": ["1"]}}, {})
    assert not _denies({"ForAnyValue:StringNotEquals": {"k": ["1"]}}, {})


def test_for_all_values_asks_each_and_for_any_value_one_of_them():
    assert not _denies({"ForAllValues:StringEquals": {"k": ["1", "2"]}}, {"k": ["1", "3"]})
    assert _denies({"ForAllValues:StringEquals": {"k": ["1", "2"]}}, {"k": ["1", "2"]})
    assert _denies({"ForAnyValue:StringEquals": {"k": ["1"]}}, {"k": ["1", "3"]})
    assert not _denies({"ForAnyValue:StringEquals": {"k": ["1"]}}, {"k": ["3", "4"]})


def test_an_address_lies_in_a_network_or_not():
    condition = {"IpAddress": {"aws:SourceIp": ["198.51.100.0/24"]}}
    assert _denies(condition, {"aws:SourceIp": "198.51.100.7"})
    assert not _denies(condition, {"aws:SourceIp": "203.0.113.7"})


def test_a_variable_stands_for_what_the_call_says_and_matches_nothing_without_it():
    own = {"Effect": "Allow", "Action": ["a:b"], "Resource": ["arn:profile/*/${aws:PrincipalTag/user}"]}
    assert allows([own], "a:b", "arn:profile/d-1/ann", {"aws:PrincipalTag/user": "ann"})
    assert not allows([own], "a:b", "arn:profile/d-1/bob", {"aws:PrincipalTag/user": "ann"})
    assert not allows([own], "a:b", "arn:profile/d-1/${aws:PrincipalTag/user}")


def test_an_unknown_operator_is_an_error():
    with pytest.raises(AssertionError, match="DateLessThan"):
        _denies({"DateLessThan": {"aws:CurrentTime": "2030-01-01"}}, {"aws:CurrentTime": "2029-01-01"})


def test_silence_denies_and_a_denial_wins():
    assert not allows([], "s3:GetObject")
    assert not allows([ALLOW, {**ALLOW, "Effect": "Deny"}], "s3:GetObject")
    assert allows([ALLOW], "s3:GetObject")
