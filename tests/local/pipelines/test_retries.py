import pytest

from local.pipelines.errors import SERVICE_FAULT, THROTTLING
from local.pipelines.retries import Failure, seconds_until_retry

SERVICE = {"ExceptionType": ["Fault", "Throttling"], "IntervalSeconds": 10, "BackoffRate": 2.0, "MaxAttempts": 3}
CAPACITY = {"ExceptionType": ["Capacity"], "IntervalSeconds": 600, "BackoffRate": 1.5, "ExpireAfterMin": 30}


def failures(*kinds, every=0.0):
    return [Failure(kind=kind, at=number * every) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "seconds"),
    [
        (["Fault"], 10.0),
        (["Fault", "Fault"], 20.0),
        (["Fault", "Throttling", "Fault"], 40.0),
        (["Fault"] * 4, None),
        (["Capacity", "Fault"], 10.0),
        (["Algorithm"], None),
    ],
)
def test_the_wait_grows_with_each_failure_that_the_policy_names_until_its_attempts_are_used_up(kinds, seconds):
    assert seconds_until_retry([SERVICE, CAPACITY], failures(*kinds)) == seconds


def test_a_policy_that_expires_counts_the_time_since_the_first_failure():
    assert seconds_until_retry([CAPACITY], failures("Capacity", "Capacity", every=600)) == 900.0
    assert seconds_until_retry([CAPACITY], failures("Capacity", "Capacity", every=1000)) is None


def test_a_policy_that_sets_no_limit_ends_after_five_attempts_a_second_doubled_each_time():
    bare = [{"ExceptionType": ["Fault"]}]
    waits = [seconds_until_retry(bare, failures(*["Fault"] * count)) for count in range(1, 7)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, None]


def test_without_policies_nothing_is_tried_again_but_faults_of_a_service_and_throttling():
    kinds = ["SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR", SERVICE_FAULT, THROTTLING]
    assert [seconds_until_retry([], failures(kind)) for kind in kinds] == [None, None, 1.0, 1.0]
    assert seconds_until_retry([], failures(*[SERVICE_FAULT, THROTTLING] * 3)) is None


def test_a_policy_of_ones_own_takes_the_place_of_what_is_tried_again_by_itself():
    own = [{"ExceptionType": [SERVICE_FAULT], "MaxAttempts": 1}]
    assert seconds_until_retry(own, failures(SERVICE_FAULT, SERVICE_FAULT)) is None
