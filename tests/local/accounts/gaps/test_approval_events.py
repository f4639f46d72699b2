"""What EventBridge is told when a model package changes, as the queue behind a rule receives it."""

import json

import pytest

from local.accounts.credentials import Credentials, assume

pytestmark = pytest.mark.slow

GROUP = "letters"
SPECIFICATION = {
    "Containers": [{"Image": "image", "ModelDataUrl": "s3://bucket/model.tar.gz"}],
    "SupportedContentTypes": ["application/json"],
    "SupportedResponseMIMETypes": ["application/json"],
}


@pytest.fixture(scope="module")
def account(emulated: str) -> Credentials:
    return assume(emulated, account="111122223333", region="eu-central-1")


@pytest.fixture(scope="module")
def queue(account: Credentials) -> str:
    """A queue that hears of the group's approved packages."""
    account.client("sagemaker").create_model_package_group(ModelPackageGroupName=GROUP)
    url = account.client("sqs").create_queue(QueueName="approvals")["QueueUrl"]
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {"ModelPackageGroupName": [GROUP], "ModelApprovalStatus": ["Approved"]},
    }
    events = account.client("events")
    events.put_rule(Name="approvals", EventPattern=json.dumps(pattern))
    events.put_targets(
        Rule="approvals", Targets=[{"Id": "queue", "Arn": "arn:aws:sqs:eu-central-1:111122223333:approvals"}]
    )
    return url


def received(account: Credentials, queue: str) -> list[dict]:
    client = account.client("sqs")
    messages = client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        client.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


def test_an_approval_reaches_the_queue_and_a_registration_does_not(account: Credentials, queue: str):
    sagemaker = account.client("sagemaker")
    arn = sagemaker.create_model_package(
        ModelPackageGroupName=GROUP,
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification=SPECIFICATION,
    )["ModelPackageArn"]
    assert received(account, queue) == []
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    (event,) = received(account, queue)
    varying = {"id", "time", "ingestion-time"}
    assert {name: value for name, value in event.items() if name not in varying | {"detail"}} == {
        "version": "0",
        "detail-type": "SageMaker Model Package State Change",
        "source": "aws.sagemaker",
        "account": "111122223333",
        "region": "eu-central-1",
        "resources": [arn],
    }
    assert {name: value for name, value in event["detail"].items() if not name.endswith("Time")} == {
        "ModelPackageGroupName": GROUP,
        "ModelPackageVersion": 1,
        "ModelPackageArn": arn,
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": "Approved",
    }


def test_another_groups_approval_stays_away(account: Credentials, queue: str):
    account.client("sagemaker").create_model_package_group(ModelPackageGroupName="other")
    account.client("sagemaker").create_model_package(
        ModelPackageGroupName="other", ModelApprovalStatus="Approved", InferenceSpecification=SPECIFICATION
    )
    assert received(account, queue) == []
