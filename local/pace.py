"""How much faster time goes here: nobody waits a quarter of an hour on one machine to see a model take over.

Every span that the templates set for a deployment (the wait of a canary, the period of an alarm) is divided by the same
number, so that their proportions stay those of the account.
"""

from dataclasses import dataclass

DEFAULT_TIMES = 60.0
"""A minute of the account's takes a second."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """``times``: how many seconds of the account's go by in one of this machine's; 1 is the account's own pace."""

    times: float = DEFAULT_TIMES

    def __post_init__(self) -> None:
        if self.times <= 0:
            raise ValueError("A pace must be above 0.")

    def seconds(self, in_the_account: float) -> float:
        """What a span of seconds that a template sets lasts here, in seconds."""
        return in_the_account / self.times


USUAL_PACE = Pace()
