import json
from typing import Any

import pytest

from deploy.errors import StateChangeError
from deploy.state_change import StateChange, state_change_from_json

EVENT: dict[str, Any] = {
    "detail-type": "SageMaker Model Package State Change",
    "source": "aws.sagemaker",
    "detail": {"ModelPackageGroupName": "mailroom-dev", "ModelPackageArn": "arn:a/1", "ModelPackageVersion": 1},
}


def test_an_event_says_which_package_of_which_group_changed():
    assert state_change_from_json(json.dumps(EVENT)) == StateChange(group="mailroom-dev", package_arn="arn:a/1")


def test_a_package_outside_any_group_is_no_error():
    event = EVENT | {"detail": {"ModelPackageArn": "arn:a", "ModelPackageName": "a"}}
    assert state_change_from_json(json.dumps(event)) == StateChange(group=None, package_arn="arn:a")


def test_members_that_aws_adds_are_no_error():
    event = EVENT | {"later": 1, "detail": EVENT["detail"] | {"Later": {}}}
    assert state_change_from_json(json.dumps(event)) == StateChange(group="mailroom-dev", package_arn="arn:a/1")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{", "The message must be a JSON object, as EventBridge sends it."),
        ("[]", "The message must be a JSON object, as EventBridge sends it."),
        (
            json.dumps(EVENT | {"detail-type": "SageMaker Endpoint State Change"}),
            "The message's detail-type must be "
            '"SageMaker Model Package State Change": check the rule\'s event pattern.',
        ),
        (json.dumps(EVENT | {"detail": "x"}), "The message's detail must be a JSON object."),
        (
            json.dumps(EVENT | {"detail": {"ModelPackageGroupName": "mailroom-dev"}}),
            "The message's detail.ModelPackageArn must be a text.",
        ),
        (
            json.dumps(EVENT | {"detail": EVENT["detail"] | {"ModelPackageGroupName": 7}}),
            "The message's detail.ModelPackageGroupName must be a text.",
        ),
    ],
)
def test_a_malformed_event_is_one_sentence(body: str, sentence: str):
    with pytest.raises(StateChangeError) as caught:
        state_change_from_json(body)
    assert str(caught.value) == sentence
