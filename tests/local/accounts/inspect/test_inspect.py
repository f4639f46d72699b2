"""What the adapters ask of an emulated account, on the tiny app."""

from pathlib import Path

import pytest

from local.accounts.errors import EmulatorError
from local.accounts.inspect import endpoint, functions, rest_api, rules, stacks
from local.accounts.inspect.endpoint import Endpoint, Pipeline
from local.accounts.inspect.functions import Function
from local.accounts.inspect.rest_api import ApiKey, Limits, Route
from local.accounts.inspect.rules import Rule, Target
from local.accounts.inspect.stacks import StackResource
from tests.local.accounts.gaps.small_stacks import update_as_before
from tests.local.accounts.gaps.test_approval_events import SPECIFICATION
from tests.local.accounts.tiny import Deployed

pytestmark = pytest.mark.slow


@pytest.fixture
def account(deployed: Deployed):
    return deployed.account("dev")


@pytest.fixture
def queue(account) -> str:
    (made,) = stacks.find(account, "AWS::SQS::Queue")
    return made.physical_id.rpartition("/")[2]


def test_a_stack_is_asked_for_its_parameters_outputs_and_protection(account, queue: str):
    registry, serving = stacks.stacks(account)
    assert (registry.name, registry.termination_protection) == ("tiny-dev-registry", True)
    assert list(registry.outputs.values()) == [queue]
    assert (serving.name, serving.termination_protection) == ("tiny-dev-serving", False)
    assert serving.parameters == {"ApprovedModel": "none", "BootstrapVersion": registry.parameters["BootstrapVersion"]}


def test_resources_of_one_type_are_found_in_all_stacks(account):
    assert stacks.find(account, "AWS::SageMaker::Pipeline") == (
        StackResource(
            stack="tiny-dev-registry",
            logical_id="Pipeline",
            type="AWS::SageMaker::Pipeline",
            physical_id="tiny-dev",
        ),
    )


def test_a_function_has_its_settings_with_all_references_followed(account, queue: str):
    found = functions.function(account, "tiny-dev-classify")
    assert found == Function(
        name="tiny-dev-classify",
        handler="handler.handler",
        runtime="python3.12",
        architecture="arm64",
        timeout_seconds=3,
        memory_mb=128,
        environment={"ENDPOINT_NAME": "tiny-dev", "QUEUE": queue},
        role_arn=found.role_arn,
        reserved_concurrency=None,
    )
    assert functions.functions(account) == (found,)


def test_a_functions_code_is_what_was_uploaded(account, tmp_path: Path):
    folder = functions.unpack(account, "tiny-dev-classify", tmp_path / "code")
    source = Path(__file__).parents[1] / "tiny_function" / "handler.py"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"handler.py": source.read_bytes()}


def test_a_function_that_is_not_there_is_named(account, tmp_path: Path):
    with pytest.raises(EmulatorError, match=r"^Account 111122223333 has no function 'none'\.$"):
        functions.function(account, "none")
    with pytest.raises(EmulatorError, match=r"^No stack of account 111122223333 made a function 'none'\.$"):
        functions.unpack(account, "none", tmp_path)


def test_an_api_has_routes_with_their_schema_and_limits(account):
    api = rest_api.rest_api(account, "tiny-dev")
    assert api.routes == (
        Route(
            method="POST",
            path="/v1/classifications",
            function="tiny-dev-classify",
            api_key_required=True,
            validates_body=True,
            validates_parameters=False,
            required_parameters=(),
            request_schemas={
                "application/json": {
                    "$schema": "http://json-schema.org/draft-04/schema#",
                    "type": "object",
                    "required": ["subject"],
                }
            },
            limits=Limits(rate=7.0, burst=2000),
        ),
    )
    (key,) = api.keys
    assert key == ApiKey(id=key.id, name=key.name, value=key.value, enabled=True, limits=Limits(rate=5.0, burst=10))
    assert len(key.value) >= 20
    assert api.responses == ()


def test_an_api_or_stage_that_is_not_there_is_named(account):
    with pytest.raises(EmulatorError, match=r"^Account 111122223333 has no API 'none'\.$"):
        rest_api.rest_api(account, "none")
    with pytest.raises(EmulatorError, match=r"^The API 'tiny-dev' of account 111122223333 has no stage 'none'\.$"):
        rest_api.rest_api(account, "tiny-dev", "none")


def test_a_rule_has_its_pattern_and_targets(account, queue: str):
    assert rules.rules(account) == (
        Rule(
            name="tiny-dev-approvals",
            enabled=True,
            pattern={
                "source": ["aws.sagemaker"],
                "detail-type": ["SageMaker Model Package State Change"],
                "detail": {"ModelPackageGroupName": ["tiny-dev"], "ModelApprovalStatus": ["Approved"]},
            },
            schedule=None,
            targets=(Target(id="Queue", arn=f"arn:aws:sqs:eu-central-1:111122223333:{queue}", settings={}),),
        ),
    )


def test_a_pipeline_has_its_definition(account):
    assert endpoint.pipeline(account, "tiny-dev") == Pipeline(
        name="tiny-dev",
        role_arn="arn:aws:iam::111122223333:role/pipeline",
        definition={"Version": "2020-12-01", "Steps": []},
    )
    with pytest.raises(EmulatorError, match=r"^Account 111122223333 has no pipeline 'none'\.$"):
        endpoint.pipeline(account, "none")


def test_an_endpoint_leads_to_the_archive_of_the_approved_package(deployed: Deployed):
    account = deployed.account("prod")
    arn = account.client("sagemaker").create_model_package(
        ModelPackageGroupName="tiny-prod", ModelApprovalStatus="Approved", InferenceSpecification=SPECIFICATION
    )["ModelPackageArn"]
    account.client("ssm").put_parameter(Name="/tiny-prod/approved-model", Value=arn, Overwrite=True)
    update_as_before(account, "tiny-prod-serving", "ApprovedModel", "BootstrapVersion")
    found = endpoint.endpoint(account, "tiny-prod")
    assert found == Endpoint(
        name="tiny-prod",
        status="InService",
        config=found.config,
        variant="main",
        model=found.model,
        model_package_arn=arn,
        model_data_url="s3://bucket/model.tar.gz",
        image="image",
        environment={},
        instance_type="ml.m5.large",
        instance_count=1,
    )
    # What says nothing of whether two are the same.
    assert (found.status, found.instance_count) == ("InService", 1)
