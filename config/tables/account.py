"""The table ``[environment]``: where an environment lives."""

import re
from dataclasses import dataclass
from typing import Literal

from config.values import all_different, matches

_ACCOUNT = r"[0-9]{12}"


@dataclass(frozen=True, kw_only=True)
class AccountConfig:
    """``account``: twelve digits. ``single_account``: that both environments may share an account is meant.

    ``trusted_accounts``: other accounts whose roles may be named under people and ci.
    """

    name: Literal["dev", "prod"]
    account: str
    region: str
    availability_zones: tuple[str, ...]
    single_account: bool
    trusted_accounts: tuple[str, ...]

    def __post_init__(self) -> None:
        if not re.fullmatch(_ACCOUNT, self.account, re.ASCII):
            raise ValueError(f"account must be the twelve digits of an AWS account, not {self.account!r}.")
        if len(self.availability_zones) != 2 or len(set(self.availability_zones)) != 2:
            raise ValueError("availability_zones must name two different zones.")
        for zone in self.availability_zones:
            if not re.fullmatch(re.escape(self.region) + "[a-f]", zone):
                raise ValueError(f"the zone {zone!r} does not lie in the region {self.region!r}.")
        for trusted in self.trusted_accounts:
            matches("trusted_accounts", trusted, _ACCOUNT, "the twelve digits of an AWS account")
        all_different("trusted_accounts", (self.account, *self.trusted_accounts))
