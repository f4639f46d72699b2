"""The table ``[people]``."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.values import days, person


@dataclass(frozen=True, kw_only=True)
class PeopleConfig:
    """Who may take on which role: ARNs of the roles of the company's own sign-in (IAM Identity Center, say)."""

    data_scientists: tuple[str, ...]
    approvers: tuple[str, ...]
    platform_engineers: tuple[str, ...]
    crm_uploaders: tuple[str, ...]
    auditors: tuple[str, ...]
    trail_days: int

    def __post_init__(self) -> None:
        for name, arns in self.principals.items():
            for arn in arns:
                person(name, arn)
        both = set(self.data_scientists) & set(self.approvers)
        if both:
            raise ValueError(f"who trains cannot approve: {min(both)} stands under data_scientists and approvers.")
        days("trail_days", self.trail_days)

    @property
    def principals(self) -> Mapping[str, tuple[str, ...]]:
        """Setting to ARNs."""
        return {
            "data_scientists": self.data_scientists,
            "approvers": self.approvers,
            "platform_engineers": self.platform_engineers,
            "crm_uploaders": self.crm_uploaders,
            "auditors": self.auditors,
        }
