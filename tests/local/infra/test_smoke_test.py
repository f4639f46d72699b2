"""`make smoke-test`: the endpoint answers with the version that it should, or a sentence says what it does instead."""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from moto.cloudformation.models import CloudFormationBackend, Stack, cloudformation_backends
from moto.cloudformation.parsing import ResourceMap

from config.load import load_environment
from local.accounts.gaps import stack_parameters
from local.command_line import run
from local.endpoint.model_server.http_server import HttpRequest, HttpResponse, LoopbackServer
from local.infra.account import Account
from local.infra.endpoint_state import EndpointState
from local.infra.errors import AccountError
from local.infra.smoke_test import MAIL, Version, main, newest_approved, told, version, wait
from mailroom.errors import ContractError
from mailroom.prediction import Decision, ErrorCode, ItemError, Language, Prediction, TaskPrediction
from mailroom.wire.endpoint import invocation_from_json, results_to_json
from mailroom.wire.response import Result, Versions

CONFIG = load_environment("dev")
IMAGE = "763104351884.dkr.ecr.eu-central-1.amazonaws.com/huggingface-pytorch-inference:2.6.0"
WANTED = Version(arn="arn:aws:sagemaker:eu-central-1:111122223333:model-package/mailroom-dev/2", model_version="m-2")
TEMPLATE = {
    "Parameters": {"ApprovedModel": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/approved"}},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}},
}


def prediction(model: str = "m-2") -> Prediction:
    return Prediction(
        prediction_id=MAIL.id,
        email_id=MAIL.id,
        model_version=model,
        taxonomy_version="2026.1",
        labels={"queue": TaskPrediction(label="master_data", confidence=0.914)},
        decision=Decision.AUTO_ROUTE,
        language=Language(code="de", confidence=0.99),
    )


def answer(model: str, result: Result | None = None) -> HttpResponse:
    versions = Versions(model=model, taxonomy="2026.1", policy="fitted")
    body = results_to_json(versions, [result or prediction(model)])
    return HttpResponse(status=200, headers={"Content-Type": "application/json"}, body=body)


@contextmanager
def endpoint(
    *answers: HttpResponse, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[tuple[str, list[HttpRequest]]]:
    """An endpoint that gives these answers one after the other, the last one again and again; its URL, what it got.

    ``meanwhile`` happens at each request.
    """
    requests: list[HttpRequest] = []

    def respond(request: HttpRequest) -> HttpResponse:
        requests.append(request)
        meanwhile()
        return answers[min(len(requests), len(answers)) - 1]

    server = LoopbackServer(0, respond, max_bytes=1 << 20, too_large=lambda: HttpResponse(status=413))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.url, requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def account(dev: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """dev with an inference stack that stands with the wanted version, and an endpoint that is in service."""
    # moto does not tell an SSM parameter's path from its value; the patch that does goes with the test.
    for owner, name in (
        (Stack, "parameter_list"),
        (CloudFormationBackend, "_resolve_update_parameters"),
        (ResourceMap, "parse_ssm_parameter"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    stack_parameters.install()
    dev.client("ssm").put_parameter(Name="/approved", Value=WANTED.arn, Type="String")
    dev.client("cloudformation").create_stack(StackName="mailroom-dev-inference", TemplateBody=json.dumps(TEMPLATE))
    sagemaker = dev.client("sagemaker")
    sagemaker.create_model(
        ModelName="model", ExecutionRoleArn="arn:aws:iam::111122223333:role/any", PrimaryContainer={"Image": IMAGE}
    )
    variant = {
        "VariantName": "main",
        "ModelName": "model",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="config", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="mailroom-dev", EndpointConfigName="config")
    return dev


@pytest.fixture
def stack(account: Account) -> Stack:
    """moto's own record of the inference stack, whose status a test may set."""
    assert account.number == "111122223333"
    return next(iter(cloudformation_backends["111122223333"]["eu-central-1"].stacks.values()))


@pytest.fixture
def wait_on(account: Account) -> Callable[..., Prediction]:
    """Waits for the wanted version on an endpoint at a URL, not longer than two looks."""

    def at(url: str, minutes: float = 0.005) -> Prediction:
        return wait(replace(account, urls={"sagemaker-runtime": url}), CONFIG, WANTED, minutes=minutes)

    return at


def test_it_waits_until_the_former_model_gives_way_and_hands_back_the_new_ones_answer(wait_on):
    with endpoint(answer("m-1"), answer("m-2")) as (url, requests):
        assert wait_on(url, minutes=1) == prediction()
    assert [request.target for request in requests] == ["/endpoints/mailroom-dev/invocations"] * 2


def test_the_mail_is_the_made_up_one_alone(wait_on):
    with endpoint(answer("m-2")) as (url, requests):
        wait_on(url)
    assert invocation_from_json(requests[0].body).items == (MAIL,)


def test_an_endpoint_that_is_not_there_yet_is_waited_for(wait_on):
    missing = HttpResponse(status=400, headers={"x-amzn-ErrorType": "ValidationError"}, body=b"{}")
    with endpoint(missing, answer("m-2")) as (url, _):
        assert wait_on(url, minutes=1) == prediction()


def test_a_model_that_stays_away_is_a_sentence_about_what_stands_there_instead(wait_on):
    with endpoint(answer("m-1")) as (url, _), pytest.raises(AccountError) as caught:
        wait_on(url)
    assert str(caught.value) == (
        "The model m-2 is not live after 0.005 minutes on the endpoint mailroom-dev: it answers with m-1; "
        "the endpoint is InService, its stack is CREATE_COMPLETE."
    )


def test_an_endpoint_that_never_answers_is_said_to(wait_on):
    broken = HttpResponse(status=500, headers={"x-amzn-ErrorType": "InternalFailure"}, body=b"{}")
    with endpoint(broken) as (url, _), pytest.raises(AccountError, match=r"it does not answer \(InternalFailure\)"):
        wait_on(url)


def test_an_answer_during_the_deployment_is_not_the_end_of_it(wait_on, stack):
    stack.status = "UPDATE_IN_PROGRESS"
    looks = []

    def end_at_the_third_look() -> None:
        looks.append(stack.status)
        if len(looks) == 2:
            stack.status = "UPDATE_COMPLETE"

    with endpoint(answer("m-2"), meanwhile=end_at_the_third_look) as (url, _):
        assert wait_on(url, minutes=1) == prediction()
    assert looks == ["UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_a_canary_that_answers_and_is_turned_back_is_no_success(wait_on, stack):
    stack.status = "UPDATE_IN_PROGRESS"

    def turn_back() -> None:
        stack.status = "UPDATE_ROLLBACK_COMPLETE"

    with endpoint(answer("m-2"), answer("m-1"), meanwhile=turn_back) as (url, _), pytest.raises(AccountError) as caught:
        wait_on(url, minutes=60)
    assert str(caught.value) == (
        "The model m-2 was rolled back on the endpoint mailroom-dev: it answers with m-1; the endpoint is InService, "
        "its stack is UPDATE_ROLLBACK_COMPLETE."
    )


def test_an_update_that_does_not_end_is_said_to_stand_in_the_way(wait_on, stack):
    stack.status = "UPDATE_IN_PROGRESS"
    with endpoint(answer("m-2")) as (url, _), pytest.raises(AccountError) as caught:
        wait_on(url)
    assert str(caught.value) == (
        "The model m-2 is not live after 0.005 minutes on the endpoint mailroom-dev: it answers with m-2, but its "
        "deployment has not ended; the endpoint is InService, its stack is UPDATE_IN_PROGRESS."
    )


def test_the_same_model_as_another_version_is_not_the_wanted_one(account, stack):
    another = replace(WANTED, arn=f"{WANTED.arn}1")
    with endpoint(answer("m-2")) as (url, _), pytest.raises(AccountError, match="its deployment has not ended"):
        wait(replace(account, urls={"sagemaker-runtime": url}), CONFIG, another, minutes=0.005)


def test_a_deployment_that_is_turned_back_while_it_waits_ends_the_waiting_at_once(wait_on, stack):
    stack.status = "UPDATE_IN_PROGRESS"

    def turn_back() -> None:
        stack.status = "UPDATE_ROLLBACK_COMPLETE"

    with endpoint(answer("m-1"), meanwhile=turn_back) as (url, _), pytest.raises(AccountError) as caught:
        wait_on(url, minutes=60)
    assert str(caught.value) == (
        "The model m-2 was rolled back on the endpoint mailroom-dev: it answers with m-1; the endpoint is InService, "
        "its stack is UPDATE_ROLLBACK_COMPLETE."
    )


def test_a_rollback_of_former_times_does_not_end_the_waiting(wait_on, stack):
    stack.status = "UPDATE_ROLLBACK_COMPLETE"

    def deploy() -> None:
        stack.status = "UPDATE_COMPLETE"

    with endpoint(answer("m-1"), answer("m-2"), meanwhile=deploy) as (url, _):
        assert wait_on(url, minutes=1) == prediction()


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            ItemError(email_id=MAIL.id, code=ErrorCode.INTERNAL, detail="no text"),
            "The model m-2 answers a sound mail with INTERNAL.",
        ),
        (replace(prediction(), email_id="another"), "The model m-2 answers for another mail than it was sent."),
    ],
)
def test_the_new_model_must_classify_the_mail(wait_on, result, sentence):
    with endpoint(answer("m-2", result)) as (url, _), pytest.raises(ContractError) as caught:
        wait_on(url, minutes=60)
    assert str(caught.value) == sentence


def test_an_answer_of_another_form_ends_the_waiting_once_only_the_new_model_can_have_given_it(wait_on):
    with endpoint(HttpResponse(status=200, body=b"no")) as (url, _), pytest.raises(ContractError, match="is not JSON"):
        wait_on(url, minutes=60)


def test_before_that_an_answer_of_another_form_may_be_the_former_models(wait_on, stack):
    stack.status = "UPDATE_IN_PROGRESS"
    form = re.escape("its answer is not as agreed (The endpoint's answer is not JSON)")
    with endpoint(HttpResponse(status=200, body=b"no")) as (url, _), pytest.raises(AccountError, match=form):
        wait_on(url)


def register(account: Account, *statuses: str) -> list[str]:
    """Versions m-1, m-2, ... with these approval statuses; their ARNs."""
    sagemaker = account.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="mailroom-dev")
    return [
        sagemaker.create_model_package(
            ModelPackageGroupName="mailroom-dev",
            ModelApprovalStatus=status,
            CustomerMetadataProperties={"model_version": f"m-{number}"},
            InferenceSpecification={
                "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"}],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]
        for number, status in enumerate(statuses, start=1)
    ]


def test_the_newest_approved_version_is_the_one_of_the_highest_number(dev):
    arns = register(dev, *["Approved"] * 10, "PendingManualApproval")
    assert newest_approved(dev, "mailroom-dev") == arns[9]
    assert version(dev, arns[9]) == Version(arn=arns[9], model_version="m-10")


@pytest.mark.parametrize("status", ["PendingManualApproval", "Rejected"])
def test_the_version_that_a_run_registered_is_not_exchanged_for_an_older_one_that_is_approved(
    dev, status, monkeypatch, capsys
):
    _, newest = register(dev, "Approved", status)
    monkeypatch.setattr(sys, "argv", ["smoke_test", "--env", "dev", "--model", newest])
    assert run(main) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        f"The version {newest} is {status}: only what is approved reaches the endpoint.\n",
    )


def test_without_an_approved_version_there_is_nothing_to_wait_for(dev):
    dev.client("sagemaker").create_model_package_group(ModelPackageGroupName="mailroom-dev")
    with pytest.raises(AccountError, match=r"^No version of mailroom-dev is approved: run the pipeline, or approve"):
        newest_approved(dev, "mailroom-dev")


def test_what_it_prints_is_the_answer():
    assert told(WANTED, prediction()) == (
        "The endpoint answers with m-2 (taxonomy 2026.1): queue master_data (0.91); auto_route."
    )


@pytest.mark.parametrize(
    ("status", "in_progress", "rolled_back"),
    [
        ("UPDATE_IN_PROGRESS", True, False),
        ("UPDATE_ROLLBACK_IN_PROGRESS", True, False),
        ("UPDATE_ROLLBACK_COMPLETE", False, True),
        ("UPDATE_COMPLETE", False, False),
    ],
)
def test_a_stack_that_was_rolled_back_is_told_from_one_that_changes(status, in_progress, rolled_back):
    state = EndpointState(stack_status=status, live=None, endpoint_status="InService", failure="Alarm rose")
    assert (state.in_progress, state.rolled_back) == (in_progress, rolled_back)
    assert str(state) == f"the endpoint is InService (Alarm rose), its stack is {status}"
