"""Statements taken apart, and which includes which."""

import pytest

from local.infra.diff.cover import covers
from local.infra.diff.statements import Permission, permissions


def only(statement: dict[str, object], *, place: str = "role R") -> Permission:
    (permission,) = permissions({"Statement": statement}, place=place)
    return permission


def allow(action: object = "s3:GetObject", resource: object = "arn:b/k", **more: object) -> Permission:
    return only({"Effect": "Allow", "Action": action, "Resource": resource, **more})


def test_a_statement_is_one_permission_per_principal_action_and_resource():
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ["a", "b"], "Service": "s.amazonaws.com"},
        "Action": ["s3:GetObject", "S3:PutObject"],
        "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]},
    }
    assert [
        (found.principal, found.action, found.resource)
        for found in permissions({"Statement": [statement]}, place="bucket ${Bucket}")
    ] == [
        ("AWS a", "s3:getobject", "${Bucket.Arn}/*"),
        ("AWS a", "s3:putobject", "${Bucket.Arn}/*"),
        ("AWS b", "s3:getobject", "${Bucket.Arn}/*"),
        ("AWS b", "s3:putobject", "${Bucket.Arn}/*"),
        ("Service s.amazonaws.com", "s3:getobject", "${Bucket.Arn}/*"),
        ("Service s.amazonaws.com", "s3:putobject", "${Bucket.Arn}/*"),
    ]


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("s3:*", "s3:GetObject", True),
        ("s3:Get*", "s3:Get*Acl", True),
        ("s3:GetObject", "s3:*", False),
        ("s3:Get?bject", "s3:Get*bject", False),
        ("S3:GETOBJECT", "s3:getobject", True),
        ("*", "iam:PassRole", True),
        ("s3:GetObject", "s3:GetObjectAcl", False),
    ],
)
def test_an_action_is_included_by_a_pattern_that_matches_all_it_matches(wide: str, narrow: str, expected: bool):
    assert covers(allow(wide), allow(narrow)) is expected


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ({}, {"Condition": {"Bool": {"k": "true"}}}, True),
        ({"Condition": {"Bool": {"k": "true"}}}, {}, False),
        ({"Condition": {"StringEquals": {"k": ["a", "b"]}}}, {"Condition": {"StringEquals": {"k": "a"}}}, True),
        ({"Condition": {"StringEquals": {"k": "a"}}}, {"Condition": {"StringEquals": {"k": ["a", "b"]}}}, False),
        ({"Condition": {"StringNotEquals": {"k": "a"}}}, {"Condition": {"StringNotEquals": {"k": ["a", "b"]}}}, True),
        ({"Condition": {"StringNotEquals": {"k": ["a", "b"]}}}, {"Condition": {"StringNotEquals": {"k": "a"}}}, False),
        ({"Condition": {"StringEquals": {"k": "a"}}}, {"Condition": {"StringLike": {"k": "a"}}}, False),
    ],
)
def test_more_conditions_and_fewer_alternatives_are_narrower(wide: dict, narrow: dict, expected: bool):
    assert covers(allow(**wide), allow(**narrow)) is expected


def test_everything_but_something_is_included_by_its_equal_and_by_everything_only():
    but_s3 = only({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})
    but_reading = only({"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"})
    assert covers(but_s3, but_s3)
    assert not covers(but_s3, but_reading)
    assert not covers(but_s3, allow("sqs:SendMessage"))
    assert covers(allow("*", "*"), but_s3)


def test_a_wildcard_inside_a_reference_is_none():
    assert not covers(allow(resource="${import a*}"), allow(resource="${import ab}"))


def test_a_permission_on_one_place_says_nothing_about_another():
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert not covers(only(statement, place="role A"), only(statement, place="role B"))


def test_everybody_includes_a_principal_and_not_the_other_way_round():
    def of(principal: object) -> Permission:
        return only({"Effect": "Allow", "Principal": principal, "Action": "a:b", "Resource": "*"}, place="key")

    assert covers(of({"AWS": "*"}), of({"AWS": "arn:aws:iam::1:root"}))
    assert covers(of("*"), of({"AWS": "*"}))
    assert not covers(of({"AWS": "arn:aws:iam::1:root"}), of("*"))
