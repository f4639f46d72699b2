"""Security groups' rules, and whether one lets through what another did not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from local.infra.assembly import resources_of
from local.infra.intrinsics import as_text

_ALL_PROTOCOLS = "-1"
_PEERS = (
    "CidrIp",
    "CidrIpv6",
    "SourceSecurityGroupId",
    "DestinationSecurityGroupId",
    "SourcePrefixListId",
    "DestinationPrefixListId",
)


@dataclass(frozen=True, kw_only=True)
class NetworkRule:
    """What one security group lets in or out: a protocol, a span of ports, and from or to whom."""

    group: str
    direction: str
    protocol: str
    first: int
    last: int
    peer: str

    def __str__(self) -> str:
        ports = "all ports" if (self.first, self.last) == (0, 65535) else f"ports {self.first} to {self.last}"
        protocol = "all protocols" if self.protocol == _ALL_PROTOCOLS else self.protocol
        return f"security group {self.group}: {self.direction}, {protocol}, {ports}, {self.peer}"


def network_rules(template: Mapping[str, Any]) -> tuple[NetworkRule, ...]:
    """The rules of all security groups of a template."""
    return tuple(dict.fromkeys(_rules(template)))


def lets_through(wide: NetworkRule, narrow: NetworkRule) -> bool:
    """Whether ``wide`` lets all through that ``narrow`` does."""
    return (
        (wide.group, wide.direction) == (narrow.group, narrow.direction)
        and wide.protocol in (_ALL_PROTOCOLS, narrow.protocol)
        and (wide.protocol == _ALL_PROTOCOLS or (wide.first <= narrow.first and narrow.last <= wide.last))
        and (wide.peer == narrow.peer or _contains(wide.peer, narrow.peer))
    )


def _rules(template: Mapping[str, Any]) -> Iterator[NetworkRule]:
    for resource in resources_of(template):
        properties = resource.properties
        if resource.type == "AWS::EC2::SecurityGroup":
            group = f"${{{resource.logical_id}.GroupId}}"
            for rule in properties.get("SecurityGroupIngress", ()):
                yield _rule(group, "in", rule)
            # CloudFormation lets everything out of a group that says nothing.
            for rule in properties.get("SecurityGroupEgress") or ({"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"},):
                yield _rule(group, "out", rule)
        elif resource.type == "AWS::EC2::SecurityGroupIngress":
            yield _rule(as_text(properties["GroupId"]), "in", properties)
        elif resource.type == "AWS::EC2::SecurityGroupEgress":
            yield _rule(as_text(properties["GroupId"]), "out", properties)


def _rule(group: str, direction: str, rule: Mapping[str, Any]) -> NetworkRule:
    protocol = as_text(rule["IpProtocol"])
    everything = protocol == _ALL_PROTOCOLS or rule.get("FromPort", -1) == -1
    return NetworkRule(
        group=group,
        direction=direction,
        protocol=protocol,
        first=0 if everything else int(rule["FromPort"]),
        last=65535 if everything else int(rule.get("ToPort", rule["FromPort"])),
        peer=next((as_text(rule[peer]) for peer in _PEERS if peer in rule), "anybody"),
    )


def _contains(wide: str, narrow: str) -> bool:
    try:
        outer, inner = ip_network(wide), ip_network(narrow)
    except ValueError:
        return False
    if isinstance(outer, IPv4Network) and isinstance(inner, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and isinstance(inner, IPv6Network) and inner.subnet_of(outer)
