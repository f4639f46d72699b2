"""Network: moto's own CloudFormation makes these and never deletes them, or drops a part of their settings."""

from typing import Any

from local.accounts.gaps.resource_type import Properties, ResourceType


def _flow_log(properties: Properties) -> Properties:
    return {**properties, "ResourceIds": [properties["ResourceId"]]}


def _egress(properties: Properties) -> Properties:
    return _rule(properties, peer="Destination")


def _ingress(properties: Properties) -> Properties:
    return _rule(properties, peer="Source")


def _rule(properties: Properties, *, peer: str) -> Properties:
    names = ("IpProtocol", "FromPort", "ToPort")
    rule: dict[str, Any] = {name: properties[name] for name in names if name in properties}
    described = {"Description": properties["Description"]} if "Description" in properties else {}
    for given, group, name in (
        ("CidrIp", "IpRanges", "CidrIp"),
        ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        (f"{peer}SecurityGroupId", "UserIdGroupPairs", "GroupId"),
        (f"{peer}PrefixListId", "PrefixListIds", "PrefixListId"),
    ):
        if given in properties:
            rule[group] = [{name: properties[given], **described}]
    return {"GroupId": properties["GroupId"], "IpPermissions": [rule]}


NETWORK = (
    ResourceType(
        name="AWS::EC2::FlowLog",
        service="ec2",
        create="create_flow_logs",
        delete="delete_flow_logs",
        keys=("FlowLogIds",),
        physical_id="{FlowLogIds[0]}",
        attributes={"Id": "{FlowLogIds[0]}"},
        prepare=_flow_log,
    ),
    ResourceType(
        name="AWS::EC2::RouteTable",
        service="ec2",
        create="create_route_table",
        delete="delete_route_table",
        keys=("RouteTableId",),
        physical_id="{RouteTableId}",
        attributes={"RouteTableId": "{RouteTableId}"},
    ),
    ResourceType(
        name="AWS::EC2::SubnetRouteTableAssociation",
        service="ec2",
        create="associate_route_table",
        delete="disassociate_route_table",
        keys=("AssociationId",),
        physical_id="{AssociationId}",
        attributes={"Id": "{AssociationId}"},
    ),
    ResourceType(
        name="AWS::EC2::VPCEndpoint",
        service="ec2",
        create="create_vpc_endpoint",
        delete="delete_vpc_endpoints",
        keys=("VpcEndpointId",),
        delete_key_names={"VpcEndpointId": "VpcEndpointIds"},
        physical_id="{VpcEndpointId}",
        attributes={"Id": "{VpcEndpointId}"},
    ),
    ResourceType(
        name="AWS::EC2::SecurityGroupEgress",
        service="ec2",
        create="authorize_security_group_egress",
        delete="revoke_security_group_egress",
        keys=("GroupId", "IpPermissions"),
        physical_id="{GroupId}|egress",
        prepare=_egress,
    ),
    ResourceType(
        name="AWS::EC2::SecurityGroupIngress",
        service="ec2",
        create="authorize_security_group_ingress",
        delete="revoke_security_group_ingress",
        keys=("GroupId", "IpPermissions"),
        physical_id="{GroupId}|ingress",
        prepare=_ingress,
    ),
)
