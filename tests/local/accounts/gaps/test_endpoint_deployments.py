"""Endpoints and their stacks while a hosting adapter is registered with the account."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials, assume
from local.accounts.errors import EmulatorError
from local.accounts.private_calls import call
from tests.local.accounts.gaps.small_stacks import (
    approve,
    create,
    endpoint_template,
    reasons,
    status,
    update_as_before,
)

pytestmark = pytest.mark.slow

NAME = "small"
POLICY = {
    "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 60}}
}
NO_ADAPTER = "At once, without canary or alarms: no hosting adapter is registered with this account."
HAS_GONE = "The hosting adapter has gone, and nobody else could bring up the new configuration."


@pytest.fixture(scope="module")
def account(emulated: str) -> Credentials:
    return assume(emulated, account="111122223333", region="eu-central-1")


class Adapter:
    """What local/hosting tells the account, without anything behind it."""

    def __init__(self, account: Credentials) -> None:
        self.account = account

    def beat(self, *, pace: float = 60, patience: float = 600) -> list[dict[str, Any]]:
        return list(call(self.account, "hosting-heartbeat", {"pace": pace, "patience": patience})["deployments"])

    def end(self, problem: str | None = None) -> None:
        (running,) = self.beat()
        call(self.account, "hosting-ended", {"id": running["id"], "problem": problem})

    def leave(self) -> None:
        call(self.account, "hosting-left", {})


@pytest.fixture
def adapter(account: Credentials) -> Iterator[Adapter]:
    adapter = Adapter(account)
    assert adapter.beat() == []
    yield adapter
    adapter.leave()


@pytest.fixture
def stack(account: Credentials) -> Iterator[str]:
    """A stack whose endpoint waits for its first model."""
    approve(account, "none")
    assert create(account, "serving", endpoint_template(NAME, policy=POLICY)) == "CREATE_COMPLETE"
    yield "serving"
    Adapter(account).leave()
    account.client("cloudformation").delete_stack(StackName="serving")


def update(account: Credentials, stack: str, model: str, **more: Any) -> str:
    approve(account, model)
    return update_as_before(account, stack, "ApprovedModel", **more)


def described(account: Credentials) -> dict[str, Any]:
    return account.client("sagemaker").describe_endpoint(EndpointName=NAME)


def model_of(account: Credentials, config: str) -> str:
    client = account.client("sagemaker")
    (variant,) = client.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
    return client.describe_model(ModelName=variant["ModelName"])["PrimaryContainer"]["ModelPackageName"]


def models(account: Credentials) -> int:
    return len(account.client("sagemaker").list_models()["Models"])


def value(account: Credentials, stack: str) -> str:
    (found,) = account.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return found["Parameters"][0]["ResolvedValue"]


def history(account: Credentials, stack: str) -> list[tuple[str, str]]:
    """What became of the endpoint and of the stack, since its last update began, oldest first."""
    told: list[tuple[str, str]] = []
    for event in account.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]:
        told.append((event["LogicalResourceId"], event["ResourceStatus"]))
        if told[-1] == (stack, "UPDATE_IN_PROGRESS"):
            break
    return told[::-1]


def test_a_first_model_is_in_service_when_the_adapter_says_so(account, stack, adapter):
    assert update(account, stack, "model-1") == "UPDATE_IN_PROGRESS"
    assert described(account)["EndpointStatus"] == "Creating"
    (wanted,) = adapter.beat()
    assert (wanted["endpoint"], wanted["policy"]) == (NAME, POLICY)
    assert model_of(account, wanted["config"]) == "model-1"
    adapter.end()
    assert (status(account, stack), described(account)["EndpointStatus"]) == ("UPDATE_COMPLETE", "InService")
    assert history(account, stack) == [
        (stack, "UPDATE_IN_PROGRESS"),
        ("Endpoint", "CREATE_IN_PROGRESS"),
        ("Endpoint", "CREATE_COMPLETE"),
        (stack, "UPDATE_COMPLETE"),
    ]
    assert adapter.beat() == []


def test_an_endpoint_keeps_its_configuration_until_the_next_one_is_in_service(account, stack, adapter):
    update(account, stack, "model-1")
    adapter.end()
    former = described(account)["EndpointConfigName"]
    assert update(account, stack, "model-2") == "UPDATE_IN_PROGRESS"
    found = described(account)
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("Updating", former)
    assert model_of(account, found["PendingDeploymentSummary"]["EndpointConfigName"]) == "model-2"
    assert models(account) == 2
    adapter.end()
    found = described(account)
    assert (status(account, stack), found["EndpointStatus"]) == ("UPDATE_COMPLETE", "InService")
    assert (model_of(account, found["EndpointConfigName"]), found["LastDeploymentConfig"]) == ("model-2", POLICY)
    assert "PendingDeploymentSummary" not in found
    assert models(account) == 1


def test_a_deployment_that_is_turned_back_rolls_the_stack_back_and_tells_why(account, stack, adapter):
    update(account, stack, "model-1")
    adapter.end()
    former = described(account)["EndpointConfigName"]
    update(account, stack, "model-2")
    adapter.end("In ALARM while traffic was shifted: errors.")
    assert (status(account, stack), value(account, stack)) == ("UPDATE_ROLLBACK_COMPLETE", "model-1")
    found = described(account)
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", former)
    assert found["FailureReason"] == "In ALARM while traffic was shifted: errors."
    assert reasons(account, stack) == [("Endpoint", "In ALARM while traffic was shifted: errors.")]
    assert history(account, stack) == [
        (stack, "UPDATE_IN_PROGRESS"),
        ("Endpoint", "UPDATE_IN_PROGRESS"),
        ("Endpoint", "UPDATE_FAILED"),
        (stack, "UPDATE_ROLLBACK_IN_PROGRESS"),
        (stack, "UPDATE_ROLLBACK_COMPLETE"),
    ]
    assert (models(account), adapter.beat()) == (1, [])
    # And the next one is nothing special.
    update(account, stack, "model-3")
    adapter.end()
    assert (status(account, stack), models(account)) == ("UPDATE_COMPLETE", 1)


def test_a_first_model_that_does_not_come_up_leaves_no_endpoint(account, stack, adapter):
    update(account, stack, "model-1")
    adapter.end("The model archive is damaged.")
    assert (status(account, stack), value(account, stack)) == ("UPDATE_ROLLBACK_COMPLETE", "none")
    assert reasons(account, stack) == [("Endpoint", "The model archive is damaged.")]
    assert account.client("sagemaker").list_endpoints()["Endpoints"] == []
    assert models(account) == 0


def test_a_stack_that_is_created_with_its_endpoint_waits_for_it_too(account, adapter):
    approve(account, "model-1")
    assert create(account, "whole", endpoint_template(NAME)) == "CREATE_IN_PROGRESS"
    adapter.end("The model archive is damaged.")
    assert status(account, "whole") == "ROLLBACK_COMPLETE"
    assert reasons(account, "whole") == [("Endpoint", "The model archive is damaged.")]
    account.client("cloudformation").delete_stack(StackName="whole")
    assert create(account, "whole", endpoint_template(NAME)) == "CREATE_IN_PROGRESS"
    adapter.end()
    assert status(account, "whole") == "CREATE_COMPLETE"
    account.client("cloudformation").delete_stack(StackName="whole")


def test_a_stack_in_progress_can_be_neither_updated_nor_deleted(account, stack, adapter):
    update(account, stack, "model-1")
    with pytest.raises(ClientError, match=r"is in UPDATE_IN_PROGRESS state and can not be updated\."):
        update(account, stack, "model-2")
    with pytest.raises(ClientError, match="cannot be deleted while in status UPDATE_IN_PROGRESS"):
        account.client("cloudformation").delete_stack(StackName=stack)
    adapter.end()
    assert (status(account, stack), value(account, stack)) == ("UPDATE_COMPLETE", "model-1")


def test_an_endpoint_in_progress_takes_no_other_configuration(account, stack, adapter):
    update(account, stack, "model-1")
    config = described(account)["EndpointConfigName"]
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        account.client("sagemaker").update_endpoint(EndpointName=NAME, EndpointConfigName=config)


@pytest.mark.parametrize(
    ("retained", "counts"),
    [
        ({}, (3, 3)),
        ({"RetainAllVariantProperties": True}, (5, 5)),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DataCaptureConfig"}],
            },
            (5, 5),
        ),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredInstanceCount"}],
            },
            (3, 3),
        ),
    ],
    ids=["nothing is retained", "everything is", "everything that counts is", "the count is excluded"],
)
def test_a_fleet_that_was_scaled_keeps_its_size_if_that_is_to_be_retained(
    account, stack, adapter, retained: dict[str, Any], counts: tuple[int, int]
):
    update(account, stack, "model-1")
    adapter.end()
    sagemaker = account.client("sagemaker")
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=NAME, DesiredWeightsAndCapacities=[{"VariantName": "main", "DesiredInstanceCount": 5}]
    )
    former = sagemaker.describe_endpoint_config(EndpointConfigName=described(account)["EndpointConfigName"])
    (variant,) = former["ProductionVariants"]
    sagemaker.create_endpoint_config(
        EndpointConfigName="three", ProductionVariants=[{**variant, "InitialInstanceCount": 3}]
    )
    sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="three", **retained)
    (coming,) = described(account)["PendingDeploymentSummary"]["ProductionVariants"]
    adapter.end()
    (there,) = described(account)["ProductionVariants"]
    assert (coming["DesiredInstanceCount"], there["DesiredInstanceCount"]) == counts
    assert described(account)["EndpointConfigName"] == "three"
    sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName=former["EndpointConfigName"])
    adapter.end()
    sagemaker.delete_endpoint_config(EndpointConfigName="three")


def test_an_update_to_the_configuration_in_force_begins_nothing(account, stack, adapter):
    update(account, stack, "model-1")
    adapter.end()
    in_force = described(account)["EndpointConfigName"]
    account.client("sagemaker").update_endpoint(EndpointName=NAME, EndpointConfigName=in_force, DeploymentConfig=POLICY)
    assert (described(account)["EndpointStatus"], adapter.beat()) == ("InService", [])


def test_without_an_adapter_an_endpoint_changes_at_once_and_the_stack_says_so(account, stack):
    assert update(account, stack, "model-1") == "UPDATE_COMPLETE"
    assert update(account, stack, "model-2") == "UPDATE_COMPLETE"
    told = [
        (event["ResourceStatus"], event["ResourceStatusReason"])
        for event in account.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
        if event["LogicalResourceId"] == "Endpoint" and "ResourceStatusReason" in event
    ]
    assert told == [("UPDATE_COMPLETE", NO_ADAPTER), ("CREATE_COMPLETE", NO_ADAPTER)]


def test_an_adapter_that_has_not_been_heard_of_for_longer_than_it_said_counts_as_none(account, stack, adapter):
    adapter.beat(patience=0)
    assert update(account, stack, "model-1") == "UPDATE_COMPLETE"


def test_an_adapter_that_was_away_finds_its_deployment_again(account, stack, adapter):
    update(account, stack, "model-1")
    (wanted,) = adapter.beat(patience=0)
    assert adapter.beat() == [wanted]
    adapter.end()
    assert status(account, stack) == "UPDATE_COMPLETE"


def test_what_an_adapter_abandoned_is_turned_back_before_the_next_update(account, stack, adapter):
    update(account, stack, "model-1")
    adapter.end()
    update(account, stack, "model-2")
    adapter.leave()
    assert status(account, stack) == "UPDATE_IN_PROGRESS"
    assert update(account, stack, "model-3") == "UPDATE_COMPLETE"
    assert reasons(account, stack) == [("Endpoint", HAS_GONE)]
    assert (model_of(account, described(account)["EndpointConfigName"]), models(account)) == ("model-3", 1)


def test_what_an_adapter_abandoned_is_turned_back_when_it_has_taken_too_long(account, stack, adapter):
    update(account, stack, "model-1")
    adapter.end()
    # The longest that there is, 28,800 seconds, is over in a tenth of a second.
    adapter.beat(pace=288_000, patience=1)
    update(account, stack, "model-2")
    while status(account, stack).endswith("_IN_PROGRESS"):
        time.sleep(0.05)
    assert (status(account, stack), value(account, stack)) == ("UPDATE_ROLLBACK_COMPLETE", "model-1")


def test_a_deployment_ends_once(account, stack, adapter):
    update(account, stack, "model-1")
    (wanted,) = adapter.beat()
    adapter.end()
    sentence = r"^There is no such deployment: it has ended, or its endpoint is gone\.$"
    with pytest.raises(EmulatorError, match=sentence):
        call(account, "hosting-ended", {"id": wanted["id"], "problem": "late"})
    assert described(account)["EndpointStatus"] == "InService"


def test_a_request_that_comes_again_with_its_token_begins_nothing(account, stack):
    update(account, stack, "model-1", ClientRequestToken="attempt-1")
    with pytest.raises(ClientError) as refused:
        update(account, stack, "model-2", ClientRequestToken="attempt-1")
    assert refused.value.response["Error"]["Code"] == "TokenAlreadyExistsException"
    assert value(account, stack) == "model-1"


def test_events_carry_the_token_of_the_request_that_began_them(account, stack, adapter):
    update(account, stack, "model-1", ClientRequestToken="attempt-2")
    adapter.end("too slow")
    events = account.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    assert [(event["ResourceStatus"], event.get("ClientRequestToken")) for event in events[::-1]] == [
        ("CREATE_IN_PROGRESS", None),
        ("CREATE_COMPLETE", None),
        ("UPDATE_IN_PROGRESS", "attempt-2"),
        ("CREATE_IN_PROGRESS", "attempt-2"),
        ("CREATE_FAILED", "attempt-2"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "attempt-2"),
        ("UPDATE_ROLLBACK_COMPLETE", "attempt-2"),
    ]


def test_outputs_stay_what_they_were_while_an_update_runs(account, adapter):
    body = json.loads(endpoint_template(NAME))
    body["Outputs"] = {"Queue": {"Value": {"Fn::GetAtt": ["Always", "QueueName"]}}}
    approve(account, "none")
    create(account, "telling", json.dumps(body))

    def outputs() -> list[dict[str, str]]:
        return account.client("cloudformation").describe_stacks(StackName="telling")["Stacks"][0]["Outputs"]

    before = outputs()
    update(account, "telling", "model-1")
    assert (status(account, "telling"), outputs()) == ("UPDATE_IN_PROGRESS", before)
    adapter.end()
    assert outputs() == before
    account.client("cloudformation").delete_stack(StackName="telling")
