"""The table ``[orchestration]``."""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal

from config.values import log_days, matches, within


def _field(number: str) -> str:
    return f"{number}(-{number})?(,{number}(-{number})?)*"


_MINUTES, _HOURS = _field("[0-5]?[0-9]"), _field("(1?[0-9]|2[0-3])")
_DAYS, _MONTHS = _field("([1-9]|[12][0-9]|3[01])"), _field("([1-9]|1[0-2])")
# EventBridge and Airflow count weekdays differently, and only EventBridge knows years, L, W and #.
_SCHEDULE = rf"cron\({_MINUTES} {_HOURS} {_DAYS} (\*|{_MONTHS}) \? \*\)"


@dataclass(frozen=True, kw_only=True)
class OrchestrationConfig:
    """``mwaa`` off puts an EventBridge schedule in its place. ``schedule`` of the training and ``feedback_schedule`` of
    the report on the month's feedback, which is Airflow's alone: EventBridge cron expressions, UTC.
    ``web_server_networks``: the company's networks (CIDR), joined to the VPC, whose browsers may open Airflow."""

    mwaa: bool
    environment_class: Literal["mw1.micro", "mw1.small", "mw1.medium", "mw1.large"]
    maximum_workers: int
    schedule: str
    feedback_schedule: str
    web_server_networks: tuple[str, ...]
    log_days: int

    def __post_init__(self) -> None:
        # https://docs.aws.amazon.com/mwaa/latest/userguide/environment-class.html
        within("maximum_workers", self.maximum_workers, 1, 25)
        if self.environment_class == "mw1.micro" and self.maximum_workers > 1:
            raise ValueError("maximum_workers must be 1 for the class mw1.micro.")
        for name in ("schedule", "feedback_schedule"):
            matches(
                name,
                getattr(self, name),
                _SCHEDULE,
                "of the form 'cron(MINUTE HOUR DAY MONTH ? *)' with plain numbers, such as 'cron(0 3 2 * ? *)'",
            )
        for network in self.web_server_networks:
            try:
                too_wide = ip_network(network).prefixlen < 8
            except ValueError:
                raise ValueError(f"web_server_networks: {network!r} is no network such as '10.8.0.0/16'.") from None
            if too_wide:
                raise ValueError(f"web_server_networks: {network!r} is wider than any company's own network.")
        log_days("log_days", self.log_days)
