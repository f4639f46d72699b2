"""What an event or a message sets off in the emulator: rules deliver, and functions are left to who runs them."""

import json

import pytest

from local.accounts.credentials import Credentials, assume

pytestmark = pytest.mark.slow

EVENT = {"Source": "tests", "DetailType": "Happened", "Detail": "{}"}


@pytest.fixture
def account(emulated: str) -> Credentials:
    return assume(emulated, account="111122223333", region="eu-central-1")


def queue(account: Credentials, name: str) -> tuple[str, str]:
    """URL and ARN."""
    url = account.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:eu-central-1:111122223333:{name}"


def bodies(account: Credentials, url: str) -> list[str]:
    received = account.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [message["Body"] for message in received]


def test_an_event_reaches_its_rule_whatever_other_rules_there_are(account):
    events = account.client("events")
    url, arn = queue(account, "matching")
    unmatched, unmatched_arn = queue(account, "scheduled")
    pipeline = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mailroom"
    role = "arn:aws:iam::111122223333:role/rule"
    # Made first: moto goes through the rules in this order.
    events.put_rule(Name="schedule", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="schedule", Targets=[{"Id": "1", "Arn": unmatched_arn}])
    events.put_rule(Name="undeliverable", EventPattern=json.dumps({"source": ["tests"]}))
    events.put_targets(Rule="undeliverable", Targets=[{"Id": "1", "Arn": pipeline, "RoleArn": role}])
    events.put_rule(Name="matching", EventPattern=json.dumps({"source": ["tests"]}))
    events.put_targets(Rule="matching", Targets=[{"Id": "1", "Arn": arn}])
    events.put_events(Entries=[EVENT])
    assert [json.loads(body)["detail-type"] for body in bodies(account, url)] == ["Happened"]
    assert bodies(account, unmatched) == []


def test_a_message_for_a_function_waits_in_the_queue_for_who_runs_the_function(account):
    url, arn = queue(account, "fed")
    account.client("iam").create_role(RoleName="function", AssumeRolePolicyDocument="{}")
    function = account.client("lambda").create_function(
        FunctionName="deploy",
        Runtime="python3.12",
        Handler="handler.handler",
        Role="arn:aws:iam::111122223333:role/function",
        Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
    )
    mapped = account.client("lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName="deploy", FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    account.client("sqs").send_message(QueueUrl=url, MessageBody="one")
    assert bodies(account, url) == ["one"]
    listed = account.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert [(one["UUID"], one["FunctionArn"]) for one in listed] == [(mapped["UUID"], function["FunctionArn"])]
