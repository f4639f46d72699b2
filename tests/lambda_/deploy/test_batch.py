from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from deploy.batch import Settle, answer
from deploy.deployment import Outcome
from deploy.errors import StackError
from deploy.state_change import StateChange
from tests.lambda_.deploy.stack_service import refusal
from tests.lambda_.deploy.world import GROUP, message


def returned(records: list[dict[str, Any]], settle: Settle) -> list[str]:
    response = answer({"Records": records}, group=GROUP, settle=settle)
    assert list(response) == ["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def raising(error: Exception) -> Settle:
    def settle(changes: Sequence[StateChange]) -> Outcome:
        raise error

    return settle


def test_messages_are_done_once_the_stack_stands_as_the_registry_wants_it():
    assert returned([message("m-1"), message("m-2")], lambda _: Outcome.SETTLED) == []


def test_messages_come_back_while_an_update_runs():
    assert returned([message("m-1"), message("m-2")], lambda _: Outcome.WAITING) == ["m-1", "m-2"]


def test_all_messages_of_a_batch_are_answered_by_one_look_at_the_registry_which_knows_what_they_tell():
    looks: list[list[tuple[int | None, bool]]] = []

    def settle(changes: Sequence[StateChange]) -> Outcome:
        looks.append([(change.number, change.rejected) for change in changes])
        return Outcome.SETTLED

    returned([message("m-1"), message("m-2", group="another"), message("m-3", number=2, status="Rejected")], settle)
    assert looks == [[(1, False), (2, True)]]


def test_messages_about_other_groups_are_done_without_a_look(log_lines):
    records = [message("m-1", group="another"), message("m-2", group=None)]
    assert returned(records, raising(AssertionError("It looked."))) == []
    assert [line["event"] for line in log_lines()] == ["ignored", "ignored"]


def test_a_malformed_message_goes_to_the_dead_letters_and_keeps_no_other_one_from_its_work(log_lines):
    records = [{"messageId": "m-1", "body": "{"}, message("m-2")]
    assert returned(records, lambda _: Outcome.SETTLED) == ["m-1"]
    assert log_lines() == [
        {
            "level": "error",
            "event": "malformed",
            "message_id": "m-1",
            "problem": "The message must be a JSON object, as EventBridge sends it.",
        }
    ]


def test_a_malformed_message_that_comes_back_is_no_new_error(log_lines):
    broken = {"messageId": "m-1", "body": "{"}
    for received in (1, 2, 3):
        returned([{**broken, "attributes": {"ApproximateReceiveCount": str(received)}}], raising(AssertionError()))
    assert [line["level"] for line in log_lines()] == ["error", "warning", "warning"]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (StackError("Repair it."), {"level": "error", "event": "stuck", "problem": "Repair it."}),
        (
            refusal("not authorized", code="AccessDenied"),
            {"level": "error", "event": "failed", "operation": "UpdateStack", "code": "AccessDenied"},
        ),
    ],
)
def test_messages_come_back_if_the_work_fails_and_one_line_says_why(log_lines, error, line):
    assert returned([message("m-1")], raising(error)) == ["m-1"]
    assert log_lines() == [line]


def test_messages_come_back_if_aws_cannot_be_reached(log_lines):
    assert returned([message("m-1")], raising(EndpointConnectionError(endpoint_url="https://x"))) == ["m-1"]
    [line] = log_lines()
    assert (line["event"], line["exception"]) == ("failed", "EndpointConnectionError")


def test_an_error_of_the_program_itself_is_lambdas_to_count():
    with pytest.raises(ZeroDivisionError):
        returned([message("m-1")], raising(ZeroDivisionError()))
