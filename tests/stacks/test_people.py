"""Who may take on a role, and what holds for everybody: decisions, training, mail, the trail."""

import json

import pytest

from stacks.pipeline.register import REGISTERED
from tests.support.person import ACCOUNTS, BOTH, DECISION, EVERYONE, KINDS, Person
from tests.support.templates import Assembly


@BOTH
@EVERYONE
def test_a_role_is_taken_on_by_the_configured_people_for_four_hours_at_most(
    assembly: Assembly, environment: str, kind: str
):
    name = f"mailroom-{environment}-{kind}"
    roles = assembly[environment, "people"].of_type("AWS::IAM::Role").values()
    role = next(role["Properties"] for role in roles if role["Properties"].get("RoleName") == name)
    assert role["MaxSessionDuration"] == 4 * 3600
    trust = role["AssumeRolePolicyDocument"]["Statement"]
    assert [one for one in trust if one["Action"] != "sts:TagSession"] == [
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
    assert person.can("sagemaker:UpdateModelPackage", person.package, DECISION) == (kind == "approver")
    parameter = person.arn("ssm", f"parameter/mailroom/{environment}/approved-model")
    assert not person.can("ssm:PutParameter", parameter)
    assert not person.can("sagemaker:UpdateEndpoint", person.arn("sagemaker", f"endpoint/mailroom-{environment}"))


@BOTH
def test_the_approver_approves_or_rejects_and_changes_no_fact_of_a_version(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    for status, may in {"Approved": True, "Rejected": True, "PendingManualApproval": False}.items():
        decision = {"sagemaker:ModelApprovalStatus": status}
        assert approver.can("sagemaker:UpdateModelPackage", approver.package, decision) is may
    assert not approver.can("sagemaker:UpdateModelPackage", approver.package)
    for name in REGISTERED:
        changed = {**DECISION, f"sagemaker:CustomerMetadataProperties/{name}": "another"}
        assert not approver.can("sagemaker:UpdateModelPackage", approver.package, changed)
    removed = {**DECISION, "sagemaker:CustomerMetadataPropertiesToRemove": ["archive"]}
    assert not approver.can("sagemaker:UpdateModelPackage", approver.package, removed)


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


@BOTH
def test_the_rights_of_a_role_fit_into_it(assembly: Assembly, environment: str):
    sizes = {
        role["Properties"].get("RoleName", name): sum(
            len(json.dumps(policy["PolicyDocument"], separators=(",", ":")))
            for policy in role["Properties"].get("Policies", [])
        )
        for template in assembly.stage(environment)
        for name, role in template.of_type("AWS::IAM::Role").items()
    }
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert {name: size for name, size in sizes.items() if size > 10_240} == {}
