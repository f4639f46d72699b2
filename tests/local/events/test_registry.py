"""Which version of the registry an archive becomes, in the emulator's own registry."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.accounts import emulator
from local.accounts.credentials import Credentials, assume
from local.events.model_archive import ModelArchive, opened
from local.events.registry import Registered, approve, register
from tests.support.keyword_archive import make_keyword_archive, pack

pytestmark = pytest.mark.slow

GROUP = "mailroom-dev"
REGISTRATION = {
    "ModelPackageGroupName": GROUP,
    "ModelApprovalStatus": "PendingManualApproval",
    "InferenceSpecification": {
        "Containers": [{"Image": "image:1", "ModelDataUrl": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}}],
        "SupportedContentTypes": ["application/json"],
        "SupportedResponseMIMETypes": ["application/json"],
    },
}
STACK = {
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "artefacts"}}},
    "Outputs": {"ArtefactsBucketName": {"Value": {"Ref": "Bucket"}}},
}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModelArchive]]:
    folder = tmp_path_factory.mktemp("archives")
    with ExitStack() as stack:
        yield {
            version: stack.enter_context(
                opened(
                    pack(make_keyword_archive(folder / version, model_version=version), folder / f"{version}.tar.gz")
                )
            )
            for version in ("m-1", "m-2")
        }


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Credentials]:
    """An account with what a registration needs."""
    state = tmp_path / "accounts.json"
    made = assume(emulator.start(state), account="111122223333", region="eu-central-1")
    made.client("cloudformation").create_stack(StackName="mailroom-dev-data", TemplateBody=json.dumps(STACK))
    sagemaker = made.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    step = {"Name": "Register", "Type": "RegisterModel", "Arguments": REGISTRATION}
    sagemaker.create_pipeline(
        PipelineName=GROUP,
        PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": [step]}),
        ClientRequestToken="0" * 32,
        RoleArn="arn:aws:iam::111122223333:role/pipeline",
    )
    yield made
    emulator.stop(state)


@pytest.fixture
def up(account: Credentials, archives: dict[str, ModelArchive]) -> Callable[[str], Registered]:
    def register_and_approve(version: str) -> Registered:
        registered = register(archives[version], account, environment="dev")
        if not registered.is_approved:
            approve(account, registered.arn, reason="Good.")
        return registered

    return register_and_approve


def version(registered: Registered) -> tuple[str, bool, bool]:
    return registered.arn.rpartition("/")[2], registered.is_approved, registered.is_known


def test_an_archive_that_is_registered_already_stays_the_version_that_it_is(up, account, archives):
    assert version(register(archives["m-1"], account, environment="dev")) == ("1", False, False)
    assert version(up("m-1")) == ("1", False, True)
    assert version(up("m-1")) == ("1", True, True)


def test_an_archive_becomes_a_new_version_after_another_was_approved(up):
    assert [version(up(one))[0] for one in ("m-1", "m-2", "m-1", "m-1", "m-2")] == ["1", "2", "3", "3", "4"]


def test_another_archive_that_nobody_approved_changes_nothing(up, account, archives):
    up("m-1")
    register(archives["m-2"], account, environment="dev")
    assert version(up("m-1")) == ("1", True, True)


def test_an_archive_that_was_rejected_becomes_a_new_version(up, account):
    rejected = up("m-1")
    account.client("sagemaker").update_model_package(ModelPackageArn=rejected.arn, ModelApprovalStatus="Rejected")
    assert version(up("m-1")) == ("2", False, False)
