"""What CloudFormation may do while it deploys the stacks, held against the stacks themselves."""

import json
from typing import Any

import pytest

from config.bootstrap.__main__ import main
from config.bootstrap.policies import execution_policies
from config.load import load_environment
from tests.support.iam import allows, text
from tests.support.templates import Assembly, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}

# The prefix that a service's actions have, where it is not the service's name in a resource type.
PREFIXES = {"applicationautoscaling": "application-autoscaling", "mwaa": "airflow"}


def _policy(environment: str) -> list[dict[str, Any]]:
    policies = execution_policies(load_environment(environment))
    return [one for policy in policies.values() for one in statements(policy)]


def _arn(environment: str, service: str, resource: str) -> str:
    return f"arn:aws:{service}:eu-central-1:{ACCOUNTS[environment]}:{resource}"


@BOTH
def test_every_service_that_the_stacks_are_made_of_may_be_set_up(assembly: Assembly, environment: str):
    made = {
        kind.split("::")[1].lower()
        for template in assembly.stage(environment)
        for kind in {resource["Type"] for resource in template.json["Resources"].values()}
    }
    allowed = {
        action.partition(":")[0]
        for statement in _policy(environment)
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }
    assert len(made) > 10
    assert {PREFIXES.get(service, service) for service in made} - allowed == set()


# Type to the property that names it, the service, and how its ARN says the name.
NAMED = {
    "AWS::CloudTrail::Trail": ("TrailName", "cloudtrail:UpdateTrail", "cloudtrail", "trail/{}"),
    "AWS::CloudWatch::Alarm": ("AlarmName", "cloudwatch:PutMetricAlarm", "cloudwatch", "alarm:{}"),
    "AWS::Events::Rule": ("Name", "events:PutRule", "events", "rule/{}"),
    "AWS::Lambda::Function": ("FunctionName", "lambda:CreateFunction", "lambda", "function:{}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs:CreateLogGroup", "logs", "log-group:{}"),
    "AWS::MWAA::Environment": ("Name", "airflow:CreateEnvironment", "airflow", "environment/{}"),
    "AWS::SNS::Topic": ("TopicName", "sns:CreateTopic", "sns", "{}"),
    "AWS::SQS::Queue": ("QueueName", "sqs:CreateQueue", "sqs", "{}"),
    "AWS::SSM::Parameter": ("Name", "ssm:PutParameter", "ssm", "parameter{}"),
    "AWS::WAFv2::WebACL": ("Name", "wafv2:CreateWebACL", "wafv2", "regional/webacl/{}/1-2-3"),
}


@BOTH
def test_everything_that_has_a_name_of_its_own_may_be_made_under_it(assembly: Assembly, environment: str):
    policy = _policy(environment)
    refused, asked = [], 0
    for template in assembly.stage(environment):
        for resource in template.json["Resources"].values():
            if resource["Type"] not in NAMED:
                continue
            key, action, service, form = NAMED[resource["Type"]]
            # What has no name gets one that begins with its stack's.
            name = text(resource["Properties"].get(key, f"mailroom-{environment}-{template.name.partition('/')[2]}-X"))
            asked += 1
            if not allows(policy, action, _arn(environment, service, form.format(name))):
                refused.append((action, name))
    assert asked > 20
    assert refused == []


@BOTH
def test_the_alarms_that_the_endpoints_scaling_makes_may_be_made(environment: str):
    policy = _policy(environment)
    alarm = "alarm:TargetTracking-endpoint/mailroom-{}/variant/main-AlarmHigh-1-2-3"
    assert allows(policy, "cloudwatch:PutMetricAlarm", _arn(environment, "cloudwatch", alarm.format(environment)))
    payroll = "alarm:TargetTracking-endpoint/payroll/variant/main-AlarmHigh-1-2-3"
    assert not allows(policy, "cloudwatch:PutMetricAlarm", _arn(environment, "cloudwatch", payroll))


@BOTH
@pytest.mark.parametrize(
    ("action", "service", "resource"),
    [
        ("lambda:CreateFunction", "lambda", "function:payroll"),
        ("sqs:DeleteQueue", "sqs", "payroll"),
        ("dynamodb:DeleteTable", "dynamodb", "table/payroll"),
        ("logs:DeleteLogGroup", "logs", "log-group:/aws/lambda/payroll"),
        ("ssm:PutParameter", "ssm", "parameter/payroll"),
        ("cloudtrail:StopLogging", "cloudtrail", "trail/company"),
        ("events:PutRule", "events", "rule/payroll"),
    ],
)
def test_what_has_another_name_is_left_alone(environment: str, action: str, service: str, resource: str):
    assert not allows(_policy(environment), action, _arn(environment, service, resource))


@BOTH
def test_a_role_is_made_and_changed_only_under_the_boundary(environment: str):
    policy, account = _policy(environment), ACCOUNTS[environment]
    role = f"arn:aws:iam::{account}:role/mailroom-{environment}-api-ClassifyRole-X"
    boundary = {"iam:PermissionsBoundary": f"arn:aws:iam::{account}:policy/mailroom-{environment}-boundary"}
    another = {"iam:PermissionsBoundary": f"arn:aws:iam::{account}:policy/other"}
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"):
        assert allows(policy, action, role, boundary)
        assert not allows(policy, action, role, another)
        assert not allows(policy, action, role)
        assert not allows(policy, action, f"arn:aws:iam::{account}:role/administrator", boundary)
    assert not allows(policy, "iam:DeleteRolePermissionsBoundary", role, boundary)


@BOTH
def test_roles_are_handed_to_the_apps_services_alone(environment: str):
    policy = _policy(environment)
    role = f"arn:aws:iam::{ACCOUNTS[environment]}:role/mailroom-{environment}-api-ClassifyRole-X"
    assert allows(policy, "iam:PassRole", role, {"iam:PassedToService": "lambda.amazonaws.com"})
    for service in ("ec2.amazonaws.com", "scheduler.amazonaws.com"):
        assert not allows(policy, "iam:PassRole", role, {"iam:PassedToService": service})


@BOTH
def test_every_service_that_takes_on_a_role_may_be_handed_it(assembly: Assembly, environment: str):
    policy = _policy(environment)
    role = f"arn:aws:iam::{ACCOUNTS[environment]}:role/mailroom-{environment}-x"
    trusted = {
        service
        for template in assembly.stage(environment)
        for resource in template.of_type("AWS::IAM::Role").values()
        for statement in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        for service in _services(statement["Principal"])
    }
    assert "lambda.amazonaws.com" in trusted
    assert {
        service for service in trusted if not allows(policy, "iam:PassRole", role, {"iam:PassedToService": service})
    } == set()


def _services(principal: dict[str, Any]) -> list[str]:
    named = principal.get("Service", [])
    return named if isinstance(named, list) else [named]


@BOTH
@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "iam:CreatePolicy",
        "organizations:LeaveOrganization",
        "ec2:CreateInternetGateway",
        "ec2:CreateNatGateway",
        "ec2:CreateVpcPeeringConnection",
        "ec2:AcceptVpcPeeringConnection",
        "ec2:CreateEgressOnlyInternetGateway",
        "ec2:AttachVpnGateway",
        "ec2:CreateCarrierGateway",
        "elasticfilesystem:CreateFileSystem",
        "ec2:RunInstances",
        "sagemaker:CreateTrainingJob",
        "sagemaker:UpdateModelPackage",
        "sagemaker:InvokeEndpoint",
    ],
)
def test_cloudformation_makes_no_users_opens_no_network_trains_and_approves_nothing(environment: str, action: str):
    assert not allows(_policy(environment), action, context={"aws:RequestedRegion": "eu-central-1"})


@BOTH
def test_cloudformation_reads_packed_code_but_no_mail_and_no_ledger(environment: str):
    policy, account = _policy(environment), ACCOUNTS[environment]
    assert allows(policy, "s3:GetObject", f"arn:aws:s3:::cdk-hnb659fds-assets-{account}-eu-central-1/a.zip")
    assert not allows(policy, "s3:GetObject", f"arn:aws:s3:::mailroom-{environment}-data-exports-x/2026-10.csv")
    assert not allows(policy, "dynamodb:Scan", _arn(environment, "dynamodb", f"table/mailroom-{environment}-data-x"))


@BOTH
def test_networks_and_keys_are_made_in_the_configured_region_alone(environment: str):
    policy = _policy(environment)
    for action in ("ec2:CreateVpc", "kms:CreateKey"):
        assert allows(policy, action, context={"aws:RequestedRegion": "eu-central-1"})
        assert not allows(policy, action, context={"aws:RequestedRegion": "us-east-1"})


def test_the_policies_are_written_as_files_ready_for_iam(tmp_path, capsys):
    assert main(["prod", str(tmp_path)]) == 0
    names = [f"mailroom-prod-cloudformation-{part}" for part in ("application", "foundation", "identity")]
    assert capsys.readouterr().out.split() == [str(tmp_path / f"{name}.json") for name in names]
    for name, policy in execution_policies(load_environment("prod")).items():
        written = (tmp_path / f"{name}.json").read_text(encoding="utf-8")
        assert json.loads(written) == policy
        assert len(json.dumps(policy, separators=(",", ":"))) <= 6144


def test_an_unknown_environment_is_one_sentence(tmp_path, capsys):
    assert main(["test", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "error: There is no environment 'test'; known are dev, prod.\n"
