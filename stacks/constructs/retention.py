"""Days as the CDK names them for CloudWatch Logs."""

from aws_cdk import aws_logs

from config.errors import ConfigError
from config.values import log_days

_KNOWN = {
    1: "ONE_DAY", 3: "THREE_DAYS", 5: "FIVE_DAYS", 7: "ONE_WEEK", 14: "TWO_WEEKS", 30: "ONE_MONTH", 60: "TWO_MONTHS",
    90: "THREE_MONTHS", 120: "FOUR_MONTHS", 150: "FIVE_MONTHS", 180: "SIX_MONTHS", 365: "ONE_YEAR",
    400: "THIRTEEN_MONTHS", 545: "EIGHTEEN_MONTHS", 731: "TWO_YEARS", 1096: "THREE_YEARS", 1827: "FIVE_YEARS",
    2192: "SIX_YEARS", 2557: "SEVEN_YEARS", 2922: "EIGHT_YEARS", 3288: "NINE_YEARS", 3653: "TEN_YEARS",
}  # fmt: skip


def retention(days: int) -> aws_logs.RetentionDays:
    """The retention of ``days``; raises ConfigError for a number that CloudWatch Logs does not offer."""
    try:
        log_days("a log group", days)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    return getattr(aws_logs.RetentionDays, _KNOWN[days])
