"""What the function must be told, read once from a mapping such as the process environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailroom.lambda_runtime import settings as read

MAX_DEADLINE_SECONDS = 25.0
"""A REST API waits 29 seconds for its Lambda; the answer needs time to be written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """``deadline_seconds``: how long a whole call may take. ``audit_share``: the share of mails labelled blind, 0 to 1.
    ``ledger_days``: for how many days the ledger keeps a prediction.

    Region, credentials and endpoint addresses are boto3's own variables.
    """

    endpoint_name: str
    ledger_table: str
    ledger_days: int
    deadline_seconds: float
    audit_share: float

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> "Settings":
        """Read ENDPOINT_NAME, LEDGER_TABLE, LEDGER_DAYS, DEADLINE_SECONDS and AUDIT_SHARE; raises SettingsError."""
        return cls(
            endpoint_name=read.endpoint_name(values),
            ledger_table=read.ledger_table(values),
            ledger_days=read.ledger_days(values),
            deadline_seconds=read.number(values, "DEADLINE_SECONDS", lowest=0.5, highest=MAX_DEADLINE_SECONDS),
            audit_share=read.number(values, "AUDIT_SHARE", lowest=0, highest=1),
        )
