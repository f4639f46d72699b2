import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.errors import StateChangeError
from deploy.state_change import StateChange, state_change_from_json

EVENT: dict[str, Any] = {
    "detail-type": "SageMaker Model Package State Change",
    "source": "aws.sagemaker",
    "time": "2026-01-31T12:00:00Z",
    "detail": {
        "ModelPackageGroupName": "mailroom-dev",
        "ModelPackageArn": "arn:a/1",
        "ModelPackageVersion": 1,
        "ModelApprovalStatus": "Approved",
    },
}
CHANGE = StateChange(
    group="mailroom-dev",
    package_arn="arn:a/1",
    number=1,
    rejected=False,
    at=datetime(2026, 1, 31, 12, tzinfo=UTC),
)


def test_an_event_says_which_version_of_which_group_changed_when():
    assert state_change_from_json(json.dumps(EVENT)) == CHANGE


@pytest.mark.parametrize(
    ("status", "rejected"), [("Rejected", True), ("PendingManualApproval", False), ("Approved", False), (None, False)]
)
def test_it_says_whether_the_version_was_rejected(status: str | None, rejected: bool):
    event = EVENT | {"detail": EVENT["detail"] | {"ModelApprovalStatus": status}}
    assert state_change_from_json(json.dumps(event)) == replace(CHANGE, rejected=rejected)


def test_a_package_outside_any_group_is_no_error():
    event = EVENT | {"detail": {"ModelPackageArn": "arn:a", "ModelPackageName": "a"}}
    assert state_change_from_json(json.dumps(event)) == replace(
        CHANGE, group=None, package_arn="arn:a", number=None, rejected=False
    )


def test_members_that_aws_adds_are_no_error():
    event = EVENT | {"later": 1, "detail": EVENT["detail"] | {"Later": {}}}
    assert state_change_from_json(json.dumps(event)) == CHANGE


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
        (
            json.dumps(EVENT | {"detail": EVENT["detail"] | {"ModelPackageVersion": "1"}}),
            "The message's detail.ModelPackageVersion must be a number.",
        ),
        *(
            (json.dumps(EVENT | {"time": time}), "The message's time must be one such as 2026-01-31T12:00:00Z.")
            for time in ("yesterday", "2026-01-31T12:00:00", None)
        ),
    ],
)
def test_a_malformed_event_is_one_sentence(body: str, sentence: str):
    with pytest.raises(StateChangeError) as caught:
        state_change_from_json(body)
    assert str(caught.value) == sentence
