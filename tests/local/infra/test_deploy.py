"""`make deploy`: the right account, or nothing."""

import json
from threading import Timer

import pytest
from moto.cloudformation.models import cloudformation_backends

from config.load import load_environment
from local.infra import cdk_cli
from local.infra.deploy import checked_account, deploy
from local.infra.errors import AccountError, CdkError
from tests.support.assemblies import HandMade

IMAGE = "763104351884.dkr.ecr.eu-central-1.amazonaws.com/huggingface-pytorch-inference:2.6.0"


def test_an_example_account_is_never_deployed_to(monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(AccountError) as caught:
        checked_account(load_environment("dev"))
    assert str(caught.value) == (
        "The account 111122223333 is AWS's documentation example: put your own into config/dev.toml."
    )


def test_the_approved_model_is_put_back_and_nothing_else_deployed_if_the_deployment_that_reset_it_fails(
    dev, write_assembly, monkeypatch: pytest.MonkeyPatch
):
    config = load_environment("dev")
    ssm, sagemaker = dev.client("ssm"), dev.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="mailroom-dev")
    version = sagemaker.create_model_package(
        ModelPackageGroupName="mailroom-dev",
        ModelApprovalStatus="Approved",
        InferenceSpecification={
            "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"}],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    )["ModelPackageArn"]
    ssm.put_parameter(Name=config.approved_model_parameter, Value=version, Type="String")
    deployed = []

    def fail_after_the_reset(arguments: list[str]) -> int:
        deployed.append(arguments[1])
        ssm.put_parameter(Name=config.approved_model_parameter, Value="none", Overwrite=True)
        return 1

    monkeypatch.setattr(cdk_cli, "follow", fail_after_the_reset)
    assembly = write_assembly(
        {"dev/training": HandMade(resources={}), "dev/inference": HandMade(resources={}, needs=("dev/training",))}
    )
    with pytest.raises(CdkError, match=r"^The deployment of dev failed"):
        deploy(dev, config, assembly=assembly, ask=False)
    assert deployed == ["dev/training"]
    assert ssm.get_parameter(Name=config.approved_model_parameter)["Parameter"]["Value"] == version


def test_each_half_begins_once_no_model_is_on_its_way_to_the_endpoint(
    dev, write_assembly, monkeypatch: pytest.MonkeyPatch, capsys
):
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}})
    dev.client("cloudformation").create_stack(StackName="mailroom-dev-inference", TemplateBody=template)
    (inference,) = cloudformation_backends[dev.number]["eu-central-1"].stacks.values()
    inference.status = "UPDATE_IN_PROGRESS"
    began = []

    def cdk(arguments: list[str]) -> int:
        began.append((arguments[1], inference.status))
        # Somebody has approved a model meanwhile.
        inference.status = "UPDATE_IN_PROGRESS"
        settle()
        return 0

    def settle() -> None:
        timer = Timer(0.2, lambda: setattr(inference, "status", "UPDATE_COMPLETE"))
        timer.daemon = True
        timer.start()

    monkeypatch.setattr(cdk_cli, "follow", cdk)
    settle()
    assembly = write_assembly(
        {"dev/training": HandMade(resources={}), "dev/inference": HandMade(resources={}, needs=("dev/training",))}
    )
    deploy(dev, load_environment("dev"), assembly=assembly, ask=False)
    assert began == [("dev/training", "UPDATE_COMPLETE"), ("dev/inference", "UPDATE_COMPLETE")]
    assert (
        capsys.readouterr().out.splitlines()
        == ["Waiting until mailroom-dev-inference (UPDATE_IN_PROGRESS) is done."] * 2
    )
