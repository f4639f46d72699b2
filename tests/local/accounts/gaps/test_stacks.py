"""Stacks of an emulated account, treated as CloudFormation treats them."""

import pytest
from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials, assume
from local.accounts.inspect import stacks
from tests.local.accounts.gaps.small_stacks import (
    APPROVED,
    approve,
    create,
    endpoint_template,
    reasons,
    status,
    template,
    update_as_before,
)

pytestmark = pytest.mark.slow

QUEUE = {"Type": "AWS::SQS::Queue"}


@pytest.fixture(scope="module")
def account(emulated: str) -> Credentials:
    return assume(emulated, account="111122223333", region="eu-central-1")


@pytest.fixture
def serving(account: Credentials) -> str:
    """A stack whose endpoint waits for its first model."""
    approve(account, "none")
    assert create(account, "serving", endpoint_template("small")) == "CREATE_COMPLETE"
    yield "serving"
    account.client("cloudformation").delete_stack(StackName="serving")


def made(account: Credentials, name: str) -> list[str]:
    return [resource.logical_id for resource in stacks.resources(account, name)]


def served(account: Credentials) -> list[str]:
    """The models that exist, found from the endpoint on; and that there are no others."""
    client = account.client("sagemaker")
    config = client.describe_endpoint(EndpointName="small")["EndpointConfigName"]
    variants = client.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    models = [variant["ModelName"] for variant in variants]
    assert [model["ModelName"] for model in client.list_models()["Models"]] == models
    assert [each["EndpointConfigName"] for each in client.list_endpoint_configs()["EndpointConfigs"]] == [config]
    return [client.describe_model(ModelName=model)["PrimaryContainer"]["ModelPackageName"] for model in models]


def test_an_approved_model_brings_the_endpoint_and_none_takes_it_away(account: Credentials, serving: str):
    assert made(account, serving) == ["Always"]
    approve(account, "model-1")
    assert update_as_before(account, serving, "ApprovedModel") == "UPDATE_COMPLETE"
    assert served(account) == ["model-1"]
    assert made(account, serving) == ["Model", "Config", "Endpoint", "Always"]
    approve(account, "none")
    assert update_as_before(account, serving, "ApprovedModel") == "UPDATE_COMPLETE"
    assert made(account, serving) == ["Always"]
    assert account.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert account.client("sagemaker").list_models()["Models"] == []


def test_the_next_model_replaces_model_and_configuration_and_keeps_the_endpoint(account: Credentials, serving: str):
    approve(account, "model-1")
    update_as_before(account, serving, "ApprovedModel")
    born = account.client("sagemaker").describe_endpoint(EndpointName="small")["CreationTime"]
    approve(account, "model-2")
    assert update_as_before(account, serving, "ApprovedModel") == "UPDATE_COMPLETE"
    assert served(account) == ["model-2"]
    assert account.client("sagemaker").describe_endpoint(EndpointName="small")["CreationTime"] == born


def test_an_ssm_parameter_shows_its_path_and_its_value(account: Credentials, serving: str):
    (stack,) = account.client("cloudformation").describe_stacks(StackName=serving)["Stacks"]
    assert stack["Parameters"] == [
        {"ParameterKey": "ApprovedModel", "ParameterValue": APPROVED, "ResolvedValue": "none"}
    ]


def test_an_updated_stack_says_when(account: Credentials, serving: str):
    (created,) = account.client("cloudformation").describe_stacks(StackName=serving)["Stacks"]
    assert "LastUpdatedTime" not in created
    approve(account, "model-1")
    update_as_before(account, serving, "ApprovedModel")
    (updated,) = account.client("cloudformation").describe_stacks(StackName=serving)["Stacks"]
    assert updated["LastUpdatedTime"] > created["CreationTime"]


def test_an_update_that_changes_nothing_is_refused(account: Credentials, serving: str):
    with pytest.raises(ClientError, match="No updates are to be performed"):
        update_as_before(account, serving, "ApprovedModel")


def test_a_failed_update_tells_why_and_leaves_what_was_there(account: Credentials, serving: str):
    approve(account, "model-1")
    update_as_before(account, serving, "ApprovedModel")
    approve(account, "model-2")
    account.client("cloudformation").update_stack(
        StackName=serving, TemplateBody=endpoint_template("small").replace("ml.c6i.large", "ml.none")
    )
    assert status(account, serving) == "UPDATE_ROLLBACK_COMPLETE"
    assert reasons(account, serving) == [
        (
            "Config",
            "An error occurred (ValidationException) when calling the CreateEndpointConfig operation (reached max"
            " retries: 0): SageMaker hosts no endpoint on the instance type 'ml.none'.",
        )
    ]
    assert served(account) == ["model-1"]


def test_a_failed_creation_tells_why_and_leaves_nothing(account: Credentials):
    broken = {"Queue": QUEUE, "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": "none"}}}
    broken["Policy"]["Properties"]["PolicyDocument"] = {"Version": "2012-10-17", "Statement": []}
    assert create(account, "broken", template(broken)) == "ROLLBACK_COMPLETE"
    assert reasons(account, "broken") == [
        (
            "Policy",
            "An error occurred (NoSuchBucket) when calling the PutBucketPolicy operation (reached max retries: 0):"
            " The specified bucket does not exist",
        )
    ]
    assert made(account, "broken") == []


def test_a_missing_ssm_parameter_is_named(account: Credentials):
    body = endpoint_template("small").replace(APPROVED, "/small/missing")
    with pytest.raises(ClientError, match=r"Unable to fetch parameters \[/small/missing\]"):
        create(account, "unseeded", body)


def test_what_another_stack_exports_can_be_imported_even_by_an_older_one(account: Credentials):
    importing = {"Queue": QUEUE}
    assert create(account, "importing", template(importing)) == "CREATE_COMPLETE"
    exported = {"Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}, "Export": {"Name": "queue-name"}}}
    assert create(account, "exporting", template({"Queue": QUEUE}, Outputs=exported)) == "CREATE_COMPLETE"
    importing["Note"] = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "/note", "Type": "String", "Value": {"Fn::ImportValue": "queue-name"}},
    }
    account.client("cloudformation").update_stack(StackName="importing", TemplateBody=template(importing))
    (queue,) = [resource.physical_id for resource in stacks.resources(account, "exporting")]
    noted = account.client("ssm").get_parameter(Name="/note")["Parameter"]["Value"]
    assert noted == queue.rpartition("/")[2]


def test_a_protected_stack_is_deleted_only_after_the_protection_is_lifted(account: Credentials):
    client = account.client("cloudformation")
    create(account, "protected", template({"Queue": QUEUE}), EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection is enabled"):
        client.delete_stack(StackName="protected")
    assert status(account, "protected") == "CREATE_COMPLETE"
    client.update_termination_protection(StackName="protected", EnableTerminationProtection=False)
    client.delete_stack(StackName="protected")
    assert "protected" not in [stack.name for stack in stacks.stacks(account)]


def test_a_deleted_stack_that_is_looked_at_again_stays_deleted(account: Credentials):
    client = account.client("cloudformation")
    outputs = {"Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}}}
    create(account, "seen", template({"Queue": QUEUE}, Outputs=outputs))
    stack_id = client.describe_stacks(StackName="seen")["Stacks"][0]["StackId"]
    client.delete_stack(StackName="seen")
    (seen,) = client.describe_stacks(StackName=stack_id)["Stacks"]
    assert (seen["StackStatus"], seen.get("Outputs")) == ("DELETE_COMPLETE", None)
    queues = account.client("sqs").list_queues().get("QueueUrls", [])
    assert [url for url in queues if "seen" in url] == []


def test_what_is_to_be_retained_outlives_its_stack(account: Credentials):
    named = {"Properties": {"QueueName": "kept"}, "DeletionPolicy": "Retain"}
    create(account, "short", template({"Kept": {**QUEUE, **named}, "Gone": QUEUE}))
    account.client("cloudformation").delete_stack(StackName="short")
    queues = account.client("sqs").list_queues().get("QueueUrls", [])
    assert [url.rpartition("/")[2] for url in queues if "short" in url or "kept" in url] == ["kept"]


def test_a_type_that_the_emulator_does_not_know_stands_in_the_way_of_nothing(account: Credentials):
    body = {
        "Domain": {"Type": "AWS::SageMaker::Domain", "Properties": {"DomainName": "d"}},
        "Note": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": "/domain", "Type": "String", "Value": {"Fn::GetAtt": ["Domain", "DomainArn"]}},
        },
    }
    assert create(account, "unknown", template(body)) == "CREATE_COMPLETE"
    noted = account.client("ssm").get_parameter(Name="/domain")["Parameter"]["Value"]
    assert noted.startswith("arn:aws:sagemaker:eu-central-1:111122223333:domain/unknown-Domain-")
