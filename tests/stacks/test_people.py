"""Who may do what: each person's rights together with the boundary; and the trail of who did."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.iam import allows, role_statements, text
from tests.support.templates import Assembly, Resource, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
KINDS = {
    "data-scientist": "data-science",
    "approver": "client-service-lead",
    "platform-engineer": "platform",
    "crm-upload": "crm",
    "auditor": "audit",
}
"""Role to the role of the company's sign-in that may take it on."""

EVERYONE = pytest.mark.parametrize("kind", KINDS)
THROUGH_S3 = {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}


class Person:
    """What somebody in one of the roles can do in an environment."""

    def __init__(self, assembly: Assembly, environment: str, kind: str) -> None:
        self.environment = environment
        self._own = role_statements(assembly[environment, "people"], f"mailroom-{environment}-{kind}")
        boundary = assembly[environment, "ci"].properties("AWS::IAM::ManagedPolicy")
        self._boundary = statements(boundary["PolicyDocument"])

    def can(self, action: str, resource: str = "*", context: Mapping[str, str] | None = None) -> bool:
        known = {"aws:ResourceAccount": ACCOUNTS[self.environment], **(context or {})}
        return allows(self._own, action, resource, known) and allows(self._boundary, action, resource, known)

    def denied(self, action: str, resource: str = "*") -> bool:
        """Whether the role's own policy would say no even if somebody were to add every right to it."""
        everything = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}
        return not allows([everything, *self._own], action, resource)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:eu-central-1:{ACCOUNTS[self.environment]}:{resource}"

    @property
    def package(self) -> str:
        return self.arn("sagemaker", f"model-package/mailroom-{self.environment}/3")

    @property
    def pipeline(self) -> str:
        return self.arn("sagemaker", f"pipeline/mailroom-{self.environment}")


@BOTH
@EVERYONE
def test_a_role_is_taken_on_by_the_configured_people_for_four_hours_at_most(
    assembly: Assembly, environment: str, kind: str
):
    name = f"mailroom-{environment}-{kind}"
    roles = assembly[environment, "people"].of_type("AWS::IAM::Role").values()
    role = next(role["Properties"] for role in roles if role["Properties"].get("RoleName") == name)
    assert role["MaxSessionDuration"] == 4 * 3600
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNTS[environment]}:role/sign-in/{KINDS[kind]}"},
        }
    ]


@BOTH
@EVERYONE
def test_only_the_approver_decides_on_a_model(assembly: Assembly, environment: str, kind: str):
    person = Person(assembly, environment, kind)
    assert person.can("sagemaker:UpdateModelPackage", person.package) == (kind == "approver")
    parameter = person.arn("ssm", f"parameter/mailroom/{environment}/approved-model")
    assert not person.can("ssm:PutParameter", parameter)
    assert not person.can("sagemaker:UpdateEndpoint", person.arn("sagemaker", f"endpoint/mailroom-{environment}"))


@BOTH
def test_the_approver_decides_on_models_of_this_group_alone(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    assert not approver.can("sagemaker:UpdateModelPackage", approver.arn("sagemaker", "model-package/payroll/1"))


@BOTH
@EVERYONE
def test_only_the_data_scientist_starts_the_training(assembly: Assembly, environment: str, kind: str):
    person = Person(assembly, environment, kind)
    assert person.can("sagemaker:StartPipelineExecution", person.pipeline) == (kind == "data-scientist")


@BOTH
@EVERYONE
@pytest.mark.parametrize("job", ["CreateTrainingJob", "CreateProcessingJob", "CreateModel"])
def test_nobody_runs_a_container_outside_the_network(assembly: Assembly, environment: str, kind: str, job: str):
    assert not Person(assembly, environment, kind).can(f"sagemaker:{job}")


@BOTH
@EVERYONE
def test_only_the_data_scientist_reads_mail(assembly: Assembly, environment: str, kind: str):
    person = Person(assembly, environment, kind)
    assert person.can("s3:GetObject", "arn:Datasets/prepared/train.jsonl") == (kind == "data-scientist")
    assert not person.can("s3:GetObject", "arn:Exports/production/2026-10/mails.csv")


@BOTH
@EVERYONE
@pytest.mark.parametrize("action", ["GetItem", "Query", "Scan", "PutItem", "DeleteItem", "ExportTableToPointInTime"])
def test_nobody_reads_or_changes_rows_of_the_ledger(assembly: Assembly, environment: str, kind: str, action: str):
    person = Person(assembly, environment, kind)
    assert not person.can(f"dynamodb:{action}", "arn:Ledger")


@BOTH
@EVERYONE
def test_nobody_widens_their_own_rights(assembly: Assembly, environment: str, kind: str):
    person = Person(assembly, environment, kind)
    role = f"arn:aws:iam::{ACCOUNTS[environment]}:role/mailroom-{environment}-{kind}"
    for action in ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRolePermissionsBoundary"):
        assert not person.can(action, role)
    assert not person.can("iam:PassRole", role)


@BOTH
@EVERYONE
def test_nobody_decrypts_by_hand(assembly: Assembly, environment: str, kind: str):
    person = Person(assembly, environment, kind)
    assert not person.can("kms:Decrypt", "arn:DataKey")
    assert not person.can("kms:Decrypt", "arn:LogsKey")


@BOTH
@EVERYONE
@pytest.mark.parametrize("action", ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "s3:DeleteObject"])
def test_nobody_touches_the_trail(assembly: Assembly, environment: str, kind: str, action: str):
    person = Person(assembly, environment, kind)
    resource = (
        "arn:TrailTrailFiles/AWSLogs/x"
        if action.startswith("s3")
        else person.arn("cloudtrail", f"trail/mailroom-{environment}-trail")
    )
    assert not person.can(action, resource)


@BOTH
@pytest.mark.parametrize("kind", ["data-scientist", "platform-engineer", "auditor"])
def test_whoever_does_not_approve_is_denied_it_outright(assembly: Assembly, environment: str, kind: str):
    person = Person(assembly, environment, kind)
    assert person.denied("sagemaker:UpdateModelPackage", person.package)
    assert person.denied("ssm:PutParameter", person.arn("ssm", f"parameter/mailroom/{environment}/approved-model"))


@BOTH
def test_whoever_approves_is_denied_training_outright(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    assert approver.denied("sagemaker:StartPipelineExecution", approver.pipeline)
    assert approver.denied("sagemaker:CreateTrainingJob")
    assert approver.denied("sagemaker:CreateModelPackage", approver.package)


@BOTH
@pytest.mark.parametrize("kind", ["approver", "platform-engineer", "auditor"])
def test_whoever_does_not_work_with_mail_is_denied_it_outright(assembly: Assembly, environment: str, kind: str):
    person = Person(assembly, environment, kind)
    assert person.denied("s3:GetObject", "arn:Exports/production/2026-10/mails.csv")
    assert person.denied("s3:GetObjectVersion", "arn:Datasets/prepared/train.jsonl")
    assert person.denied("dynamodb:Query", "arn:Ledger/index/by-email")
    assert person.denied("sagemaker:InvokeEndpoint")


@BOTH
def test_the_approver_reads_the_scores_and_not_the_model(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    assert approver.can("s3:GetObject", "arn:Artefacts/evaluations/run-1/evaluation.json")
    assert approver.can("s3:GetObject", "arn:Artefacts/gates/run-1/gate.json")
    assert approver.can("kms:Decrypt", "arn:DataKey", THROUGH_S3)
    assert not approver.can("s3:GetObject", "arn:Artefacts/models/run-1/model.tar.gz")


@BOTH
def test_the_data_scientist_opens_studio_and_mlflow(assembly: Assembly, environment: str):
    person = Person(assembly, environment, "data-scientist")
    profile = person.arn("sagemaker", "user-profile/d-1/data-scientist")
    assert person.can("sagemaker:CreatePresignedDomainUrl", profile)
    assert any(
        "sagemaker:CreatePresignedMlflowAppUrl" in one["Action"]
        for one in role_statements(assembly[environment, "people"], f"mailroom-{environment}-data-scientist")
    )


def test_a_user_needs_a_second_factor(assembly: Assembly):
    roles = assembly["options", "people"].of_type("AWS::IAM::Role").values()
    auditor = next(role for role in roles if role["Properties"].get("RoleName") == "mailroom-dev-auditor")
    assert auditor["Properties"]["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:user/auditor"},
        }
    ]


def test_a_role_that_nobody_may_take_on_is_left_out(assembly: Assembly):
    roles = assembly["options", "people"].of_type("AWS::IAM::Role").values()
    names = {role["Properties"]["RoleName"] for role in roles if "RoleName" in role["Properties"]}
    assert names == {f"mailroom-dev-{kind}" for kind in KINDS if kind != "crm-upload"}


def test_without_mlflow_there_is_nothing_to_open(assembly: Assembly):
    own = role_statements(assembly["options", "people"], "mailroom-dev-data-scientist")
    assert [one for one in own if one.get("Sid") == "OpenMlflow"] == []


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
    assert engineer.can("logs:FilterLogEvents", engineer.arn("logs", f"log-group:/aws/lambda/{own}-classify:*"))
    assert not engineer.can("logs:FilterLogEvents", engineer.arn("logs", "log-group:/aws/lambda/payroll:*"))
    assert engineer.can("cloudwatch:DisableAlarmActions", engineer.arn("cloudwatch", f"alarm:{own}-api-errors"))
    assert engineer.can("sqs:StartMessageMoveTask", engineer.arn("sqs", f"{own}-deploy-dead-letters"))
    assert engineer.can("airflow:CreateWebLoginToken", engineer.arn("airflow", f"role/{own}/Op"))
    assert not engineer.can("airflow:CreateWebLoginToken", engineer.arn("airflow", f"role/{own}/Admin"))
    assert not engineer.can("sagemaker:InvokeEndpoint", engineer.arn("sagemaker", f"endpoint/{own}"))


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


def _trail(assembly: Assembly, environment: str) -> Resource:
    return assembly[environment, "people"].properties("AWS::CloudTrail::Trail")


@BOTH
def test_the_trail_covers_all_regions_and_proves_its_files_whole(assembly: Assembly, environment: str):
    trail = _trail(assembly, environment)
    assert {
        key: trail[key]
        for key in (
            "TrailName",
            "IsLogging",
            "IsMultiRegionTrail",
            "IncludeGlobalServiceEvents",
            "EnableLogFileValidation",
        )
    } == {
        "TrailName": f"mailroom-{environment}-trail",
        "IsLogging": True,
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "EnableLogFileValidation": True,
    }
    assert text(trail["KMSKeyId"]) == "arn:LogsKey"


@BOTH
def test_the_trail_records_changes_reads_mails_and_what_is_done_to_the_ledger_by_hand(
    assembly: Assembly, environment: str
):
    recorded = {
        selector["Name"]: {
            field["Field"]: {
                operator: [text(value) for value in values] for operator, values in field.items() if operator != "Field"
            }
            for field in selector["FieldSelectors"]
        }
        for selector in _trail(assembly, environment)["AdvancedEventSelectors"]
    }
    assert recorded == {
        "changes": {"eventCategory": {"Equals": ["Management"]}, "readOnly": {"Equals": ["false"]}},
        "reads": {
            "eventCategory": {"Equals": ["Management"]},
            "readOnly": {"Equals": ["true"]},
            "eventSource": {"NotEquals": ["kms.amazonaws.com"]},
        },
        "mails": {
            "eventCategory": {"Equals": ["Data"]},
            "resources.type": {"Equals": ["AWS::S3::Object"]},
            "resources.ARN": {"StartsWith": ["arn:Exports/", "arn:Datasets/"]},
        },
        "ledger": {
            "eventCategory": {"Equals": ["Data"]},
            "resources.type": {"Equals": ["AWS::DynamoDB::Table"]},
            "resources.ARN": {"Equals": ["arn:Ledger"]},
            "eventName": {
                "Equals": [
                    "BatchExecuteStatement",
                    "DeleteItem",
                    "ExecuteStatement",
                    "ExecuteTransaction",
                    "Query",
                    "Scan",
                    "TransactWriteItems",
                ]
            },
        },
    }


def _bucket_statements(assembly: Assembly, environment: str) -> list[dict[str, Any]]:
    policy = assembly[environment, "people"].properties("AWS::S3::BucketPolicy")
    return statements(policy["PolicyDocument"])


@BOTH
def test_only_this_trail_writes_into_its_bucket(assembly: Assembly, environment: str):
    arn = f"arn:aws:cloudtrail:eu-central-1:{ACCOUNTS[environment]}:trail/mailroom-{environment}-trail"
    let = [one for one in _bucket_statements(assembly, environment) if one["Effect"] == "Allow"]
    assert [(one["Sid"], one["Action"], one["Principal"]) for one in let] == [
        ("TrailLooks", ["s3:GetBucketAcl"], {"Service": "cloudtrail.amazonaws.com"}),
        ("TrailWrites", ["s3:PutObject"], {"Service": "cloudtrail.amazonaws.com"}),
    ]
    assert {one["Condition"]["StringEquals"]["aws:SourceArn"] for one in let} == {arn}


@BOTH
def test_production_s_trail_can_be_rewritten_by_nobody_and_outlives_its_stack(assembly: Assembly, environment: str):
    denied = [one.get("Sid") for one in _bucket_statements(assembly, environment) if one["Effect"] == "Deny"]
    bucket = assembly[environment, "people"].only("AWS::S3::Bucket")
    assert ("NobodyRewrites" in denied, bucket["DeletionPolicy"]) == {
        "dev": (False, "Delete"),
        "prod": (True, "Retain"),
    }[environment]


@BOTH
def test_the_trails_files_are_kept_encrypted_for_as_long_as_configured(assembly: Assembly, environment: str):
    bucket = assembly[environment, "people"].properties("AWS::S3::Bucket")
    rule = bucket["LifecycleConfiguration"]["Rules"][0]
    assert rule["ExpirationInDays"] == {"dev": 365, "prod": 2557}[environment]
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]
    assert (encryption["SSEAlgorithm"], text(encryption["KMSMasterKeyID"])) == ("aws:kms", "arn:LogsKey")


@BOTH
def test_a_person_hears_of_decisions_erasures_and_attempts_on_trail_keys_and_root(assembly: Assembly, environment: str):
    people = assembly[environment, "people"]
    alarms = [alarm["Properties"] for alarm in people.of_type("AWS::CloudWatch::Alarm").values()]
    assert {alarm["AlarmName"]: alarm["MetricName"] for alarm in alarms} == {
        f"mailroom-{environment}-model-decided": "ModelDecisions",
        f"mailroom-{environment}-ledger-erased": "LedgerErasures",
        f"mailroom-{environment}-trail-touched": "TrailChanges",
        f"mailroom-{environment}-key-touched": "KeyChanges",
        f"mailroom-{environment}-root-used": "RootUses",
    }
    assert {text(action) for alarm in alarms for action in alarm["AlarmActions"]} == {"arn:AlarmTopic"}
    filters = {
        one["Properties"]["MetricTransformations"][0]["MetricName"]: one["Properties"]["MetricTransformations"][0]
        for one in people.of_type("AWS::Logs::MetricFilter").values()
    }
    for alarm in alarms:
        transformation = filters[alarm["MetricName"]]
        assert (alarm["Namespace"], alarm["Threshold"], transformation["MetricValue"]) == (
            transformation["MetricNamespace"],
            0,
            "1",
        )
