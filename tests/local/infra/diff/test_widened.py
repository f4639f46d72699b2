"""Which permissions a change widens."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.infra.diff.widened import widened

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::exports/*"}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": {"Fn::GetAtt": ["Exports", "Arn"]},
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
BASE: Mapping[str, Any] = {
    "Resources": {
        "Reader": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ]
                },
                "Policies": [{"PolicyName": "own", "PolicyDocument": {"Statement": [READ]}}],
                "PermissionsBoundary": "arn:aws:iam::111122223333:policy/boundary",
            },
        },
        "Exports": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"PublicAccessBlockConfiguration": {"BlockPublicPolicy": True}},
        },
        "ExportsPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Exports"}, "PolicyDocument": {"Statement": [TLS_ONLY]}},
        },
        "Call": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": "classify",
                "Action": "lambda:InvokeFunction",
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": "arn:aws:execute-api:eu-central-1:111122223333:api/*",
            },
        },
        "Endpoint": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "PolicyDocument": {
                    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*", "Resource": "*"}
                }
            },
        },
        "Group": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "SecurityGroupIngress": [
                    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"},
                ],
                "SecurityGroupEgress": [{"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "1.1.1.1/32"}],
            },
        },
    }
}


def changed(change: Callable[[dict[str, Any]], object]) -> tuple[str, ...]:
    """What is widened when ``change`` is made to the resources of the base."""
    after = copy.deepcopy(BASE)
    change(after["Resources"])
    return widened(BASE, after)


def inline(resources: dict[str, Any]) -> list[dict[str, Any]]:
    return resources["Reader"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def test_no_change_widens_nothing():
    assert widened(BASE, BASE) == ()


def test_an_action_more_is_named_with_its_role_and_resource():
    assert changed(lambda resources: inline(resources)[0].update(Action=["s3:GetObject", "s3:PutObject"])) == (
        "ALLOWED role ${Reader}: s3:putobject on arn:aws:s3:::exports/*",
    )


def test_a_narrower_resource_is_none_and_a_wider_one_is():
    assert changed(lambda resources: inline(resources)[0].update(Resource="arn:aws:s3:::exports/2026/*")) == ()
    assert changed(lambda resources: inline(resources)[0].update(Resource="arn:aws:s3:::*")) == (
        "ALLOWED role ${Reader}: s3:getobject on arn:aws:s3:::*",
    )


def test_a_permission_that_moves_into_another_policy_of_the_role_is_none():
    def move(resources: dict[str, Any]) -> None:
        statement = inline(resources).pop()
        resources["Moved"] = {
            "Type": "AWS::IAM::Policy",
            "Properties": {"Roles": [{"Ref": "Reader"}], "PolicyDocument": {"Statement": [statement]}},
        }

    assert changed(move) == ()


def test_a_managed_policy_of_somebody_elses_is_named():
    def attach(resources: dict[str, Any]) -> None:
        resources["Reader"]["Properties"]["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AdministratorAccess"]

    assert changed(attach) == (
        "ALLOWED role ${Reader}: all of the policy arn:aws:iam::aws:policy/AdministratorAccess on whatever it names",
    )


def test_who_may_take_on_a_role_is_a_permission_too():
    def trust(resources: dict[str, Any]) -> None:
        (statement,) = resources["Reader"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        statement["Principal"]["AWS"] = "arn:aws:iam::999999999999:root"

    assert changed(trust) == (
        "ALLOWED trust of role ${Reader}: sts:assumerole on role ${Reader} to AWS arn:aws:iam::999999999999:root",
    )


def test_a_denial_that_is_gone_or_has_a_further_condition_is_named():
    text = "NO LONGER DENIED bucket ${Exports}: s3:* on ${Exports.Arn} to * if aws:SecureTransport Bool false"

    def drop(resources: dict[str, Any]) -> None:
        resources["ExportsPolicy"]["Properties"]["PolicyDocument"]["Statement"].clear()

    def weaken(resources: dict[str, Any]) -> None:
        (statement,) = resources["ExportsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        statement["Condition"]["StringEquals"] = {"aws:PrincipalTag/team": "mail"}

    assert changed(drop) == changed(weaken) == (text,)


def test_a_denial_goes_with_its_bucket_without_a_word():
    def remove(resources: dict[str, Any]) -> None:
        del resources["Exports"], resources["ExportsPolicy"]

    assert changed(remove) == ()


def test_a_denial_on_a_bucket_of_another_stack_is_missed():
    imported = {"Fn::ImportValue": "mailroom-dev-data:Exports"}
    old = copy.deepcopy(BASE)
    old["Resources"]["ExportsPolicy"]["Properties"]["Bucket"] = imported
    new = copy.deepcopy(BASE)
    del new["Resources"]["ExportsPolicy"]
    assert widened(old, new) == (
        "NO LONGER DENIED bucket ${import mailroom-dev-data:Exports}: s3:* on ${Exports.Arn} to * "
        "if aws:SecureTransport Bool false",
    )


def test_a_caller_of_a_function_without_its_source_is_named():
    assert changed(lambda resources: resources["Call"]["Properties"].pop("SourceArn")) == (
        "ALLOWED function classify: lambda:invokefunction on classify to apigateway.amazonaws.com",
    )


def test_an_endpoint_that_loses_its_policy_lets_everything_through():
    assert changed(lambda resources: resources["Endpoint"]["Properties"].clear()) == (
        "ALLOWED vpcendpoint ${Endpoint}: * on * to *",
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.1.0/24"}, ()),
        (
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"},
            ("OPENED security group ${Group.GroupId}: in, tcp, ports 443 to 443, 0.0.0.0/0",),
        ),
        (
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 443, "CidrIp": "10.0.0.0/16"},
            ("OPENED security group ${Group.GroupId}: in, tcp, ports 22 to 443, 10.0.0.0/16",),
        ),
    ],
)
def test_an_ingress_that_lets_more_through_is_named(rule: dict[str, Any], expected: tuple[str, ...]):
    assert changed(lambda resources: resources["Group"]["Properties"].update(SecurityGroupIngress=[rule])) == expected


def test_a_rule_that_moves_out_of_its_group_is_none():
    def move(resources: dict[str, Any]) -> None:
        (rule,) = resources["Group"]["Properties"].pop("SecurityGroupIngress")
        group = {"Fn::GetAtt": ["Group", "GroupId"]}
        resources["Rule"] = {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": group, **rule}}

    assert changed(move) == ()


def test_a_group_that_says_nothing_of_egress_lets_everything_out():
    assert changed(lambda resources: resources["Group"]["Properties"].pop("SecurityGroupEgress")) == (
        "OPENED security group ${Group.GroupId}: out, all protocols, all ports, 0.0.0.0/0",
    )


def test_a_guard_that_is_let_go_is_named():
    def let_go(resources: dict[str, Any]) -> None:
        resources["Exports"]["Properties"]["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] = False
        del resources["Reader"]["Properties"]["PermissionsBoundary"]

    assert changed(let_go) == (
        "LET GO AWS::IAM::Role Reader: the permission boundary is gone or another",
        "LET GO AWS::S3::Bucket Exports: PublicAccessBlockConfiguration.BlockPublicPolicy was True, is False",
    )


def test_a_boundary_that_allows_more_is_named_though_nobody_bears_it():
    boundary = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": [READ]}}}
    wider = copy.deepcopy(boundary)
    wider["Properties"]["PolicyDocument"]["Statement"][0]["Action"] = "s3:*"
    assert widened({"Resources": {"Boundary": boundary}}, {"Resources": {"Boundary": wider}}) == (
        "ALLOWED policy ${Boundary}: s3:* on arn:aws:s3:::exports/*",
    )
