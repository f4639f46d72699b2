"""A deployment waits for a model that is on its way to the endpoint, and not for ever."""

import json
from dataclasses import replace

import pytest
from moto.cloudformation.models import Stack, cloudformation_backends

from local.infra.account import Account
from local.infra.errors import AccountError
from local.infra.stacks_at_rest import wait_until_at_rest

NAMES = ("mailroom-dev-training", "mailroom-dev-inference")
TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}})


@pytest.fixture
def inference(dev: Account) -> Stack:
    """moto's own record of the inference stack, beside which nothing else is deployed."""
    dev.client("cloudformation").create_stack(StackName="mailroom-dev-inference", TemplateBody=TEMPLATE)
    return next(iter(cloudformation_backends[dev.number]["eu-central-1"].stacks.values()))


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"])
def test_nothing_is_waited_for_where_nothing_is_being_changed(dev, inference, status):
    inference.status = status
    lines: list[str] = []
    wait_until_at_rest(dev, NAMES, minutes=0, say=lines.append)
    assert lines == []


def test_what_is_being_changed_is_said_once_for_each_state_and_waited_for(dev, inference):
    inference.status = "UPDATE_IN_PROGRESS"
    lines: list[str] = []

    def go_on(line: str) -> None:
        lines.append(line)
        inference.status = {1: "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", 2: "UPDATE_COMPLETE"}[len(lines)]

    wait_until_at_rest(dev, NAMES, minutes=1, say=go_on)
    assert lines == [
        "Waiting until mailroom-dev-inference (UPDATE_IN_PROGRESS) is done.",
        "Waiting until mailroom-dev-inference (UPDATE_COMPLETE_CLEANUP_IN_PROGRESS) is done.",
    ]


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "CREATE_IN_PROGRESS"])
def test_a_change_that_does_not_end_is_a_sentence(dev, inference, status):
    inference.status = status
    with pytest.raises(AccountError) as caught:
        wait_until_at_rest(dev, NAMES, minutes=0)
    assert str(caught.value) == (
        f"The deployment has stopped: after 0 minutes mailroom-dev-inference ({status}) is still being changed; look "
        "at its events, and deploy again once it is done."
    )


def test_an_account_that_does_not_say_is_a_sentence(dev):
    nowhere = replace(dev, endpoint_url="http://localhost:1")
    with pytest.raises(AccountError, match=r"^The stacks cannot be looked at: Could not connect"):
        wait_until_at_rest(nowhere, NAMES)
