from fractions import Fraction

import pytest

from local.endpoint.supervisor import EndpointError
from local.hosting.rollout_plan import AT_ONCE, RolloutPlan, Shift, rollout_plan


def routed(**routing: object) -> dict[str, object]:
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"WaitIntervalInSeconds": 60, **routing}}}


def shares(plan: RolloutPlan) -> list[Fraction]:
    return [shift.share for shift in plan.shifts]


def test_a_canary_takes_its_part_bakes_and_takes_the_rest():
    policy = {
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}, {"AlarmName": "latency"}]},
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {
                "Type": "CANARY",
                "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 30},
                "WaitIntervalInSeconds": 900,
            },
            "TerminationWaitInSeconds": 300,
            "MaximumExecutionTimeoutInSeconds": 5700,
        },
    }
    assert rollout_plan(policy, instances=2) == RolloutPlan(
        shifts=(Shift(share=Fraction(3, 10), bake_seconds=900), Shift(share=Fraction(1), bake_seconds=900)),
        termination_seconds=300,
        maximum_seconds=5700,
        alarms=("errors", "latency"),
    )


def test_all_at_once_bakes_under_all_of_the_traffic():
    plan = rollout_plan(routed(Type="ALL_AT_ONCE"), instances=1)
    assert plan.shifts == (Shift(share=Fraction(1), bake_seconds=60),)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ({"Type": "CAPACITY_PERCENT", "Value": 50}, [Fraction(1, 2), 1]),
        ({"Type": "CAPACITY_PERCENT", "Value": 30}, [Fraction(3, 10), Fraction(6, 10), Fraction(9, 10), 1]),
        ({"Type": "INSTANCE_COUNT", "Value": 1}, [Fraction(1, 4), Fraction(2, 4), Fraction(3, 4), 1]),
    ],
)
def test_linear_steps_are_of_one_size_up_to_the_whole(size, expected):
    assert shares(rollout_plan(routed(Type="LINEAR", LinearStepSize=size), instances=4)) == expected


def test_a_canary_can_be_counted_in_instances():
    plan = rollout_plan(routed(Type="CANARY", CanarySize={"Type": "INSTANCE_COUNT", "Value": 1}), instances=3)
    assert shares(plan) == [Fraction(1, 3), 1]


def test_without_a_policy_everything_shifts_at_once():
    assert rollout_plan({}, instances=1) == AT_ONCE


def test_a_step_larger_than_the_fleet_is_refused():
    policy = routed(Type="CANARY", CanarySize={"Type": "INSTANCE_COUNT", "Value": 2})
    with pytest.raises(
        EndpointError, match=r"^A step of 2 instances needs a fleet of as many: the endpoint has None\.$"
    ):
        rollout_plan(policy, instances=None)


def test_a_rolling_update_is_refused_with_what_to_name_instead():
    with pytest.raises(EndpointError, match=r"^A RollingUpdatePolicy is not run on this machine: name a BlueGreen"):
        rollout_plan({"RollingUpdatePolicy": {}}, instances=2)
