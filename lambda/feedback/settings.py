"""What the function must be told, read once from a mapping such as the process environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailroom.lambda_runtime import settings as read


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """``endpoint_name``: the endpoint whose taxonomy is the live one. ``ledger_days``: how long a feedback is kept.

    Region, credentials and endpoint addresses are boto3's own variables.
    """

    endpoint_name: str
    ledger_table: str
    ledger_days: int

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> "Settings":
        """Read ENDPOINT_NAME, LEDGER_TABLE and LEDGER_DAYS; raises SettingsError."""
        return cls(
            endpoint_name=read.endpoint_name(values),
            ledger_table=read.ledger_table(values),
            ledger_days=read.ledger_days(values),
        )
