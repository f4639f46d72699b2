import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from deploy.errors import StackError
from deploy.inference_stack import InferenceStack, StackState, Update
from tests.lambda_.deploy.stack_service import STACK_ID

NAME = "mailroom-dev-inference"
START = datetime(2026, 1, 1, tzinfo=UTC)
STATE = StackState(
    status="UPDATE_COMPLETE",
    live="arn:g/1",
    changed_at=START,
    parameter_keys=("BootstrapVersion", "ApprovedModel"),
    capabilities=("CAPABILITY_NAMED_IAM",),
)


@pytest.fixture
def stubber() -> Iterator[Stubber]:
    client = boto3.client(
        "cloudformation", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def stack(stubber: Stubber) -> InferenceStack:
    return InferenceStack(stubber.client, name=NAME, parameter_key="ApprovedModel")


def described(**changed: Any) -> dict[str, Any]:
    stack = {
        "StackName": NAME,
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": START - timedelta(days=1),
        "LastUpdatedTime": START,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Parameters": [
            {"ParameterKey": "BootstrapVersion", "ParameterValue": "/cdk-bootstrap/x/version", "ResolvedValue": "30"},
            {"ParameterKey": "ApprovedModel", "ParameterValue": "/approved", "ResolvedValue": "arn:g/1"},
        ],
    }
    return {"Stacks": [stack | changed]}


def test_the_live_version_is_what_cloudformation_read_not_the_parameters_name(stubber, stack):
    stubber.add_response("describe_stacks", described(), {"StackName": NAME})
    assert stack.state() == STATE


def test_a_stack_that_was_never_updated_changed_when_it_was_created(stubber, stack):
    answer = described()
    del answer["Stacks"][0]["LastUpdatedTime"]
    stubber.add_response("describe_stacks", answer)
    assert stack.state().changed_at == START - timedelta(days=1)


@pytest.mark.parametrize("parameters", [[], [{"ParameterKey": "ApprovedModel", "ParameterValue": "arn:g/1"}]])
def test_a_stack_without_the_parameter_is_one_sentence(stubber, stack, parameters):
    stubber.add_response("describe_stacks", described(Parameters=parameters))
    with pytest.raises(StackError) as caught:
        stack.state()
    assert str(caught.value) == (
        "The stack mailroom-dev-inference must have a parameter ApprovedModel of the type "
        "AWS::SSM::Parameter::Value<String>: deploy its template again."
    )


def test_an_update_keeps_template_capabilities_every_parameter_and_the_stacks_own_role(stubber, stack):
    request = {
        "StackName": NAME,
        "UsePreviousTemplate": True,
        "Parameters": [
            {"ParameterKey": "BootstrapVersion", "UsePreviousValue": True},
            {"ParameterKey": "ApprovedModel", "UsePreviousValue": True},
        ],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "ClientRequestToken": "token-1",
    }
    stubber.add_response("update_stack", {"StackId": STACK_ID}, request)
    assert stack.update(STATE, told={}, token="token-1") is Update.STARTED


def test_an_update_tells_parameters_their_values_whatever_they_were(stubber, stack):
    state = replace(STATE, parameter_keys=("ApprovedModel", "ModelVersion"))
    request = {
        "StackName": NAME,
        "UsePreviousTemplate": True,
        "Parameters": [
            {"ParameterKey": "ModelVersion", "ParameterValue": "m-2"},
            {"ParameterKey": "ApprovedModel", "UsePreviousValue": True},
        ],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "ClientRequestToken": "token-1",
    }
    stubber.add_response("update_stack", {"StackId": STACK_ID}, request)
    assert stack.update(state, told={"ModelVersion": "m-2"}, token="token-1") is Update.STARTED


@pytest.mark.parametrize(
    ("code", "message", "outcome"),
    [
        ("ValidationError", "No updates are to be performed.", Update.UNCHANGED),
        ("ValidationError", "Stack:x is in UPDATE_IN_PROGRESS state and can not be updated.", Update.BUSY),
        ("TokenAlreadyExistsException", "", Update.STARTED),
    ],
)
def test_a_refusal_that_says_how_the_stack_stands_is_no_error(stubber, stack, code, message, outcome):
    stubber.add_client_error("update_stack", code, message)
    assert stack.update(STATE, told={}, token="token-1") is outcome


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ValidationError", "Stack:x is in ROLLBACK_COMPLETE state and can not be updated."),
        ("AccessDenied", "User is not authorized"),
        ("InsufficientCapabilitiesException", "Requires capabilities"),
    ],
)
def test_any_other_refusal_is_an_error(stubber, stack, code, message):
    stubber.add_client_error("update_stack", code, message)
    with pytest.raises(ClientError):
        stack.update(STATE, told={}, token="token-1")


def test_a_real_stack_service_answers_that_an_unchanged_stack_needs_no_update():
    template = {
        "Parameters": {"ApprovedModel": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/approved"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "ApprovedModel"}}}},
    }
    with mock_aws():
        session = boto3.session.Session(region_name="eu-central-1")
        session.client("ssm").put_parameter(Name="/approved", Value="none", Type="String")
        client = session.client("cloudformation")
        client.create_stack(StackName=NAME, TemplateBody=json.dumps(template))
        stack = InferenceStack(client, name=NAME, parameter_key="ApprovedModel")
        state = StackState(
            status="CREATE_COMPLETE", live="none", changed_at=START, parameter_keys=("ApprovedModel",), capabilities=()
        )
        assert stack.update(state, told={}, token="token-1") is Update.UNCHANGED


def event(status: str, *, minute: int, token: str | None = "try-1", resource: str = STACK_ID) -> dict[str, Any]:
    return {
        "StackId": STACK_ID,
        "EventId": str(minute),
        "StackName": NAME,
        "PhysicalResourceId": resource,
        "ResourceStatus": status,
        "Timestamp": START + timedelta(minutes=minute),
    } | ({} if token is None else {"ClientRequestToken": token})


def rolled_back(stubber: Stubber, stack: InferenceStack, events: list[dict[str, Any]], since: datetime = START) -> bool:
    """Answers with pages of two events, the newest first."""
    pages = [events[::-1][start : start + 2] for start in range(0, len(events), 2)] or [[]]
    for number, page in enumerate(pages, start=1):
        more = {"NextToken": str(number)} if number < len(pages) else {}
        stubber.add_response("describe_stack_events", {"StackEvents": page} | more)
    return stack.rolled_back("try-", since=since)


ROLLBACK = ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"]
SUCCESS = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"]


def events_of(*updates: tuple[list[str], str | None]) -> list[dict[str, Any]]:
    flat = [(status, token) for statuses, token in updates for status in statuses]
    return [event(status, minute=minute, token=token) for minute, (status, token) in enumerate(flat)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], False),
        (events_of((ROLLBACK, "try-1")), True),
        (events_of((SUCCESS, "try-1")), False),
        (events_of((ROLLBACK, "another-1")), False),
        (events_of((ROLLBACK, None)), False),
        (events_of((ROLLBACK, "try-1"), (SUCCESS, "another-1")), True),
        (events_of((SUCCESS, "try-1"), (ROLLBACK, "another-1")), False),
        (events_of((["UPDATE_IN_PROGRESS"], "try-1")), False),
        (
            events_of(
                (
                    [
                        *ROLLBACK[:2],
                        "UPDATE_ROLLBACK_FAILED",
                        "UPDATE_ROLLBACK_IN_PROGRESS",
                        "UPDATE_ROLLBACK_COMPLETE",
                    ],
                    "try-1",
                )
            ),
            True,
        ),
    ],
)
def test_an_attempt_was_rolled_back_if_the_update_with_its_token_ended_so(stubber, stack, events, expected):
    assert rolled_back(stubber, stack, events) is expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], None),
        (events_of((SUCCESS, "try-1"), (["UPDATE_IN_PROGRESS"], "try-2")), "try-2"),
        (events_of((["UPDATE_IN_PROGRESS"], None)), None),
        (events_of((ROLLBACK[:2], "try-1")), None),
        (events_of((SUCCESS, "try-1")), None),
        ([event("UPDATE_IN_PROGRESS", minute=0), event("UPDATE_IN_PROGRESS", minute=1, resource="x")], "try-1"),
    ],
)
def test_the_attempt_that_runs_is_known_by_its_token_until_it_ends_or_goes_back(stubber, stack, events, expected):
    stubber.add_response("describe_stack_events", {"StackEvents": events[::-1]}, {"StackName": NAME})
    assert stack.running_attempt() == expected


def test_what_became_of_a_single_resource_says_nothing_about_the_attempt(stubber, stack):
    events = [
        event("UPDATE_IN_PROGRESS", minute=0),
        event("UPDATE_FAILED", minute=1, resource="endpoint"),
        event("UPDATE_ROLLBACK_COMPLETE", minute=2),
        event("DELETE_COMPLETE", minute=3, resource="endpoint"),
    ]
    assert rolled_back(stubber, stack, events) is True


def test_an_attempt_that_was_begun_before_the_time_asked_for_does_not_count(stubber, stack):
    assert rolled_back(stubber, stack, events_of((ROLLBACK, "try-1")), START + timedelta(minutes=1)) is False


def test_events_before_the_time_asked_for_are_not_read(stubber, stack):
    stubber.add_response(
        "describe_stack_events", {"StackEvents": [event("UPDATE_COMPLETE", minute=0)], "NextToken": "more"}
    )
    assert stack.rolled_back("try-", since=START + timedelta(minutes=1)) is False
