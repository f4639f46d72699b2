"""Endpoints and flow logs."""

from collections.abc import Iterator

from local.infra.assembly import Resource
from local.infra.cost.line import Line
from local.infra.cost.rules.context import Context, Rule


def vpc_endpoint(resource: Resource, context: Context) -> Iterator[Line]:
    """Interface endpoints cost per zone and hour; gateway endpoints (S3, DynamoDB) are free."""
    if resource.properties.get("VpcEndpointType", "Gateway") != "Interface":
        return
    zones = len(resource.properties.get("SubnetIds", ()))
    yield context.fixed(f"interface endpoint, {zones} zones", zones * context.hours, "interface-endpoint")
    gigabytes = context.table.assume("gb_per_interface_endpoint")
    yield context.by_use("data through interface endpoints", gigabytes, "interface-endpoint-data")


def flow_log(_: Resource, context: Context) -> Iterator[Line]:
    """What a flow log writes; keeping it is counted with its log group or bucket."""
    yield context.by_use("flow logs written", context.table.assume("flow_log_gb"), "log-ingestion")


RULES: dict[str, Rule] = {"AWS::EC2::VPCEndpoint": vpc_endpoint, "AWS::EC2::FlowLog": flow_log}
