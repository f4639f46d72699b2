"""Log groups' retention: every number that CloudWatch Logs offers, by the CDK's name for it."""

import re

import pytest

from config.errors import ConfigError
from config.values import LOG_DAYS


def test_every_retention_of_cloudwatch_has_the_cdks_name_for_it():
    # Here, not above: importing the CDK starts its Node process, which the other tests need not.
    from aws_cdk.aws_logs import RetentionDays

    from stacks.constructs.retention import retention

    assert {retention(days) for days in LOG_DAYS} == set(RetentionDays) - {RetentionDays.INFINITE}
    assert [retention(days).name for days in (365, 1096, 3288)] == ["ONE_YEAR", "THREE_YEARS", "NINE_YEARS"]


def test_another_number_is_refused_with_the_nearest():
    from stacks.constructs.retention import retention

    sentence = "a log group: CloudWatch Logs offers no retention of 1000 days; the nearest is 1096."
    with pytest.raises(ConfigError, match=f"^{re.escape(sentence)}$"):
        retention(1000)
