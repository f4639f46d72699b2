"""The table ``[network]``."""

from dataclasses import dataclass
from ipaddress import IPv4Network

from config.values import log_days

# Reserved for private networks: https://www.rfc-editor.org/rfc/rfc1918
_PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
# Docker's own inside SageMaker's notebooks and apps: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
_TAKEN = IPv4Network("172.17.0.0/16")
# A VPC is a /16 at most; two subnets of /24 fit into a /23.
_WIDEST, _NARROWEST = 16, 23


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """``cidr``: the VPC's addresses. ``flow_log_days``: how long flow logs are kept."""

    cidr: str
    flow_log_days: int

    def __post_init__(self) -> None:
        try:
            network = IPv4Network(self.cidr)
        except ValueError:
            raise ValueError(f"cidr: {self.cidr!r} is no IPv4 network such as '10.40.0.0/20'.") from None
        if not _WIDEST <= network.prefixlen <= _NARROWEST:
            raise ValueError(
                f"cidr: {self.cidr!r} must be between a /{_WIDEST}, the widest that a VPC can be, and a "
                f"/{_NARROWEST}, into which its two subnets fit."
            )
        if not any(network.subnet_of(block) for block in _PRIVATE):
            raise ValueError(f"cidr: {self.cidr!r} must lie in one of {', '.join(map(str, _PRIVATE))}.")
        if network.overlaps(_TAKEN):
            raise ValueError(f"cidr: {self.cidr!r} overlaps {_TAKEN}, which SageMaker uses itself; choose another.")
        log_days("flow_log_days", self.flow_log_days)

    @property
    def network(self) -> IPv4Network:
        """``cidr``, parsed."""
        return IPv4Network(self.cidr)
