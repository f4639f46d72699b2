"""Whoever starts an experiment, in Studio or on a laptop, may do each thing that the launcher does, and no more."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.iam import allows, role_statements, text
from tests.support.person import ACCOUNTS, BOTH, THROUGH_S3, Person
from tests.support.templates import Assembly, statements

FROM = pytest.mark.parametrize("place", ["studio", "laptop"])
KEY = "arn:DataKey"


class Starter:
    """Somebody who starts experiments in an environment: an app of Studio, or a person's own session."""

    def __init__(self, assembly: Assembly, environment: str, place: str) -> None:
        self.account, self.environment = ACCOUNTS[environment], environment
        self._person = Person(assembly, environment, "data-scientist") if place == "laptop" else None
        role = assembly[environment, "studio"].named("AWS::IAM::Role", "Role")["Properties"]
        self._app = [one for policy in role["Policies"] for one in statements(policy["PolicyDocument"])]

    def can(self, action: str, resource: str, context: Mapping[str, Any] | None = None) -> bool:
        if self._person is not None:
            return self._person.can(action, resource, context)
        return allows(self._app, action, resource, context)

    def arn(self, resource: str) -> str:
        return f"arn:aws:sagemaker:eu-central-1:{self.account}:{resource}"

    @property
    def pipeline(self) -> str:
        return self.arn(f"pipeline/mailroom-{self.environment}")

    @property
    def job(self) -> str:
        return self.arn(f"training-job/mailroom-{self.environment}-experiment-trial-20260301120000")

    @property
    def role(self) -> str:
        return f"arn:aws:iam::{self.account}:role/mailroom-{self.environment}-experiment"

    def request(self, assembly: Assembly, **changes: Any) -> dict[str, Any]:
        """What IAM sees of the request that the launcher sends."""
        name = f"mailroom-{self.environment}-data-scientist"
        (starting,) = [
            one
            for one in role_statements(assembly[self.environment, "people"], name)
            if one["Sid"] == "StartExperiments"
        ]
        allowed = starting["Condition"]["ForAllValues:StringEquals"]
        asked = {
            "sagemaker:OutputKmsKey": KEY,
            "sagemaker:InstanceTypes": allowed["sagemaker:InstanceTypes"],
            "sagemaker:VpcSubnets": [text(subnet) for subnet in allowed["sagemaker:VpcSubnets"]],
            "sagemaker:VpcSecurityGroupIds": ["sg-1"],
            "sagemaker:NetworkIsolation": "true",
        }
        asked |= {f"sagemaker:{key}": value for key, value in changes.items()}
        return {key: value for key, value in asked.items() if value is not None}


@BOTH
@FROM
def test_an_experiment_is_planned_started_followed_and_recorded(assembly: Assembly, environment: str, place: str):
    starter = Starter(assembly, environment, place)
    assert starter.can("sagemaker:DescribePipeline", starter.pipeline)
    assert starter.can("sagemaker:ListPipelineExecutions", starter.pipeline)
    for action in ("ListPipelineExecutionSteps", "ListPipelineParametersForExecution"):
        assert starter.can(f"sagemaker:{action}", f"{starter.pipeline}/execution/abc")
    assert starter.can("s3:PutObject", "arn:Artefacts/experiments/trial-20260301-120000/source/training.tar.gz")
    assert starter.can("kms:GenerateDataKey", KEY, THROUGH_S3)
    assert starter.can("kms:CreateGrant", KEY, {"kms:GrantIsForAWSResource": "true"})
    assert starter.can("sagemaker:CreateTrainingJob", starter.job, starter.request(assembly))
    assert starter.can("iam:PassRole", starter.role, {"iam:PassedToService": "sagemaker.amazonaws.com"})
    assert starter.can("sagemaker:DescribeTrainingJob", starter.job)
    assert starter.can("sagemaker:StopTrainingJob", starter.job)
    assert starter.can("s3:GetObject", "arn:Artefacts/experiments/trial-20260301-120000/job/output/output.tar.gz")


@BOTH
@FROM
def test_the_pipelines_runs_are_found_and_seen_in_sagemaker_experiments(
    assembly: Assembly, environment: str, place: str
):
    starter = Starter(assembly, environment, place)
    _sees_experiments(starter, environment)
    assert not starter.can(
        "sagemaker:DeleteTrialComponent", starter.arn("experiment-trial-component/job-aws-training-job")
    )


@BOTH
def test_an_approver_sees_them_too_and_changes_nothing_there(assembly: Assembly, environment: str):
    approver = Person(assembly, environment, "approver")
    account = ACCOUNTS[environment]
    _sees_experiments(approver, environment)
    for action in ("CreateTrial", "UpdateTrialComponent", "DeleteExperiment"):
        assert not approver.can(f"sagemaker:{action}", f"arn:aws:sagemaker:eu-central-1:{account}:experiment/mailroom")


def _sees_experiments(somebody: Starter | Person, environment: str) -> None:
    for action in ("ListExperiments", "ListTrials", "ListTrialComponents", "Search"):
        assert somebody.can(f"sagemaker:{action}", "*"), action
    described = {
        "DescribeExperiment": f"experiment/mailroom-{environment}",
        "DescribeTrial": "experiment-trial/execution-1",
        "DescribeTrialComponent": "experiment-trial-component/pipelines-abc-train-xyz-aws-training-job",
    }
    for action, resource in described.items():
        arn = f"arn:aws:sagemaker:eu-central-1:{ACCOUNTS[environment]}:{resource}"
        assert somebody.can(f"sagemaker:{action}", arn), action
    assert not somebody.can(
        "sagemaker:DescribeExperiment", f"arn:aws:sagemaker:eu-central-1:{ACCOUNTS[environment]}:experiment/payroll"
    )


@BOTH
@FROM
@pytest.mark.parametrize(
    "changes",
    [
        {"VpcSubnets": None},
        {"VpcSubnets": ["subnet-of-somebody-else"]},
        {"VpcSecurityGroupIds": None},
        {"NetworkIsolation": "false"},
        {"OutputKmsKey": None},
        {"OutputKmsKey": "arn:LogsKey"},
        {"InstanceTypes": ["ml.p5.48xlarge"]},
    ],
    ids=str,
)
def test_a_job_outside_the_network_unencrypted_or_on_another_machine_is_refused(
    assembly: Assembly, environment: str, place: str, changes: dict[str, Any]
):
    starter = Starter(assembly, environment, place)
    asked = starter.request(assembly, **changes)
    assert not starter.can("sagemaker:CreateTrainingJob", starter.job, asked)


@BOTH
@FROM
def test_no_job_of_the_pipelines_is_started_stopped_or_imitated(assembly: Assembly, environment: str, place: str):
    starter = Starter(assembly, environment, place)
    pipelines = starter.arn("training-job/pipelines-abc-train-xyz")
    assert not starter.can("sagemaker:CreateTrainingJob", pipelines, starter.request(assembly))
    assert not starter.can("sagemaker:StopTrainingJob", pipelines)
    assert not starter.can("s3:PutObject", "arn:Artefacts/models/job/output/model.tar.gz")
    other = f"arn:aws:iam::{starter.account}:role/mailroom-{environment}-training-Train"
    assert not starter.can("iam:PassRole", other, {"iam:PassedToService": "sagemaker.amazonaws.com"})
    assert not starter.can("iam:PassRole", starter.role, {"iam:PassedToService": "lambda.amazonaws.com"})
