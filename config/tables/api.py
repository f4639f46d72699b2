"""The table ``[api]``."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.values import at_least, log_days, matches, within


@dataclass(frozen=True, kw_only=True)
class MethodThrottle:
    """Requests per second, and how many may come at once."""

    rate: int
    burst: int

    def __post_init__(self) -> None:
        at_least("rate", self.rate, 1)
        at_least("burst", self.burst, 1)


@dataclass(frozen=True, kw_only=True)
class CustomDomain:
    """A name of one's own for the API; ``certificate_arn`` is ACM's, in the same region."""

    name: str
    certificate_arn: str

    def __post_init__(self) -> None:
        matches(
            "name",
            self.name,
            r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
            "a host's full name in small letters, such as 'mailroom.example.com'",
        )


@dataclass(frozen=True, kw_only=True)
class ApiConfig:
    """``throttles``: per route, ``"POST /v1/classifications"``. ``waf_requests_per_5_minutes``: of one address.
    ``clients``: one API key each. ``concurrency``: reserved executions per function."""

    clients: tuple[str, ...]
    requests_per_day: int
    throttles: Mapping[str, MethodThrottle]
    waf_requests_per_5_minutes: int
    concurrency: Mapping[str, int]
    memory_mb: int
    deadline_seconds: float
    audit_share: float
    log_days: int
    custom_domain: CustomDomain | None

    def __post_init__(self) -> None:
        if not self.clients:
            raise ValueError("clients must name at least one client of the API.")
        for client in self.clients:
            matches(
                "clients",
                client,
                r"[a-z0-9](-?[a-z0-9]){0,39}",
                "a name of at most 40 small letters, digits and single hyphens",
            )
        at_least("requests_per_day", self.requests_per_day, 1)
        # https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
        within("waf_requests_per_5_minutes", self.waf_requests_per_5_minutes, 10, 2_000_000_000)
        for function, executions in self.concurrency.items():
            at_least(f"concurrency.{function}", executions, 1)
        # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
        within("memory_mb", self.memory_mb, 128, 10_240)
        within("deadline_seconds", self.deadline_seconds, 0.5, 25)
        within("audit_share", self.audit_share, 0, 1)
        log_days("log_days", self.log_days)
