"""From an approval to the end of its canary: the deployed stack, rule, queue and function, and the adapters' processes.

The alarms are set by hand here; tests/local/alarms has them set by what happens.
"""

import hashlib
import json
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from local.accounts import accounts_file, emulator
from local.accounts.credentials import Credentials
from local.accounts.deploy import deploy
from local.accounts.inspect import functions
from local.accounts.inspect.endpoint import endpoint
from local.accounts.inspect.stacks import stacks
from local.events.model_archive import opened
from local.events.registry import approve, register
from local.infra.assembly import Assembly, read_assembly
from local.infra.errors import CdkError
from mailroom.wire.endpoint import describe_to_json
from tests.local.hosting.gate import gate_before
from tests.local.hosting.processes import Adapter, invoke, until
from tests.local.hosting.registry import MAIL
from tests.local.mutations import Template, mutated, the
from tests.support.keyword_archive import TAXONOMY, make_keyword_archive, pack

pytestmark = pytest.mark.slow

STACK, PARAMETER = "mailroom-prod-inference", "/mailroom/prod/approved-model"
ALARM = "mailroom-prod-rollback-model-errors-"
VARIANT = "main"
HOSTING_PACE = 150
"""A bake of a quarter of an hour takes six seconds."""


@dataclass
class Production:
    """The account of prod, and what runs beside it."""

    account: Credentials
    state: Path
    folder: Path
    hosting: Adapter = field(init=False)
    events: Adapter = field(init=False)

    def start_hosting(self) -> None:
        self.hosting = Adapter("hosting", self.state, self.folder, pace=HOSTING_PACE)

    def start_events(self, state: Path | None = None) -> None:
        self.events = Adapter("events", state or self.state, self.folder, pace=60)

    def approve(self, version: str, *, truncated: bool = False, **fault: object) -> str:
        """Train elsewhere, register, approve; returns the package's ARN."""
        known = functions.function(self.account, "mailroom-prod-deploy").environment["TAXONOMY_VERSION"]
        taxonomy = replace(TAXONOMY, version=known)
        folder = self.folder / "archives" / version
        made = make_keyword_archive(folder, taxonomy=taxonomy, model_version=version, **fault)
        with opened(pack(made, made.with_suffix(".tar.gz"))) as archive:
            arn = register(archive, self.account, environment="prod").arn
        if truncated:
            self._truncate(arn)
        approve(self.account, arn, reason="tests")
        return arn

    def _truncate(self, arn: str) -> None:
        package = self.account.client("sagemaker").describe_model_package(ModelPackageName=arn)
        bucket, _, key = package["InferenceSpecification"]["Containers"][0]["ModelDataUrl"][5:].partition("/")
        s3 = self.account.client("s3")
        whole = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=bucket, Key=key, Body=whole[: len(whole) // 2])

    @property
    def status(self) -> str:
        return next(stack.status for stack in stacks(self.account) if stack.name == STACK)

    @property
    def parameter(self) -> str:
        found: str = self.account.client("ssm").get_parameter(Name=PARAMETER)["Parameter"]["Value"]
        return found

    @property
    def updates(self) -> int:
        """How many were ever begun."""
        events = self.account.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
        told = [event["ResourceStatus"] for event in events if event["LogicalResourceId"] == STACK]
        return told.count("UPDATE_IN_PROGRESS")

    def is_settled(self) -> bool:
        """No message waits, or is being answered."""
        sqs = self.account.client("sqs")
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = sqs.get_queue_url(QueueName="mailroom-prod-deploy")["QueueUrl"]
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return set(counted.values()) == {"0"} and not self.status.endswith("_IN_PROGRESS")

    def set_alarm(self, state: str) -> None:
        """Of every configuration that there is."""
        client = self.account.client("cloudwatch")
        for alarm in client.describe_alarms(AlarmNamePrefix=ALARM)["MetricAlarms"]:
            client.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue=state, StateReason="set by hand")

    def alarm_in_the_canary(self) -> None:
        until(lambda: self.pending()[1] == 50)
        self.set_alarm("ALARM")

    def told(self) -> list[str]:
        """What the deploy function has logged, by event."""
        log = self.folder / "mailroom-prod-deploy.log"
        lines = log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["event"] for line in lines if '"event"' in line]

    def pending(self) -> tuple[Any, Any]:
        said = self.hosting.get("endpoint")
        return said["pending_model_package"], said["pending_percent"]

    def answers(self, calls: int = 10) -> set[str]:
        """Which versions answer."""
        said = [invoke(self.hosting.url, describe_to_json()) for _ in range(calls)]
        return {str(answer.get("model_version", code)) for code, answer in said}

    def is_live(self, arn: str, version: str) -> bool:
        live = next(stack.parameters["ApprovedModel"] for stack in stacks(self.account) if stack.name == STACK)
        return (live, self.parameter, self.answers()) == (arn, arn, {version})


@pytest.fixture(scope="module")
def running(accounts_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    folder = tmp_path_factory.mktemp("production")
    state = folder / "accounts.json"
    deploy(read_assembly(accounts_assembly), state, ["prod"])
    production = Production(account=accounts_file.credentials(state, "prod"), state=state, folder=folder)
    production.start_hosting()
    production.start_events()
    yield production
    production.events.stop()
    production.hosting.stop()
    emulator.stop(state)


@pytest.fixture
def production(running: Production) -> Production:
    running.set_alarm("OK")
    until(running.is_settled)
    return running


@pytest.fixture
def former(production: Production, request: pytest.FixtureRequest) -> tuple[str, str]:
    """A version of the test's own, live; its package's ARN and its name."""
    version = f"before-{abs(hash(request.node.name))}"
    arn = production.approve(version)
    until(lambda: production.is_settled() and production.is_live(arn, version))
    return arn, version


def test_an_approved_version_goes_live_by_its_canary(production: Production, former: tuple[str, str]):
    arn = production.approve("sound")
    until(lambda: production.pending() == (arn, 50))
    assert production.status == "UPDATE_IN_PROGRESS"
    assert production.answers() == {"sound", former[1]}
    until(production.is_settled)
    assert production.is_live(arn, "sound")
    assert production.told()[-1] == "live"


def test_a_version_that_fails_is_turned_back_and_not_tried_again(production: Production, former: tuple[str, str]):
    told = len(production.told())
    arn = production.approve("fails", raises=True)
    until(lambda: production.pending() == (arn, 50))
    failed = [invoke(production.hosting.url, MAIL)[0] for _ in range(10)].count(424)
    production.set_alarm("ALARM")
    assert failed == 5
    until(lambda: production.status == "UPDATE_ROLLBACK_COMPLETE")
    assert [invoke(production.hosting.url, MAIL)[0] for _ in range(10)] == [200] * 10
    until(production.is_settled)
    assert production.is_live(*former)
    assert "rolled_back" in production.told()[told:]
    # Another change of the failed version, which is no new approval: a card reviewed, a note.
    production.set_alarm("OK")
    before, told = production.updates, len(production.told())
    production.account.client("sagemaker").update_model_package(
        ModelPackageArn=arn, CustomerMetadataProperties={"looked_at": "yes"}
    )
    until(lambda: len(production.told()) > told)
    until(production.is_settled)
    assert (production.updates, production.is_live(*former)) == (before, True)


def test_a_version_whose_archive_is_broken_never_takes_traffic(production: Production, former: tuple[str, str]):
    arn = production.approve("broken", truncated=True)
    until(lambda: production.hosting.get("endpoint")["failed_model_package"] == arn)
    until(production.is_settled)
    assert (production.status, production.is_live(*former)) == ("UPDATE_ROLLBACK_COMPLETE", True)
    answered = {record["model_package"] for record in production.hosting.get("invocation-log")["records"]}
    assert arn not in answered


def test_a_message_whose_reader_is_killed_comes_back_and_ends_right(production: Production, former: tuple[str, str]):
    arn = production.approve("read-twice")
    until(lambda: production.status == "UPDATE_IN_PROGRESS")
    production.events.kill()
    production.start_events()
    until(production.is_settled)
    assert production.is_live(arn, "read-twice")


@pytest.mark.parametrize(
    ("calls", "status"),
    [
        # It has written the parameter, and not begun the update.
        (("PutParameter .*approved-model",), "COMPLETE"),
        # It has begun the update and said so, and looks what became of it.
        (("UpdateStack", "DescribeStacks"), "UPDATE_IN_PROGRESS"),
    ],
    ids=["before the update", "during the update"],
)
def test_a_function_that_is_killed_at_work_is_asked_again_and_updates_once(
    production: Production, former: tuple[str, str], calls: tuple[str, ...], status: str
):
    version = f"killed-{len(calls)}"
    production.events.stop()
    with gate_before(production.state) as (gate, gated):
        try:
            production.start_events(gated)
            gate.hold(*calls, reaches_the_account=True)
            before, told = production.updates, len(production.told())
            arn = production.approve(version)
            gate.wait()
            assert (production.parameter, production.status.endswith(status)) == (arn, True)
            assert ("deploying" in production.told()[told:]) == (status == "UPDATE_IN_PROGRESS")
            (function,) = production.events.children()
            os.kill(function, signal.SIGKILL)
            gate.open()
            until(lambda: production.is_settled() and production.is_live(arn, version))
            assert production.updates == before + 1
        finally:
            production.events.stop()
            production.start_events()


def test_with_both_adapters_killed_in_the_canary_it_ends_right(production: Production, former: tuple[str, str]):
    arn = production.approve("both-killed")
    until(lambda: production.pending() == (arn, 50))
    production.events.kill()
    production.hosting.kill()
    production.start_hosting()
    production.start_events()
    until(production.is_settled)
    assert production.is_live(arn, "both-killed")


def test_a_deployment_of_another_template_waits_for_the_canary_and_keeps_the_size_of_the_fleet(
    production: Production, former: tuple[str, str], accounts_assembly: Path, tmp_path: Path
):
    former_config = endpoint(production.account, "mailroom-prod").config
    # As scaling does; the template asks for the size to be kept.
    production.account.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName="mailroom-prod", DesiredWeightsAndCapacities=[{"VariantName": VARIANT, "DesiredInstanceCount": 5}]
    )
    deploy(with_instances(3, accounts_assembly, tmp_path / "cdk.out"), production.state, ["prod"])
    assert (production.status, production.is_live(*former)) == ("UPDATE_COMPLETE", True)
    served = endpoint(production.account, "mailroom-prod")
    assert (served.instance_count, served.status, served.config != former_config) == (5, "InService", True)


def test_a_deployment_of_another_template_that_is_turned_back_fails_with_the_reason(
    production: Production, former: tuple[str, str], accounts_assembly: Path, tmp_path: Path
):
    before = endpoint(production.account, "mailroom-prod")
    alarm = threading.Thread(target=production.alarm_in_the_canary)
    alarm.start()
    with pytest.raises(CdkError, match=f"In ALARM while traffic was shifted: {ALARM}"):
        deploy(with_instances(4, accounts_assembly, tmp_path / "cdk.out"), production.state, ["prod"])
    alarm.join()
    assert (production.status, production.is_live(*former)) == ("UPDATE_ROLLBACK_COMPLETE", True)
    assert endpoint(production.account, "mailroom-prod") == before


def with_instances(number: int, assembly: Path, folder: Path) -> Assembly:
    """The assembly with a fleet of another size."""

    def grow(template: Template) -> None:
        (variant,) = the(template, "AWS::SageMaker::EndpointConfig")["ProductionVariants"]
        variant["InitialInstanceCount"] = number

    copy = mutated(assembly, folder, {"prod/inference": (grow,)})
    # The command line knows a template that it has uploaded by the digest of its content, which stands in these files.
    (template,) = (copy / "assembly-prod").glob("prodinference*.template.json")
    digest = hashlib.sha256(template.read_bytes()).hexdigest()
    known = json.loads(template.with_name(template.name.replace("template", "assets")).read_text(encoding="utf-8"))
    (former,) = [name for name, file in known["files"].items() if file["source"]["path"] == template.name]
    for file in (copy / "assembly-prod").glob("*.json"):
        file.write_text(file.read_text(encoding="utf-8").replace(former, digest), encoding="utf-8")
    return read_assembly(copy)
