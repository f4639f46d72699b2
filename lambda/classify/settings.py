"""What the function must be told, read once from a mapping such as the process environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailroom.lambda_runtime import settings as read
from mailroom.lambda_runtime.settings import SettingsError

MAX_DEADLINE_SECONDS = 25.0
"""A REST API waits 29 seconds for its Lambda; the answer needs time to be written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """``deadline_seconds``: how long a whole call may take. ``audit_share``: the share of mails labelled blind, 0 to 1.
    ``ledger_days``: for how many days the ledger keeps a prediction. ``label_mix_task``: the task whose labels are
    compared between two models.

    Region, credentials and endpoint addresses are boto3's own variables.
    """

    endpoint_name: str
    ledger_table: str
    ledger_days: int
    deadline_seconds: float
    audit_share: float
    label_mix_task: str

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> "Settings":
        """Read ENDPOINT_NAME, LEDGER_TABLE, LEDGER_DAYS, DEADLINE_SECONDS, AUDIT_SHARE, LABEL_MIX_TASK; raises
        SettingsError."""
        return cls(
            endpoint_name=read.endpoint_name(values),
            ledger_table=read.ledger_table(values),
            ledger_days=read.ledger_days(values),
            deadline_seconds=read.number(values, "DEADLINE_SECONDS", lowest=0.5, highest=MAX_DEADLINE_SECONDS),
            audit_share=read.number(values, "AUDIT_SHARE", lowest=0, highest=1),
            label_mix_task=_task(values),
        )


def _task(values: Mapping[str, str]) -> str:
    task = values.get("LABEL_MIX_TASK", "")
    if not task:
        raise SettingsError("LABEL_MIX_TASK must name a task of the taxonomy.")
    return task
