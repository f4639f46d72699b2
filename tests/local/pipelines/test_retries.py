import pytest

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


def test_without_policies_nothing_is_tried_again():
    assert seconds_until_retry([], failures("Fault")) is None
