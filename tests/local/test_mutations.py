"""What is taken out of a template is missing on this machine: the adapters run what is deployed, and nothing else.

One deployment with several parts taken out, in different places of two accounts, so that each shows by itself.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.accounts import emulator
from local.accounts.accounts_file import credentials
from local.accounts.credentials import Credentials
from local.accounts.deploy import deploy
from local.accounts.errors import EmulatorError
from local.accounts.inspect.endpoint import endpoint, pipeline
from local.accounts.inspect.rules import rules
from local.adapters import Adapters, Served, wait_for_model
from local.background import ProcessError
from local.events.model_archive import opened
from local.events.registry import register
from local.infra.assembly import read_assembly
from tests.local.mutations import Template, mutated, the, without
from tests.support.keyword_archive import make_keyword_archive

pytestmark = pytest.mark.slow


def without_the_route_of_the_labels(template: Template) -> None:
    (resource,) = [
        name for name, one in template["Resources"].items() if one.get("Properties", {}).get("PathPart") == "labels"
    ]
    without(template, "AWS::ApiGateway::Method", lambda method: method["ResourceId"] == {"Ref": resource})


def without_the_endpoints_name(template: Template) -> None:
    function = the(template, "AWS::Lambda::Function", lambda one: one.get("FunctionName") == "mailroom-dev-classify")
    del function["Environment"]["Variables"]["ENDPOINT_NAME"]


def without_the_request_model(template: Template) -> None:
    method = the(template, "AWS::ApiGateway::Method", lambda one: "ClassificationRequest" in json.dumps(one))
    del method["RequestModels"]


def without_leave_to_call_feedback(template: Template) -> None:
    without(
        template, "AWS::Lambda::Permission", lambda one: one["FunctionName"]["Fn::GetAtt"][0].startswith("Feedback")
    )


def without_the_target_of_the_registrys_rule(template: Template) -> None:
    # The rule itself is named by its queues' policies.
    del the(template, "AWS::Events::Rule")["Targets"]


def without_the_step_that_registers(template: Template) -> None:
    body = the(template, "AWS::SageMaker::Pipeline")["PipelineDefinition"]
    text = json.dumps(body)
    assert "RegisterModel" in text
    body.clear()
    body.update(json.loads(text.replace("RegisterModel", "Fail")))


def without_the_key_in_its_plan(template: Template) -> None:
    without(template, "AWS::ApiGateway::UsagePlanKey", lambda _: True)


MUTATIONS = {
    "dev/api": (
        without_the_route_of_the_labels,
        without_the_endpoints_name,
        without_the_request_model,
        without_leave_to_call_feedback,
    ),
    "dev/inference": (without_the_target_of_the_registrys_rule,),
    "prod/training": (without_the_step_that_registers,),
    "prod/api": (without_the_key_in_its_plan,),
}


@dataclass(frozen=True, kw_only=True)
class World:
    """The mutated accounts, and what runs on dev's."""

    adapters: Adapters
    dev: Served

    def account(self, environment: str) -> Credentials:
        return credentials(self.adapters.accounts, environment)

    def log(self, name: str) -> list[Any]:
        """The lines of a log that are JSON."""
        lines = (self.adapters.run_dir / f"{name}.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.fixture(scope="module")
def world(accounts_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("mutated")
    adapters = Adapters(run_dir=folder / "run", accounts=folder / "run" / "accounts.json")
    try:
        deploy(read_assembly(mutated(accounts_assembly, folder / "cdk.out", MUTATIONS)), adapters.accounts)
        (dev,) = adapters.start(["dev"])
        yield World(adapters=adapters, dev=dev)
    finally:
        adapters.stop()
        emulator.stop(adapters.accounts)


def call(served: Served, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = {"x-api-key": served.api_key, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(served.url + path, data, headers, method=method)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_route_that_is_not_deployed_is_not_there(world):
    status, problem = call(world.dev, "GET", "/v1/labels")
    assert (status, problem["detail"]) == (404, "There is no such resource, or it does not know that method.")


def test_a_function_without_one_of_its_variables_answers_nothing_and_says_which_in_its_log(world):
    status, problem = call(world.dev, "POST", "/v1/classifications", {"emails": [{"id": "1", "body": "Mein Depot"}]})
    logged = {(line["event"], line["problem"]) for line in world.log("mailroom-dev-classify")}
    assert (status, problem["title"], logged) == (
        500,
        "Internal error",
        {("misconfigured", "ENDPOINT_NAME must name the SageMaker endpoint.")},
    )


def test_without_its_request_model_a_body_of_another_form_reaches_the_function(world):
    """Which answers nothing here; with the model, the gateway answers 400 (test_up_and_down)."""
    assert call(world.dev, "POST", "/v1/classifications", {"emails": []})[0] == 500


def test_a_function_that_the_api_may_not_call_is_not_called(world):
    status, _ = call(world.dev, "POST", "/v1/feedback", {"items": [{}]})
    assert (status, [(line["event"], line["route"]) for line in world.log("front-dev")]) == (
        500,
        [("forbidden", "POST /v1/feedback")],
    )
    assert not (world.adapters.run_dir / "mailroom-dev-feedback.log").exists()


def test_without_a_key_in_the_usage_plan_nobody_can_be_let_in(world, tmp_path):
    other = Adapters(run_dir=tmp_path, accounts=world.adapters.accounts)
    try:
        with pytest.raises(ProcessError) as caught:
            other.start(["prod"])
    finally:
        other.stop()
    assert str(caught.value) == "No enabled key opens the API of prod: look at the usage plan of its api stack."


def test_without_the_rules_target_an_approval_does_not_reach_the_endpoint(world, tmp_path):
    with opened(make_keyword_archive(tmp_path / "files")) as archive:
        registered = register(archive, world.account("dev"), environment="dev")
    assert registered.is_approved
    with pytest.raises(ProcessError) as caught:
        wait_for_model(world.dev, registered.arn, seconds=5)
    assert "did not reach the endpoint of dev" in str(caught.value)
    assert [rule.targets for rule in rules(world.account("dev")) if rule.pattern] == [()]
    assert endpoint(world.account("dev"), "mailroom-dev") is None


def test_without_the_pipelines_step_nothing_can_be_registered(world, tmp_path):
    assert "RegisterModel" not in json.dumps(pipeline(world.account("prod"), "mailroom-prod").definition)
    with (
        opened(make_keyword_archive(tmp_path / "files")) as archive,
        pytest.raises(EmulatorError) as caught,
    ):
        register(archive, world.account("prod"), environment="prod")
    assert str(caught.value) == (
        "The pipeline mailroom-prod of account 444455556666 must have one step of type RegisterModel, but has 0: "
        "look at its training stack."
    )
