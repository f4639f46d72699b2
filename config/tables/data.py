"""The table ``[data]``."""

from dataclasses import dataclass

from config.values import days


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """Retention in days. ``keep_on_destroy``: buckets, ledger and keys outlive the deletion of their stack.
    ``termination_protection``: of the ledger, and of the stacks that hold data or that routing needs (data, network,
    training, inference, api, people)."""

    export_days: int
    dataset_days: int
    superseded_days: int
    access_log_days: int
    ledger_days: int
    keep_on_destroy: bool
    termination_protection: bool

    def __post_init__(self) -> None:
        for name in ("export_days", "dataset_days", "superseded_days", "access_log_days", "ledger_days"):
            days(name, getattr(self, name))
