"""Whatever is killed in the middle of a change of model, it ends with one model in service and a stack that says so."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.accounts import accounts_file, emulator
from local.accounts.accounts_file import Place
from local.accounts.credentials import Credentials
from mailroom.wire.endpoint import describe_to_json
from tests.local.accounts.gaps.small_stacks import (
    approve,
    create,
    endpoint_template,
    reasons,
    status,
    update_as_before,
)
from tests.local.hosting.gate import gate_before
from tests.local.hosting.processes import Adapter, invoke, until
from tests.local.hosting.registry import MAIL
from tests.local.hosting.test_rollout import ALARM, LONG, policy

pytestmark = pytest.mark.slow

STACK = "serving"
SLOW, FAST = 1, LONG
"""At the one pace nothing that a policy waits for ends, at the other it takes a second."""
STAGES: dict[str, tuple[str, Any, float]] = {
    # version, policy, and the newcomer's share of the traffic, by which the stage is known
    "while the new model comes up": ("slow-start", policy(), 0),
    "in the canary": ("m-2", policy(), 30),
    "in the bake of the whole": ("m-2", policy("ALL_AT_ONCE"), 100),
    "after the shift": ("m-2", policy("ALL_AT_ONCE", bake=0, ends=LONG), 100),
}


@dataclass(frozen=True, kw_only=True)
class Stand:
    """An account with a small stack, and what the tests do to it."""

    account: Credentials
    state: Path
    folder: Path
    archives: dict[str, bytes]

    def adapter(self, *, pace: float, state: Path | None = None) -> Adapter:
        return Adapter("hosting", state or self.state, self.folder, pace=pace)

    def approve(self, version: str) -> str:
        """A package of that version goes its way; returns the stack's status."""
        self.register(version)
        return update_as_before(self.account, STACK, "ApprovedModel")

    def register(self, version: str) -> None:
        """A package of that version is what the next update brings."""
        s3, name = self.account.client("s3"), f"package-{version}"
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_object(Bucket=name, Key="model.tar.gz", Body=self.archives[version])
        arn = self.account.client("sagemaker").create_model_package(
            ModelPackageName=name,
            InferenceSpecification={
                "Containers": [{"Image": "image:1", "ModelDataUrl": f"s3://{name}/model.tar.gz"}],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]
        approve(self.account, arn)

    def sound(self, state: str) -> None:
        """Put the alarm that the policy names into a state."""
        client = self.account.client("cloudwatch")
        client.put_metric_alarm(
            AlarmName=ALARM,
            Namespace="tests",
            MetricName="errors",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        client.set_alarm_state(AlarmName=ALARM, StateValue=state, StateReason="set by hand")

    def has_ended(self) -> bool:
        return not status(self.account, STACK).endswith("_IN_PROGRESS")


@pytest.fixture
def stand(archives: dict[str, bytes], tmp_path: Path) -> Iterator[Stand]:
    state = tmp_path / "accounts.json"
    emulator.start(state)
    accounts_file.write(state, {"prod": Place(account="444455556666", region="eu-central-1")})
    account = accounts_file.credentials(state, "prod")
    yield Stand(account=account, state=state, folder=tmp_path / "run", archives=archives)
    emulator.stop(state)


def begin(stand: Stand, deployment_policy: Any) -> Adapter:
    """The stack is there and m-1 in service; the adapter is slow."""
    approve(stand.account, "none")
    create(stand.account, STACK, endpoint_template("mailroom-prod", policy=deployment_policy))
    adapter = stand.adapter(pace=SLOW)
    stand.approve("m-1")
    until(stand.has_ended)
    assert answers(adapter) == "m-1"
    return adapter


def answers(adapter: Adapter) -> str:
    """The version that answers, or the status if none does."""
    code, said = invoke(adapter.url, describe_to_json())
    return str(said["model_version"]) if code == 200 else str(code)


@pytest.mark.parametrize("stage", STAGES)
def test_an_adapter_that_is_killed_during_a_change_of_model_ends_it_when_it_is_back(stand: Stand, stage: str):
    version, deployment_policy, percent = STAGES[stage]
    adapter = begin(stand, deployment_policy)
    assert stand.approve(version) == "UPDATE_IN_PROGRESS"
    until(lambda: adapter.get("endpoint")["pending_percent"] == percent)
    adapter.kill()
    assert status(stand.account, STACK) == "UPDATE_IN_PROGRESS"
    adapter = stand.adapter(pace=FAST)
    until(stand.has_ended)
    assert (status(stand.account, STACK), answers(adapter)) == ("UPDATE_COMPLETE", version)
    assert len(stand.account.client("sagemaker").list_models()["Models"]) == 1
    adapter.stop()


def test_an_adapter_that_is_back_serves_the_former_model_until_the_new_one_has_come_up(stand: Stand):
    adapter = begin(stand, policy())
    stand.approve("slow-start")
    until(lambda: adapter.get("endpoint")["pending_percent"] == 0)
    adapter.kill()
    adapter = stand.adapter(pace=SLOW)
    until(lambda: answers(adapter) != "503")
    assert answers(adapter) == "m-1"
    until(lambda: adapter.get("endpoint")["pending_percent"] == 30)
    assert [answers(adapter) for _ in range(4)] == ["m-1", "m-1", "m-1", "slow-start"]
    adapter.stop()


def test_a_model_that_cannot_be_served_is_turned_back_by_an_adapter_that_was_killed_in_between(stand: Stand):
    adapter = begin(stand, policy())
    adapter.kill()
    assert stand.approve("truncated") == "UPDATE_IN_PROGRESS"
    adapter = stand.adapter(pace=FAST)
    until(stand.has_ended)
    assert (status(stand.account, STACK), answers(adapter)) == ("UPDATE_ROLLBACK_COMPLETE", "m-1")
    adapter.stop()


def test_an_adapter_that_is_killed_while_the_first_model_comes_up_brings_it_up_when_it_is_back(stand: Stand):
    approve(stand.account, "none")
    create(stand.account, STACK, endpoint_template("mailroom-prod", policy=policy()))
    adapter = stand.adapter(pace=SLOW)
    assert stand.approve("slow-start") == "UPDATE_IN_PROGRESS"
    until(lambda: adapter.get("endpoint")["pending_model_package"])
    adapter.kill()
    sagemaker = stand.account.client("sagemaker")
    assert sagemaker.describe_endpoint(EndpointName="mailroom-prod")["EndpointStatus"] == "Creating"
    adapter = stand.adapter(pace=FAST)
    until(stand.has_ended)
    assert (status(stand.account, STACK), answers(adapter)) == ("UPDATE_COMPLETE", "slow-start")
    adapter.stop()


@pytest.mark.parametrize("reaches_the_account", [False, True])
def test_an_adapter_that_is_killed_between_an_alarm_and_its_word_to_the_account_turns_back_once(
    stand: Stand, reaches_the_account: bool
):
    begin(stand, policy()).stop()
    stand.sound("OK")
    with gate_before(stand.state) as (gate, gated):
        adapter = stand.adapter(pace=SLOW, state=gated)
        until(lambda: answers(adapter) == "m-1")
        assert stand.approve("m-2") == "UPDATE_IN_PROGRESS"
        until(lambda: adapter.get("endpoint")["pending_percent"] == 30)
        gate.hold("hosting-ended", reaches_the_account=reaches_the_account)
        stand.sound("ALARM")
        gate.wait()
        adapter.kill()
        assert stand.has_ended() == reaches_the_account
    adapter = stand.adapter(pace=SLOW)
    until(stand.has_ended)
    until(lambda: answers(adapter) == "m-1")
    assert [answers(adapter) for _ in range(4)] == ["m-1"] * 4
    assert reasons(stand.account, STACK) == [("Endpoint", f"In ALARM while traffic was shifted: {ALARM}.")]
    assert status(stand.account, STACK) == "UPDATE_ROLLBACK_COMPLETE"
    adapter.stop()


def test_an_adapter_that_is_killed_while_the_stack_goes_back_brings_the_former_model_back(stand: Stand):
    # There at once; the way back, by the former policy, does not end before the adapter is killed.
    adapter = begin(stand, policy("ALL_AT_ONCE"))
    body = json.loads(endpoint_template("mailroom-prod", policy=policy("ALL_AT_ONCE", bake=0)))
    # Made after the endpoint has moved over, and refused.
    body["Resources"]["Broken"] = {
        "Type": "AWS::SQS::Queue",
        "DependsOn": "Endpoint",
        "Properties": {"QueueName": "not a name"},
    }
    stand.register("m-2")
    stand.account.client("cloudformation").update_stack(StackName=STACK, TemplateBody=json.dumps(body))
    until(lambda: status(stand.account, STACK) == "UPDATE_ROLLBACK_IN_PROGRESS")
    adapter.kill()
    assert status(stand.account, STACK) == "UPDATE_ROLLBACK_IN_PROGRESS"
    adapter = stand.adapter(pace=FAST)
    until(stand.has_ended)
    assert (status(stand.account, STACK), answers(adapter)) == ("UPDATE_ROLLBACK_COMPLETE", "m-1")
    assert len(stand.account.client("sagemaker").list_models()["Models"]) == 1
    adapter.stop()


def test_a_first_model_that_cannot_be_served_leaves_no_endpoint(stand: Stand):
    approve(stand.account, "none")
    create(stand.account, STACK, endpoint_template("mailroom-prod", policy=policy()))
    adapter = stand.adapter(pace=SLOW)
    assert stand.approve("truncated") == "UPDATE_IN_PROGRESS"
    until(stand.has_ended)
    assert (status(stand.account, STACK), answers(adapter)) == ("UPDATE_ROLLBACK_COMPLETE", "400")
    sagemaker = stand.account.client("sagemaker")
    assert (sagemaker.list_endpoints()["Endpoints"], sagemaker.list_models()["Models"]) == ([], [])
    adapter.stop()


def test_a_model_server_that_is_killed_under_traffic_is_back_with_the_same_version(stand: Stand):
    adapter = begin(stand, policy())
    assert invoke(adapter.url, MAIL)[0] == 200
    for child in adapter.children():
        os.kill(child, signal.SIGKILL)
    # Between the death and the next look invocations fail, as a container's do that ended.
    until(lambda: "model_server_ended" in [event["event"] for event in adapter.events()])
    until(lambda: answers(adapter) == "m-1")
    assert status(stand.account, STACK) == "UPDATE_COMPLETE"
    adapter.stop()


def test_an_adapter_that_is_ended_leaves_the_accounts_to_change_at_once(stand: Stand):
    adapter = begin(stand, policy())
    adapter.stop()
    assert stand.approve("m-2") == "UPDATE_COMPLETE"
    adapter = stand.adapter(pace=SLOW)
    until(lambda: answers(adapter) == "m-2")
    adapter.stop()
