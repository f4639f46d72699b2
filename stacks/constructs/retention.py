"""Days as CloudWatch Logs knows them."""

from aws_cdk import aws_logs

from config.errors import ConfigError

_KNOWN = {
    1: "ONE_DAY", 3: "THREE_DAYS", 5: "FIVE_DAYS", 7: "ONE_WEEK", 14: "TWO_WEEKS", 30: "ONE_MONTH", 60: "TWO_MONTHS",
    90: "THREE_MONTHS", 120: "FOUR_MONTHS", 150: "FIVE_MONTHS", 180: "SIX_MONTHS", 365: "ONE_YEAR",
    400: "THIRTEEN_MONTHS", 545: "EIGHTEEN_MONTHS", 731: "TWO_YEARS", 1827: "FIVE_YEARS", 3653: "TEN_YEARS",
}  # fmt: skip


def retention(days: int) -> aws_logs.RetentionDays:
    """The retention of ``days``; raises ConfigError for a number that CloudWatch Logs does not offer."""
    if days not in _KNOWN:
        near = min(_KNOWN, key=lambda known: abs(known - days))
        raise ConfigError(f"A log group cannot be kept for {days} days; the nearest that CloudWatch offers is {near}.")
    return getattr(aws_logs.RetentionDays, _KNOWN[days])
