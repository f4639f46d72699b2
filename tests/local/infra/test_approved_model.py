"""`make deploy` never takes the approved model away: against an emulated account, with the real CDK command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.environment import EnvironmentConfig
from config.load import load_environment
from local.accounts import emulator
from local.accounts.credentials import Credentials, assume
from local.infra.account import Account, open_account
from local.infra.approved_model import ApprovedModel, look, put_back
from local.infra.deploy import deploy
from tests.support.assemblies import ACCOUNTS, REGION, HandMade

pytestmark = pytest.mark.slow

CONFIG: EnvironmentConfig = load_environment("dev")
PARAMETER = CONFIG.approved_model_parameter
IMAGE = "763104351884.dkr.ecr.eu-central-1.amazonaws.com/huggingface-pytorch-inference:2.6.0"
TRAINING, INFERENCE = "mailroom-dev-training", "mailroom-dev-inference"
HAS_MODEL = {"Condition": "HasApprovedModel"}
ENDPOINT = {
    "Model": {
        "Type": "AWS::SageMaker::Model",
        **HAS_MODEL,
        "Properties": {
            "ExecutionRoleArn": "arn:aws:iam::111122223333:role/model",
            "PrimaryContainer": {"ModelPackageName": {"Ref": "ApprovedModel"}},
        },
    },
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "mailroom-dev-alarms"}},
}


def parameter(**more: str) -> dict[str, Any]:
    properties = {"Name": PARAMETER, "Type": "String", "Value": "none", **more}
    return {"Approved": {"Type": "AWS::SSM::Parameter", "Properties": properties}}


@pytest.fixture
def credentials(tmp_path: Path) -> Iterator[Credentials]:
    state = tmp_path / "accounts.json"
    try:
        yield assume(emulator.start(state), account=ACCOUNTS["dev"], region=REGION)
    finally:
        emulator.stop(state)


@pytest.fixture
def account(credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> Account:
    for name, value in credentials.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return open_account(CONFIG)


@pytest.fixture
def run(account: Account, write_assembly) -> Callable[..., None]:
    """Deploys the two stacks, the parameter's template with ``more`` properties than before."""

    def deploy_with(**more: str) -> None:
        stacks = {
            "dev/training": HandMade(resources=parameter(**more)),
            "dev/inference": HandMade(resources=ENDPOINT, needs=("dev/training",)),
        }
        folder = write_assembly(stacks)
        file = folder / "assembly-dev" / "devinference.template.json"
        slot = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": PARAMETER}
        condition = {"Fn::Not": [{"Fn::Equals": [{"Ref": "ApprovedModel"}, "none"]}]}
        template = json.loads(file.read_text())
        template |= {"Parameters": {"ApprovedModel": slot}, "Conditions": {"HasApprovedModel": condition}}
        file.write_text(json.dumps(template))
        deploy(account, CONFIG, assembly=folder, ask=False)

    return deploy_with


def approve(account: Account) -> str:
    """Register a version, approve it, and do what the deploy function does; its ARN."""
    sagemaker = account.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="mailroom-dev")
    container = {"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"}
    version = sagemaker.create_model_package(
        ModelPackageGroupName="mailroom-dev",
        ModelApprovalStatus="Approved",
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    )["ModelPackageArn"]
    write(account, version)
    account.client("cloudformation").update_stack(
        StackName=INFERENCE,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "ApprovedModel", "UsePreviousValue": True}],
    )
    return version


def write(account: Account, value: str) -> None:
    account.client("ssm").put_parameter(Name=PARAMETER, Value=value, Overwrite=True)


def read(account: Account) -> str:
    return account.client("ssm").get_parameter(Name=PARAMETER)["Parameter"]["Value"]


def endpoint_events(account: Account) -> list[str]:
    """What has happened to the endpoint's stack so far."""
    pages = account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=INFERENCE)
    return [event["EventId"] for page in pages for event in page["StackEvents"]]


def test_a_first_deployment_finds_nothing_to_keep_and_leaves_out_the_endpoint(account, run):
    assert look(account, CONFIG) == ApprovedModel(wanted=None, served=None)
    run()
    assert look(account, CONFIG) == ApprovedModel(wanted="none", served="none")


def test_a_parameter_that_cloudformation_writes_anew_is_put_back_and_the_endpoint_sees_no_change(account, run, capsys):
    run()
    version = approve(account)
    before = endpoint_events(account)
    run(Description="another text")
    assert (read(account), look(account, CONFIG).served) == (version, version)
    assert endpoint_events(account) == before
    assert capsys.readouterr().out == (f"{PARAMETER} said none after this deployment: {version} stands there again.\n")


def test_the_version_that_serves_is_put_back_after_a_deployment_that_ended_half_way(account, run):
    run()
    version = approve(account)
    before = look(account, CONFIG)
    write(account, "none")
    assert look(account, CONFIG) == ApprovedModel(wanted="none", served=version)
    assert put_back(account, CONFIG, look(account, CONFIG)) == version
    assert look(account, CONFIG) == before


def test_a_version_that_was_rejected_meanwhile_stays_away(account, run):
    run()
    version = approve(account)
    before = look(account, CONFIG)
    account.client("sagemaker").update_model_package(ModelPackageArn=version, ModelApprovalStatus="Rejected")
    write(account, "none")
    assert (put_back(account, CONFIG, before), read(account)) == (None, "none")


def test_a_version_that_was_approved_meanwhile_stays(account, run):
    run()
    before = ApprovedModel(wanted=approve(account), served="none")
    write(account, "arn:aws:sagemaker:eu-central-1:111122223333:model-package/mailroom-dev/2")
    assert put_back(account, CONFIG, before) is None
    assert read(account).endswith("/2")
