"""What the deploying function's log lines say, in numbers that alarms of two stacks share."""

WITHDRAWALS = "Withdrawals"
"""Lines that tell of a version which was rejected while it was being deployed."""

VERSION = "Version"
"""The dimension: the package's ARN."""
