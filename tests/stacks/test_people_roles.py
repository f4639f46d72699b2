"""What a person in each single role can do."""

import pytest

from tests.support.iam import role_statements
from tests.support.person import ACCOUNTS, BOTH, DECISION, THROUGH_S3, Person
from tests.support.templates import Assembly

PENDING = "PendingManualApproval"


@BOTH
def test_the_approver_decides_on_models_of_this_group_alone(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    payroll = approver.arn("sagemaker", "model-package/payroll/1")
    assert not approver.can("sagemaker:UpdateModelPackage", payroll, DECISION)


@BOTH
def test_the_approver_reads_the_scores_and_not_the_model(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    assert approver.can("s3:GetObject", "arn:Artefacts/evaluations/run-1/evaluation.json")
    assert approver.can("s3:GetObject", "arn:Artefacts/gates/run-1/gate.json")
    assert approver.can("kms:Decrypt", "arn:DataKey", THROUGH_S3)
    assert not approver.can("s3:GetObject", "arn:Artefacts/models/run-1/model.tar.gz")


@BOTH
def test_the_approver_sees_which_version_is_live(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    assert approver.can("sagemaker:DescribeEndpoint", approver.arn("sagemaker", f"endpoint/mailroom-{environment}"))
    assert approver.can("sagemaker:DescribeEndpointConfig", approver.arn("sagemaker", "endpoint-config/x"))
    assert approver.can("sagemaker:DescribeModel", approver.arn("sagemaker", "model/x"))


@BOTH
def test_the_crm_brings_its_export_and_reads_nothing(assembly: Assembly, environment: str):
    crm = Person(assembly, environment, "crm-upload")
    prefix = {"dev": "test", "prod": "production"}[environment]
    export = f"arn:Exports/{prefix}/2026-10/mails.csv"
    assert crm.can("s3:PutObject", export)
    assert crm.can("kms:GenerateDataKey", "arn:DataKey", THROUGH_S3)
    assert not crm.can("s3:PutObject", "arn:Exports/elsewhere/mails.csv")
    assert not crm.can("s3:GetObject", export)
    assert not crm.can("s3:ListBucket", "arn:Exports")
    assert not crm.can("s3:DeleteObject", export)


@BOTH
def test_the_platform_engineer_operates_this_environment(assembly: Assembly, environment: str):
    engineer = Person(assembly, environment, "platform-engineer")
    own = f"mailroom-{environment}"
    assert engineer.can("cloudformation:ContinueUpdateRollback", engineer.arn("cloudformation", f"stack/{own}-api/1"))
    assert not engineer.can("cloudformation:UpdateStack", engineer.arn("cloudformation", f"stack/{own}-api/1"))
    assert not engineer.can(
        "cloudformation:ContinueUpdateRollback", engineer.arn("cloudformation", f"stack/{own}-ci/1")
    )
    assert engineer.can("logs:FilterLogEvents", engineer.arn("logs", f"log-group:/aws/lambda/{own}-classify:*"))
    assert not engineer.can("logs:FilterLogEvents", engineer.arn("logs", "log-group:/aws/lambda/payroll:*"))
    assert engineer.can("cloudwatch:DisableAlarmActions", engineer.arn("cloudwatch", f"alarm:{own}-api-errors"))
    assert engineer.can("sqs:StartMessageMoveTask", engineer.arn("sqs", f"{own}-deploy-dead-letters"))
    assert engineer.can("airflow:CreateWebLoginToken", engineer.arn("airflow", f"role/{own}/Op"))
    assert not engineer.can("airflow:CreateWebLoginToken", engineer.arn("airflow", f"role/{own}/Admin"))
    assert not engineer.can("sagemaker:InvokeEndpoint", engineer.arn("sagemaker", f"endpoint/{own}"))


@BOTH
def test_the_platform_engineer_deploys_but_not_what_says_who_may_do_what(assembly: Assembly, environment: str):
    engineer = Person(assembly, environment, "platform-engineer")
    account = ACCOUNTS[environment]
    execution = f"arn:aws:iam::{account}:role/cdk-hnb659fds-cfn-exec-role-{account}-eu-central-1"
    role = {"cloudformation:RoleArn": execution}
    for part, may in {"api": True, "data": True, "ci": False, "people": False}.items():
        stack = engineer.arn("cloudformation", f"stack/mailroom-{environment}-{part}/1")
        assert engineer.can("cloudformation:CreateChangeSet", stack, role) is may
        assert not engineer.can("cloudformation:DeleteStack", stack, role)


@BOTH
def test_the_platform_engineer_stages_base_models_and_nothing_else(assembly: Assembly, environment: str):
    engineer = Person(assembly, environment, "platform-engineer")
    weights = "arn:Artefacts/base-models/distilbert/model.safetensors"
    assert engineer.can("s3:ListBucket", "arn:Artefacts")
    for action in ("s3:GetObject", "s3:PutObject"):
        assert engineer.can(action, weights)
        assert not engineer.can(action, "arn:Artefacts/checkpoints/run-1/checkpoint.pt")
    assert not engineer.can("s3:PutObject", "arn:Artefacts/models/run-1/model.tar.gz")
    assert not engineer.can("s3:DeleteObject", weights)
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert engineer.can(action, "arn:DataKey", THROUGH_S3)


@BOTH
def test_the_platform_engineer_repacks_a_model_and_leaves_it_to_an_approver(assembly: Assembly, environment: str):
    engineer = Person(assembly, environment, "platform-engineer")
    group = engineer.arn("sagemaker", f"model-package-group/mailroom-{environment}")
    assert engineer.can("s3:GetObject", "arn:Artefacts/models/run-1/model.tar.gz")
    assert not engineer.can("sagemaker:UpdateModelPackage", engineer.package, DECISION)
    for resource in (group, engineer.package):
        waiting, approved = ({"sagemaker:ModelApprovalStatus": status} for status in (PENDING, "Approved"))
        assert engineer.can("sagemaker:CreateModelPackage", resource, waiting)
        assert not engineer.can("sagemaker:CreateModelPackage", resource, approved)
        assert not engineer.can("sagemaker:CreateModelPackage", resource)


@BOTH
def test_a_repacked_model_is_written_once_and_stays_what_was_decided_on(assembly: Assembly, environment: str):
    engineer = Person(assembly, environment, "platform-engineer")
    archive = "arn:Artefacts/models/repacked/m-1/model.tar.gz"
    assert engineer.can("s3:PutObject", archive, {"s3:if-none-match": "*"})
    assert not engineer.can("s3:PutObject", archive)
    # Nor in parts, whose last call alone could carry the header.
    assert not engineer.can("s3:PutObject", archive, {"s3:ObjectCreationOperation": "false"})
    for action in ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"):
        assert not engineer.can(action, archive)


@BOTH
def test_the_platform_engineer_cannot_read_the_apis_keys(assembly: Assembly, environment: str):
    engineer = Person(assembly, environment, "platform-engineer")
    assert engineer.can("apigateway:GET", "arn:aws:apigateway:eu-central-1::/restapis/a1")
    assert not engineer.can("apigateway:GET", "arn:aws:apigateway:eu-central-1::/apikeys/k1")


@BOTH
def test_the_auditor_reads_the_trail_and_the_set_up(assembly: Assembly, environment: str):
    auditor = Person(assembly, environment, "auditor")
    assert auditor.can("s3:GetObject", "arn:TrailTrailFiles/AWSLogs/1/CloudTrail/x.json.gz")
    assert auditor.can("kms:Decrypt", "arn:LogsKey", THROUGH_S3)
    assert auditor.can("cloudtrail:LookupEvents")
    assert auditor.can("logs:FilterLogEvents", "arn:TrailLogGroup")
    assert auditor.can("iam:GetRolePolicy", f"arn:aws:iam::{ACCOUNTS[environment]}:role/x")


@BOTH
def test_the_auditor_changes_nothing(assembly: Assembly, environment: str):
    reading = ("Describe", "Get", "List", "Lookup", "Filter", "Decrypt", "StartQuery")
    own = role_statements(assembly[environment, "people"], f"mailroom-{environment}-auditor")
    writes = [
        action
        for one in own
        if one["Effect"] == "Allow"
        for action in one["Action"]
        if not action.partition(":")[2].startswith(reading)
    ]
    assert writes == []


@BOTH
@pytest.mark.parametrize("kind", ["approver", "platform-engineer"])
def test_whoever_lists_the_models_sees_what_is_being_deployed_and_what_was_turned_back(
    assembly: Assembly, environment: str, kind: str
):
    person = Person(assembly, environment, kind)
    stack = person.arn("cloudformation", f"stack/mailroom-{environment}-inference/0a1b")
    assert person.can("cloudformation:DescribeStacks", stack)
    assert person.can("cloudformation:DescribeStackEvents", stack)
    assert person.can("ssm:GetParameter", person.arn("ssm", f"parameter/mailroom/{environment}/rejections"))


@BOTH
def test_the_approver_changes_no_stack_and_sees_no_other(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    assert not approver.can(
        "cloudformation:UpdateStack", approver.arn("cloudformation", f"stack/mailroom-{environment}-inference/0a1b")
    )
    assert not approver.can(
        "cloudformation:DescribeStacks", approver.arn("cloudformation", f"stack/mailroom-{environment}-api/0a1b")
    )
