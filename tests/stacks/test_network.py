"""The network: no way out, an endpoint for every service that what runs inside calls."""

from typing import Any

import pytest

from stacks.constructs.private_network import INTERFACE_SERVICES, interface_services
from tests.support.templates import Assembly

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])


def _text(name: str | dict[str, Any]) -> str:
    """A name that CDK writes as a join, as CloudFormation reads it."""
    if isinstance(name, str):
        return name
    separator, parts = name["Fn::Join"]
    return separator.join("eu-central-1" if part == {"Ref": "AWS::Region"} else part for part in parts)


@BOTH
def test_the_network_has_no_way_to_the_internet(assembly: Assembly, environment: str):
    network = assembly[environment, "network"]
    ways_out = [
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::VPCGatewayAttachment",
        "AWS::EC2::Route",
    ]
    assert {kind: network.of_type(kind) for kind in ways_out} == {kind: {} for kind in ways_out}


@BOTH
def test_isolated_subnets_lie_in_the_two_configured_zones(assembly: Assembly, environment: str):
    subnets = assembly[environment, "network"].of_type("AWS::EC2::Subnet").values()
    assert [
        (subnet["Properties"]["AvailabilityZone"], subnet["Properties"]["MapPublicIpOnLaunch"]) for subnet in subnets
    ] == [("eu-central-1a", False), ("eu-central-1b", False)]


@BOTH
def test_every_named_service_has_a_private_endpoint_in_both_zones(assembly: Assembly, environment: str):
    endpoints = [
        endpoint["Properties"]
        for endpoint in assembly[environment, "network"].of_type("AWS::EC2::VPCEndpoint").values()
    ]
    interfaces = [endpoint for endpoint in endpoints if endpoint["VpcEndpointType"] == "Interface"]
    names = {
        service.replace("REGION", "eu-central-1")
        if service.startswith("aws.")
        else f"com.amazonaws.eu-central-1.{service}"
        for service in interface_services(() if environment == "prod" else ("Airflow",))
    }
    assert {endpoint["ServiceName"] for endpoint in interfaces} == names
    assert {(len(endpoint["SubnetIds"]), endpoint["PrivateDnsEnabled"]) for endpoint in interfaces} == {(2, True)}


@BOTH
def test_s3_and_dynamodb_have_gateway_endpoints_in_every_route_table(assembly: Assembly, environment: str):
    network = assembly[environment, "network"]
    gateways = [
        endpoint["Properties"]
        for endpoint in network.of_type("AWS::EC2::VPCEndpoint").values()
        if endpoint["Properties"]["VpcEndpointType"] == "Gateway"
    ]
    tables = len(network.of_type("AWS::EC2::RouteTable"))
    assert {_text(gateway["ServiceName"]): len(gateway["RouteTableIds"]) for gateway in gateways} == {
        "com.amazonaws.eu-central-1.dynamodb": tables,
        "com.amazonaws.eu-central-1.s3": tables,
    }


@BOTH
def test_no_endpoint_lets_another_account_in_or_out(assembly: Assembly, environment: str):
    for endpoint in assembly[environment, "network"].of_type("AWS::EC2::VPCEndpoint").values():
        for statement in endpoint["Properties"]["PolicyDocument"]["Statement"]:
            narrowed = "Condition" in statement or statement["Resource"] != "*"
            assert narrowed, statement


@BOTH
def test_all_traffic_is_logged_into_an_encrypted_group_that_expires(assembly: Assembly, environment: str):
    network = assembly[environment, "network"]
    assert network.properties("AWS::EC2::FlowLog")["TrafficType"] == "ALL"
    group = network.properties("AWS::Logs::LogGroup")
    assert group["LogGroupName"] == f"/mailroom/{environment}/flow"
    assert group["RetentionInDays"] == {"dev": 30, "prod": 365}[environment]
    assert "Fn::ImportValue" in group["KmsKeyId"]


def test_only_what_airflow_alone_calls_goes_when_airflow_is_off():
    assert set(INTERFACE_SERVICES) - set(interface_services(("Airflow",))) == {
        "airflow.api",
        "airflow.env",
        "airflow.ops",
        "events",
        "sqs",
    }
