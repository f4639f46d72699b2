"""What is priced, and how."""

import json
from datetime import date
from typing import Any

import pytest

from local.infra.assembly import read_assembly
from local.infra.cost.estimate import Estimate, estimate
from local.infra.cost.free import FREE
from local.infra.cost.line import Unpriced
from local.infra.cost.prices import DEFAULT_FILE, Price, PriceError, PriceTable, load_prices
from local.infra.cost.report import report
from local.infra.cost.rules import RULES
from tests.support.assemblies import HandMade

# Every price is one dollar, so that a sum is a quantity; every assumption is plain to multiply with.
SHIPPED = load_prices(DEFAULT_FILE)
ONE = Price(usd=1.0, per="unit", date=date(2026, 11, 23), source="https://aws.amazon.com/", checked=True)
USE = {
    "hours_per_month": 730.0,
    "days_per_month": 30.0,
    "mails_per_day": 2000.0,
    "mails_per_request": 20.0,
    "feedback_share": 0.5,
    "feedback_per_request": 100.0,
    "classify_seconds": 2.0,
    "training_runs_per_month": 2.0,
    "training_hours_per_run": 3.0,
    "processing_hours_per_step": 0.5,
    "spot_discount": 0.5,
    "studio_hours_per_month": 60.0,
}
TABLE = PriceTable(
    region="eu-central-1",
    prices=dict.fromkeys(SHIPPED.prices, ONE),
    assumptions={**dict.fromkeys(SHIPPED.assumptions, 1.0), **USE},
)


@pytest.fixture
def priced(write_assembly):
    """The estimate of one stack of resources, given as type and properties."""

    def of(*resources: tuple[str, dict[str, Any]], table: PriceTable = TABLE) -> Estimate:
        declared = {
            f"R{number}": {"Type": type_, "Properties": properties}
            for number, (type_, properties) in enumerate(resources)
        }
        stacks = read_assembly(write_assembly({"prod/a": HandMade(resources=declared)})).stacks
        return estimate(stacks, table)

    return of


def lines(found: Estimate) -> dict[str, tuple[float, str]]:
    return {line.what: (line.quantity, "fixed" if line.fixed else "by use") for line in found.lines}


def test_an_interface_endpoint_costs_per_zone_and_hour_and_a_gateway_endpoint_nothing(priced):
    interface = {"VpcEndpointType": "Interface", "SubnetIds": ["a", "b"], "ServiceName": "com.amazonaws.x.sts"}
    gateway = {"VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.x.s3"}
    assert lines(priced(("AWS::EC2::VPCEndpoint", interface), ("AWS::EC2::VPCEndpoint", gateway))) == {
        "interface endpoint, 2 zones": (1460.0, "fixed"),
        "data through interface endpoints": (1.0, "by use"),
    }


def test_endpoint_instances_cost_every_hour_whether_mails_come_or_not(priced):
    variant = {"InstanceType": "ml.c6i.xlarge", "InitialInstanceCount": 2}
    found = lines(priced(("AWS::SageMaker::EndpointConfig", {"ProductionVariants": [variant]})))
    assert found["endpoint, 2 x ml.c6i.xlarge"] == (1460.0, "fixed")


def test_a_serverless_endpoint_costs_memory_times_duration(priced):
    variant = {"ServerlessConfig": {"MemorySizeInMB": 3072, "MaxConcurrency": 5}}
    found = lines(priced(("AWS::SageMaker::EndpointConfig", {"ProductionVariants": [variant]})))
    assert found["serverless endpoint"] == (60000 * 3 / 1e6, "by use")


def test_jobs_of_a_pipeline_cost_by_the_hour_and_spot_training_less(priced):
    definition = {
        "Parameters": [{"Name": "TrainOn", "Type": "String", "DefaultValue": "ml.g5.xlarge"}],
        "Steps": [
            {
                "Name": "prepare",
                "Type": "Processing",
                "Arguments": {
                    "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1}}
                },
            },
            {
                "Name": "train",
                "Type": "Training",
                "Arguments": {
                    "ResourceConfig": {"InstanceType": {"Get": "Parameters.TrainOn"}, "InstanceCount": 2},
                    "EnableManagedSpotTraining": True,
                },
            },
            {
                "Name": "gate",
                "Type": "Condition",
                "Arguments": {
                    "IfSteps": [
                        {
                            "Name": "explain",
                            "Type": "Processing",
                            "Arguments": {
                                "ProcessingResources": {
                                    "ClusterConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1}
                                }
                            },
                        },
                        {"Name": "register", "Type": "RegisterModel", "Arguments": {}},
                    ],
                    "ElseSteps": [],
                },
            },
        ],
    }
    first, second = json.dumps(definition).split('"prepare"')
    body = {"Fn::Join": ["", [first, '"prepare"', second]]}
    properties = {"PipelineDefinition": {"PipelineDefinitionBody": body}}
    assert lines(priced(("AWS::SageMaker::Pipeline", properties))) == {
        "pipeline step prepare, ml.m5.xlarge": (1.0, "by use"),
        "pipeline step train, ml.g5.xlarge": (2 * 3 * 2 * 0.5, "by use"),
        "pipeline step explain, ml.m5.large": (1.0, "by use"),
    }


def test_airflow_is_always_on_with_workers_above_the_first_and_endpoints_of_its_own(priced):
    properties = {
        "EnvironmentClass": "mw1.small",
        "MinWorkers": 3,
        "NetworkConfiguration": {"SubnetIds": ["a", "b"]},
    }
    assert lines(priced(("AWS::MWAA::Environment", properties))) == {
        "Airflow environment mw1.small": (730.0, "fixed"),
        "2 more Airflow workers": (1460.0, "fixed"),
        "endpoints of Airflow's own": (2920.0, "fixed"),
        "Airflow's database": (1.0, "by use"),
    }


def test_a_web_acl_costs_by_its_rules_and_requests(priced):
    assert lines(priced(("AWS::WAFv2::WebACL", {"Rules": [{}, {}, {}]}))) == {
        "web ACL": (1, "fixed"),
        "web ACL rules": (3, "fixed"),
        "requests through the web ACL": ((3000 + 300) / 1e6, "by use"),
    }


def test_a_function_costs_by_call_and_memory_times_duration(priced):
    properties = {"FunctionName": "mailroom-prod-classify", "MemorySize": 512, "Architectures": ["arm64"]}
    assert lines(priced(("AWS::Lambda::Function", properties))) == {
        "calls of mailroom-prod-classify": (3000 / 1e6, "by use"),
        "running mailroom-prod-classify": (3000 * 2 * 0.5 / 1e6, "by use"),
    }


def test_an_alarm_costs_by_the_metrics_it_looks_at(priced):
    metrics = [
        {"Id": "errors", "MetricStat": {"Period": 60}},
        {"Id": "all", "MetricStat": {"Period": 60}},
        {"Id": "share", "Expression": "errors / all"},
    ]
    found = priced(("AWS::CloudWatch::Alarm", {"Metrics": metrics}), ("AWS::CloudWatch::Alarm", {"Period": 300}))
    assert sum(line.quantity for line in found.lines) == 3


def test_a_space_costs_by_hours_of_use_and_its_volume_always(priced):
    settings = {
        "CodeEditorAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}},
        "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 20}},
    }
    assert lines(priced(("AWS::SageMaker::Space", {"SpaceSettings": settings}))) == {
        "Studio space, ml.t3.medium": (60.0, "by use"),
        "Studio space, volume of 20 GB": (20, "fixed"),
    }


def test_a_row_of_the_ledger_is_written_once_more_for_each_index(priced):
    properties = {"BillingMode": "PAY_PER_REQUEST", "GlobalSecondaryIndexes": [{}]}
    found = lines(priced(("AWS::DynamoDB::Table", properties)))
    assert found["ledger writes"] == ((60000 + 30000) * 2 / 1e6, "by use")
    assert "ledger point-in-time recovery" not in found


def test_a_type_without_a_rule_is_named_and_not_zero(priced):
    assert priced(("AWS::EC2::NatGateway", {})) == Estimate(
        lines=(),
        unpriced=(
            Unpriced(
                stack="a",
                type="AWS::EC2::NatGateway",
                logical_id="R0",
                reason="no price rule is known for this type",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("type_", "properties", "reason"),
    [
        (
            "AWS::SageMaker::EndpointConfig",
            {"ProductionVariants": [{"InstanceType": "ml.unheard.of", "InitialInstanceCount": 1}]},
            "the price table has no ml.unheard.of",
        ),
        (
            "AWS::SageMaker::EndpointConfig",
            {"ProductionVariants": [{"InstanceType": {"Ref": "Type"}, "InitialInstanceCount": 1}]},
            "InstanceType is only known at deployment",
        ),
        (
            "AWS::SageMaker::Pipeline",
            {"PipelineDefinition": {"PipelineDefinitionS3Location": {}}},
            "its definition lies in S3",
        ),
        ("AWS::DynamoDB::Table", {"BillingMode": "PROVISIONED"}, "only on-demand tables are priced"),
    ],
)
def test_what_cannot_be_priced_is_named_with_its_reason(priced, type_: str, properties: dict, reason: str):
    assert [item.reason for item in priced((type_, properties)).unpriced] == [reason]


def test_no_type_is_both_priced_and_free():
    assert not RULES.keys() & FREE


def test_a_table_for_another_region_is_refused(priced):
    elsewhere = PriceTable(region="eu-west-1", prices=TABLE.prices, assumptions=TABLE.assumptions)
    with pytest.raises(PriceError, match=r"The price table is for eu-west-1, but prod/a lies in eu-central-1\."):
        priced(table=elsewhere)


def test_the_report_shows_sums_bars_assumptions_and_what_has_no_price(priced):
    found = priced(("AWS::KMS::Key", {}), ("AWS::KMS::Key", {}), ("AWS::EC2::NatGateway", {}))
    text = report("prod", found, TABLE)
    # Keys at one dollar each; their requests are two millionths of one.
    assert "  2 x key " in text
    assert text.splitlines()[-3:] == [
        "Not priced, and not zero for that:",
        "  a: AWS::EC2::NatGateway R2: no price rule is known for this type",
        "List prices change; these were written down from 2026-11-23 to 2026-11-23 (config/prices.toml).",
    ]
    assert "a                     2.00  ████████████████████████████████████████" in text.splitlines()
    assert "fixed               2.00   without a single mail" in text.splitlines()
    assert "  mails_per_day = 2000" in text.splitlines()
