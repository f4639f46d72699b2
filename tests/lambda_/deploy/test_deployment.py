from datetime import UTC, datetime, timedelta

import pytest

from deploy.deployment import Outcome
from deploy.errors import StackError
from tests.lambda_.deploy.world import FACTS, World, change


def settle(world: World, log_lines) -> tuple[Outcome, list[str]]:
    """The outcome, and what was logged."""
    outcome = world.deployment.settle()
    return outcome, [line["event"] for line in log_lines()]


def deploy_fully(world: World) -> None:
    assert world.deployment.settle() is Outcome.WAITING
    world.stack.finish()


def test_an_approved_version_goes_live_through_parameter_and_update(world: World, log_lines):
    arn = world.register()
    assert settle(world, log_lines) == (Outcome.WAITING, ["deploying"])
    assert world.parameter == arn
    assert settle(world, log_lines) == (Outcome.WAITING, ["waiting"])
    world.stack.finish()
    assert settle(world, log_lines) == (Outcome.SETTLED, ["live"])
    assert (world.stack.resolved, len(world.stack.requests)) == (arn, 1)


def test_the_log_says_what_goes_live_instead_of_what_and_who_approved_it(world: World, log_lines):
    arn = world.register("PendingManualApproval")
    world.decide(arn, "Approved")
    world.deployment.settle()
    approver = world.sagemaker.describe_model_package(ModelPackageName=arn)["LastModifiedBy"]["UserProfileArn"]
    assert log_lines() == [
        {
            "level": "info",
            "event": "deploying",
            "endpoint": "mailroom-dev",
            "version": arn,
            "former_version": "none",
            "approved_by": approver,
            "client_request_token": world.stack.requests[0]["ClientRequestToken"],
        }
    ]


def test_a_pending_version_changes_nothing(world: World, log_lines):
    world.register("PendingManualApproval")
    assert settle(world, log_lines) == (Outcome.SETTLED, ["live"])
    assert (world.parameter, world.stack.requests) == ("none", [])


def test_a_late_approval_of_an_older_version_changes_nothing(world: World, log_lines):
    older = world.register("PendingManualApproval")
    newer = world.register()
    deploy_fully(world)
    world.decide(older, "Approved")
    log_lines()
    assert settle(world, log_lines) == (Outcome.SETTLED, ["live"])
    assert (world.parameter, world.stack.resolved) == (newer, newer)


def test_rejecting_the_live_version_brings_back_the_one_before_and_approving_it_the_later_one(world: World):
    first = world.register()
    deploy_fully(world)
    second = world.register()
    deploy_fully(world)
    for decision, expected in [("Rejected", first), ("Approved", second), ("Rejected", first), ("Approved", second)]:
        world.decide(second, decision)
        deploy_fully(world)
        assert (world.parameter, world.stack.resolved) == (expected, expected)
    tokens = [request["ClientRequestToken"] for request in world.stack.requests]
    assert len(set(tokens)) == len(tokens) == 6


def test_rejecting_the_only_version_takes_the_endpoint_away(world: World, log_lines):
    arn = world.register()
    deploy_fully(world)
    world.decide(arn, "Rejected")
    log_lines()
    assert settle(world, log_lines) == (Outcome.WAITING, ["deploying"])
    world.stack.finish()
    assert settle(world, log_lines) == (Outcome.SETTLED, ["live"])
    assert (world.parameter, world.stack.resolved) == ("none", "none")


def test_a_version_whose_canary_fails_is_left_alone_and_the_parameter_put_back(world: World, log_lines):
    good = world.register()
    deploy_fully(world)
    bad = world.register()
    world.stack.failing = {bad}
    deploy_fully(world)
    log_lines()
    assert world.deployment.settle() is Outcome.SETTLED
    assert log_lines() == [
        {
            "level": "error",
            "event": "rolled_back",
            "endpoint": "mailroom-dev",
            "version": bad,
            "live_version": good,
        }
    ]
    assert (world.parameter, world.stack.resolved) == (good, good)
    assert settle(world, log_lines) == (Outcome.SETTLED, ["live"])
    assert len(world.stack.requests) == 2


def test_a_version_that_failed_stays_left_alone_after_other_updates_of_the_stack(world: World, log_lines):
    good = world.register()
    deploy_fully(world)
    bad = world.register()
    world.stack.failing = {bad}
    deploy_fully(world)
    world.deployment.settle()
    world.stack.begin("by-somebody-else")
    world.stack.finish()
    log_lines()
    assert settle(world, log_lines) == (Outcome.SETTLED, ["live"])
    assert world.stack.resolved == good


def test_a_version_that_failed_is_tried_again_once_it_is_approved_anew(world: World, log_lines):
    arn = world.register()
    world.stack.failing = {arn}
    deploy_fully(world)
    assert settle(world, log_lines) == (Outcome.SETTLED, ["deploying", "rolled_back"])
    assert world.parameter == "none"
    world.stack.failing = set()
    world.decide(arn, "Rejected")
    world.deployment.settle([change(1, rejected=True, at=datetime.now(UTC))])
    world.decide(arn, "Approved")
    deploy_fully(world)
    assert (world.parameter, world.stack.resolved) == (arn, arn)


def test_a_version_that_is_rejected_and_approved_at_once_is_tried_again_too(world: World):
    arn = world.register()
    world.stack.failing = {arn}
    deploy_fully(world)
    world.deployment.settle()
    world.stack.failing = set()
    now = datetime.now(UTC)
    # Both are told before the function looks, and in the wrong order.
    changes = [change(1, rejected=False, at=now), change(1, rejected=True, at=now)]
    assert world.deployment.settle(changes) is Outcome.WAITING
    world.stack.finish()
    assert world.stack.resolved == arn


def test_a_version_that_failed_is_not_tried_again_for_a_change_that_is_no_decision(world: World, log_lines):
    good = world.register()
    deploy_fully(world)
    bad = world.register()
    world.stack.failing = {bad}
    deploy_fully(world)
    world.deployment.settle()
    world.sagemaker.update_model_package(
        ModelPackageArn=bad,
        ModelApprovalStatus="Approved",
        CustomerMetadataProperties={**FACTS, "looked_at": "yes"},
    )
    log_lines()
    outcome = world.deployment.settle([change(2, rejected=False, at=datetime.now(UTC))])
    assert (outcome, [line["event"] for line in log_lines()]) == (Outcome.SETTLED, ["live"])
    assert (world.stack.resolved, len(world.stack.requests)) == (good, 2)


def test_the_event_of_its_registration_forgives_a_version_nothing(world: World, log_lines):
    bad = world.register()
    world.stack.failing = {bad}
    deploy_fully(world)
    # EventBridge tells of it late, and to the second: it may be told as if it were after the deployment's begin.
    registered = change(1, rejected=False, at=datetime.now(UTC) + timedelta(seconds=1))
    world.deployment.settle([registered])
    assert settle(world, log_lines)[0] is Outcome.SETTLED
    assert (world.parameter, len(world.stack.requests)) == ("none", 1)


def test_a_rejection_that_is_told_once_more_forgives_no_later_failure(world: World):
    arn = world.register()
    rejected = change(1, rejected=True, at=datetime.now(UTC) - timedelta(minutes=5))
    world.stack.failing = {arn}
    world.deployment.settle([rejected])
    world.stack.finish()
    assert world.deployment.settle([rejected]) is Outcome.SETTLED
    assert world.deployment.settle([rejected]) is Outcome.SETTLED
    assert len(world.stack.requests) == 1


def test_a_rejected_live_version_gives_way_even_after_the_next_one_failed(world: World, log_lines):
    first = world.register()
    deploy_fully(world)
    second = world.register()
    deploy_fully(world)
    third = world.register()
    world.stack.failing = {third}
    deploy_fully(world)
    world.decide(second, "Rejected")
    log_lines()
    assert settle(world, log_lines) == (Outcome.WAITING, ["rolled_back", "deploying"])
    world.stack.finish()
    assert (world.parameter, world.stack.resolved) == (first, first)


def test_an_update_of_somebody_else_that_fails_is_not_held_against_the_version(world: World, log_lines):
    arn = world.register()
    world.ssm.put_parameter(Name="/mailroom/dev/approved-model", Value=arn, Overwrite=True)
    world.stack.begin("by-somebody-else")
    world.stack.finish(fails=True)
    assert world.stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert settle(world, log_lines) == (Outcome.WAITING, ["deploying"])
    world.stack.finish()
    assert world.stack.resolved == arn


def test_while_somebody_else_updates_the_stack_nothing_is_touched(world: World, log_lines):
    arn = world.register()
    world.stack.begin("by-somebody-else")
    assert settle(world, log_lines) == (Outcome.WAITING, ["waiting"])
    assert (world.parameter, world.stack.requests) == ("none", [])
    world.stack.finish()
    deploy_fully(world)
    assert world.stack.resolved == arn


def test_an_update_that_somebody_else_starts_a_moment_before_is_waited_for(world: World, log_lines):
    world.register()
    put_parameter = world.deployment._approved_model.write

    def write_as_another_update_starts(value: str) -> None:
        world.stack.begin("by-somebody-else")
        put_parameter(value)

    world.deployment._approved_model.write = write_as_another_update_starts
    assert settle(world, log_lines) == (Outcome.WAITING, ["waiting"])


def test_the_stacks_history_is_not_read_for_the_version_that_is_live(world: World, monkeypatch, log_lines):
    world.make_live(world.register())
    monkeypatch.delattr(type(world.stack), "get_paginator")
    assert settle(world, log_lines) == (Outcome.SETTLED, ["live"])


def test_a_parameter_changed_by_hand_is_put_back(world: World, log_lines):
    arn = world.register()
    deploy_fully(world)
    world.ssm.put_parameter(Name="/mailroom/dev/approved-model", Value="arn:elsewhere", Overwrite=True)
    log_lines()
    assert settle(world, log_lines) == (Outcome.SETTLED, ["parameter_restored"])
    assert (world.parameter, world.stack.resolved) == (arn, arn)


def test_a_version_that_cannot_be_deployed_is_refused_with_its_reason_and_nothing_is_updated(world: World, log_lines):
    arn = world.register(containers=[{"Image": "i"}])
    assert world.deployment.settle() is Outcome.SETTLED
    assert log_lines() == [
        {
            "level": "error",
            "event": "refused",
            "endpoint": "mailroom-dev",
            "version": arn,
            "reason": "Its container lacks ModelDataUrl.",
        },
        {"level": "info", "event": "live", "endpoint": "mailroom-dev", "version": "none"},
    ]
    assert (world.parameter, world.stack.requests) == ("none", [])


def test_a_version_that_names_no_taxonomy_is_refused_and_the_live_one_kept(world: World, log_lines):
    good = world.register()
    deploy_fully(world)
    bad = world.register(taxonomy_version="none")
    log_lines()
    assert world.deployment.settle() is Outcome.SETTLED
    assert log_lines() == [
        {
            "level": "error",
            "event": "refused",
            "endpoint": "mailroom-dev",
            "version": bad,
            "reason": "Its metadata lack taxonomy_version: register it through the pipeline.",
        },
        {"level": "info", "event": "live", "endpoint": "mailroom-dev", "version": good},
    ]
    assert (world.parameter, world.stack.resolved) == (good, good)


def test_a_version_of_another_taxonomy_goes_live_and_a_warning_names_both(world: World, log_lines):
    arn = world.register(taxonomy_version="t-0")
    deploy_fully(world)
    log_lines()
    assert world.deployment.settle() is Outcome.SETTLED
    assert log_lines() == [
        {"level": "info", "event": "live", "endpoint": "mailroom-dev", "version": arn},
        {
            "level": "warning",
            "event": "taxonomy_differs",
            "endpoint": "mailroom-dev",
            "version": arn,
            "taxonomy_version": "t-0",
            "deployed_taxonomy_version": "t-1",
        },
    ]
    assert world.stack.resolved == arn


def test_a_rejected_version_stays_live_while_all_that_could_follow_it_are_turned_back(world: World, log_lines):
    first = world.register()
    deploy_fully(world)
    second = world.register()
    deploy_fully(world)
    world.stack.failing = {first}  # as it is while the live version's own alarms sound
    world.decide(second, "Rejected")
    deploy_fully(world)
    sentence = (
        f"{second} is no longer approved, but {first} was turned back in its place: it stays live. "
        "Approve a version that can be deployed, or reject all to take the endpoint away."
    )
    for _ in range(2):
        with pytest.raises(StackError) as caught:
            world.deployment.settle()
        assert str(caught.value) == sentence
    assert (world.parameter, world.stack.resolved) == (second, second)
    world.decide(first, "Rejected")
    deploy_fully(world)
    assert (world.parameter, world.stack.resolved) == ("none", "none")


def test_the_alarms_are_told_which_answers_are_the_new_models(world: World):
    world.register(model_version="m-1")
    deploy_fully(world)
    assert world.stack.told == {"ModelVersion": "m-1", "ComparedVersion": "none"}
    second = world.register(model_version="m-2")
    deploy_fully(world)
    assert world.stack.told == {"ModelVersion": "m-2", "ComparedVersion": "m-2"}
    world.decide(second, "Rejected")
    deploy_fully(world)
    # What a person no longer wants is no measure for the labels of what takes its place.
    assert world.stack.told == {"ModelVersion": "m-1", "ComparedVersion": "none"}


def test_without_any_model_the_alarms_look_at_none(world: World):
    arn = world.register()
    deploy_fully(world)
    world.decide(arn, "Rejected")
    deploy_fully(world)
    assert world.stack.told == {"ModelVersion": "none", "ComparedVersion": "none"}


def test_a_version_that_is_rejected_while_it_takes_over_is_withdrawn_by_a_line_for_the_alarm(world: World, log_lines):
    good = world.register()
    deploy_fully(world)
    bad = world.register()
    world.deployment.settle()
    world.decide(bad, "Rejected")
    log_lines()
    assert world.deployment.settle([change(2, rejected=True, at=datetime.now(UTC))]) is Outcome.WAITING
    assert log_lines() == [
        {"level": "info", "event": "waiting", "endpoint": "mailroom-dev", "stack_status": "UPDATE_IN_PROGRESS"},
        {"level": "warning", "event": "withdrawn", "endpoint": "mailroom-dev", "version": bad},
    ]
    world.stack.finish(fails=True)  # SageMaker has heard the alarm
    assert settle(world, log_lines) == (Outcome.SETTLED, ["parameter_restored"])
    assert (world.parameter, world.stack.resolved) == (good, good)
    world.decide(bad, "Approved")
    deploy_fully(world)
    assert world.stack.resolved == bad


def test_what_is_approved_or_is_somebody_elses_or_goes_back_already_is_not_withdrawn(world: World, log_lines):
    first = world.register()
    world.deployment.settle()
    log_lines()
    assert settle(world, log_lines) == (Outcome.WAITING, ["waiting"])
    world.stack.finish()
    world.stack.begin("by-somebody-else")
    world.decide(first, "Rejected")
    assert settle(world, log_lines) == (Outcome.WAITING, ["waiting"])
    world.stack.finish()
    world.decide(first, "Approved")
    second = world.register()
    world.deployment.settle()
    world.decide(second, "Rejected")
    world.stack._enter("UPDATE_ROLLBACK_IN_PROGRESS")
    log_lines()
    assert settle(world, log_lines) == (Outcome.WAITING, ["waiting"])


def test_nothing_to_do_is_not_believed_while_another_version_is_live(world: World, log_lines):
    good = world.register()
    deploy_fully(world)
    arn = world.register()
    read = world.stack._read_parameter
    world.stack._read_parameter = lambda: good  # as a read that comes too early would find it
    log_lines()
    assert settle(world, log_lines) == (Outcome.WAITING, ["unchanged"])
    world.stack._read_parameter = read
    deploy_fully(world)
    assert settle(world, log_lines)[0] is Outcome.SETTLED
    assert (world.parameter, world.stack.resolved) == (arn, arn)


def test_an_update_that_is_done_at_once_is_live_at_once(world: World, log_lines):
    arn = world.register()
    begin = world.stack.begin

    def begin_and_finish(token: str) -> None:
        begin(token)
        world.stack.finish()

    world.stack.begin = begin_and_finish  # type: ignore[method-assign]
    assert settle(world, log_lines) == (Outcome.SETTLED, ["deploying", "live"])
    assert world.stack.resolved == arn


def test_a_stack_whose_rollback_failed_is_left_to_a_person(world: World):
    world.register()
    world.stack.status = "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(StackError) as caught:
        world.deployment.settle()
    assert str(caught.value) == (
        "The stack is in UPDATE_ROLLBACK_FAILED: repair it in CloudFormation, then redrive the message."
    )
    assert (world.parameter, world.stack.requests) == ("none", [])
