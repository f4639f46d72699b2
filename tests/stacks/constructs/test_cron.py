"""One schedule, read alike by EventBridge and Airflow."""

import pytest

from config.errors import ConfigError
from stacks.constructs.cron import unix_cron


@pytest.mark.parametrize(
    ("eventbridge", "unix"),
    [
        ("cron(0 3 2 * ? *)", "0 3 2 * *"),
        ("cron(30 4,16 1-3 1,7 ? *)", "30 4,16 1-3 1,7 *"),
    ],
)
def test_a_monthly_schedule_is_written_in_both_ways(eventbridge: str, unix: str):
    assert unix_cron(eventbridge) == unix


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 3 ? * MON *)",
        "cron(0 3 L * ? *)",
        "cron(0 3 2 * ? 2027)",
        "cron(0 3 2 JAN ? *)",
        "cron(* 3 2 * ? *)",
        "rate(30 days)",
        "0 3 2 * *",
    ],
)
def test_what_only_one_of_them_can_say_is_refused_in_one_sentence(expression: str):
    with pytest.raises(ConfigError, match=r"^orchestration: the schedule .* must have the form .* read the same\.$"):
        unix_cron(expression)
