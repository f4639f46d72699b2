"""Who opens Studio and MLflow, as whom, and from where."""

import pytest

from tests.support.iam import allows, role_statements, text
from tests.support.person import ACCOUNTS, BOTH, Person
from tests.support.templates import Assembly

IN_THE_VPC = {"aws:SourceVpc": "arn:NetworkVpc", "aws:PrincipalTag/studio-user": "ann"}
OPEN = (
    "sagemaker:CreatePresignedDomainUrl",
    "sagemaker:CreatePresignedMlflowAppUrl",
    "sagemaker:CallMlflowAppApi",
)


@BOTH
def test_a_data_scientist_opens_their_own_profile_and_nobody_elses(assembly: Assembly, environment: str):
    person = Person(assembly, environment, "data-scientist")
    profile = person.arn("sagemaker", "user-profile/d-1/")
    assert person.can(OPEN[0], f"{profile}ann", IN_THE_VPC)
    assert not person.can(OPEN[0], f"{profile}bob", IN_THE_VPC)
    assert not person.can(OPEN[0], f"{profile}ann", {"aws:SourceVpc": "arn:NetworkVpc"})


@BOTH
def test_a_session_is_tagged_with_the_persons_own_name_in_studio_alone(assembly: Assembly, environment: str):
    roles = assembly[environment, "people"].of_type("AWS::IAM::Role").values()
    tagging = {
        role["Properties"]["RoleName"]: one
        for role in roles
        for one in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        if one["Action"] == "sts:TagSession"
    }
    assert tagging == {
        f"mailroom-{environment}-data-scientist": {
            "Action": "sts:TagSession",
            "Condition": {
                "StringEquals": {"aws:RequestTag/studio-user": "${aws:PrincipalTag/studio-user}"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["studio-user"]},
            },
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNTS[environment]}:role/sign-in/data-science"},
        }
    }


@BOTH
@pytest.mark.parametrize("action", OPEN)
def test_studio_and_mlflow_open_from_inside_the_network_alone(assembly: Assembly, environment: str, action: str):
    own = role_statements(assembly[environment, "people"], f"mailroom-{environment}-data-scientist")
    opening = [one for one in own if action in one["Action"]]
    assert [one["Sid"].endswith("InTheVpc") for one in opening] == [True]
    (vpc,) = [text(one["Condition"]["StringEquals"]["aws:SourceVpc"]) for one in opening]
    assert vpc == "arn:NetworkVpc"


def test_studio_opens_from_the_configured_addresses_too(assembly: Assembly):
    own = role_statements(assembly["options", "people"], "mailroom-dev-data-scientist")
    profile = "arn:aws:sagemaker:eu-central-1:111122223333:user-profile/d-1/ann"
    ann = {"aws:PrincipalTag/studio-user": "ann"}
    assert allows(own, OPEN[0], profile, {**ann, "aws:SourceIp": "198.51.100.9"})
    assert not allows(own, OPEN[0], profile, {**ann, "aws:SourceIp": "203.0.113.9"})


def test_without_mlflow_there_is_nothing_to_open(assembly: Assembly):
    own = role_statements(assembly["options", "people"], "mailroom-dev-data-scientist")
    assert [one["Sid"] for one in own if "Mlflow" in one.get("Sid", "")] == []
