"""Where the ledger is and where the reports go: set by the orchestration stack."""

from collections.abc import Callable
from dataclasses import dataclass

from mailroom_dags.section import SECTION


@dataclass(frozen=True, kw_only=True)
class FeedbackSettings:
    """``tasks`` are those that the pipeline trains, in order."""

    ledger_table: str
    artefacts_bucket: str
    tasks: tuple[str, ...]

    @classmethod
    def read(cls, option: Callable[[str, str], str]) -> "FeedbackSettings":
        """From ``option(section, key)``, which raises for a missing key: nothing falls back."""
        return cls(
            ledger_table=option(SECTION, "ledger_table"),
            artefacts_bucket=option(SECTION, "artefacts_bucket"),
            tasks=tuple(option(SECTION, "tasks").split(",")),
        )
