"""When a failed step is tried again.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.pipelines.errors import SERVICE_FAULT, THROTTLING

_INTERVAL_SECONDS = 1
_BACKOFF_RATE = 2.0
_MAX_ATTEMPTS = 5
# Of these two the page above says that they are tried again without any policy, and not how often: so by the numbers of
# a policy that sets none.
_BY_ITSELF: Mapping[str, Any] = {"ExceptionType": [SERVICE_FAULT, THROTTLING]}


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A failed attempt: what a retry policy calls it, and when it was, in seconds since 1970."""

    kind: str
    at: float


def seconds_until_retry(policies: Sequence[Mapping[str, Any]], failures: Sequence[Failure]) -> float | None:
    """How long to wait after the last of ``failures`` before the step is tried again; None if it is not.

    The first policy that names the last failure's kind counts, and of the failures those that it names. Its limit is
    a number of attempts or a time since the first of them; the number where it sets neither. What no policy names is
    not tried again, but for faults of a service and throttling.
    """
    last = failures[-1]
    for policy in (*policies, _BY_ITSELF):
        if last.kind not in policy["ExceptionType"]:
            continue
        counted = [one for one in failures if one.kind in policy["ExceptionType"]]
        expiry = policy.get("ExpireAfterMin")
        limit = policy.get("MaxAttempts", None if expiry else _MAX_ATTEMPTS)
        if limit is not None and len(counted) > limit:
            return None
        wait = float(policy.get("IntervalSeconds", _INTERVAL_SECONDS))
        wait *= float(policy.get("BackoffRate", _BACKOFF_RATE)) ** (len(counted) - 1)
        if expiry is not None and last.at + wait - counted[0].at > expiry * 60:
            return None
        return wait
    return None
