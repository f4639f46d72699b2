"""The firewall in front of the API: mails of any content pass, floods do not, and no log holds a mail."""

import json
from typing import Any

import pytest

from tests.support.api_template import ACCOUNT
from tests.support.templates import Assembly, Template, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])


@pytest.fixture
def stack(assembly: Assembly, environment: str) -> Template:
    return assembly[environment, "api"]


def rules(stack: Template) -> list[dict[str, Any]]:
    return sorted(stack.properties("AWS::WAFv2::WebACL")["Rules"], key=lambda rule: rule["Priority"])


@BOTH
def test_the_stage_is_behind_the_firewall(stack: Template):
    (acl,) = stack.of_type("AWS::WAFv2::WebACL")
    (api,), (stage,) = stack.of_type("AWS::ApiGateway::RestApi"), stack.of_type("AWS::ApiGateway::Stage")
    assert stack.properties("AWS::WAFv2::WebACL")["Scope"] == "REGIONAL"
    assert stack.properties("AWS::WAFv2::WebACLAssociation") == {
        "ResourceArn": {
            "Fn::Join": ["", ["arn:aws:apigateway:eu-central-1::/restapis/", {"Ref": api}, "/stages/", {"Ref": stage}]]
        },
        "WebACLArn": {"Fn::GetAtt": [acl, "Arn"]},
    }


@pytest.mark.parametrize(("environment", "limit_of_5_minutes"), [("dev", 3_000), ("prod", 15_000)])
def test_an_address_that_asks_too_often_is_told_to_wait(stack: Template, limit_of_5_minutes: int):
    limit = rules(stack)[0]
    assert limit["Statement"] == {
        "RateBasedStatement": {"AggregateKeyType": "IP", "EvaluationWindowSec": 300, "Limit": limit_of_5_minutes}
    }
    assert limit["Action"] == {
        "Block": {
            "CustomResponse": {
                "ResponseCode": 429,
                "CustomResponseBodyKey": "too-many",
                "ResponseHeaders": [{"Name": "Retry-After", "Value": "300"}],
            }
        }
    }
    (body,) = stack.properties("AWS::WAFv2::WebACL")["CustomResponseBodies"].values()
    assert json.loads(body["Content"])["status"] == 429


@BOTH
def test_managed_rules_block_but_those_that_a_mail_could_trip_only_count(stack: Template):
    managed = {}
    for rule in rules(stack)[1:]:
        group = rule["Statement"]["ManagedRuleGroupStatement"]
        overrides = group.get("RuleActionOverrides", [])
        assert [override["ActionToUse"] for override in overrides] == [{"Count": {}}] * len(overrides)
        assert rule["OverrideAction"] == {"None": {}}
        managed[group["VendorName"], group["Name"]] = [override["Name"] for override in overrides]
    assert managed == {
        ("AWS", "AWSManagedRulesAmazonIpReputationList"): [],
        ("AWS", "AWSManagedRulesCommonRuleSet"): [
            "SizeRestrictions_BODY",
            "CrossSiteScripting_BODY",
            "EC2MetaDataSSRF_BODY",
            "GenericLFI_BODY",
            "GenericRFI_BODY",
            "NoUserAgent_HEADER",
        ],
        ("AWS", "AWSManagedRulesKnownBadInputsRuleSet"): [
            "JavaDeserializationRCE_BODY",
            "Log4JRCE_BODY",
            "ReactJSRCE_BODY",
        ],
    }


@BOTH
def test_every_rule_has_a_metric_of_its_own_and_keeps_no_samples(stack: Template):
    acl = stack.properties("AWS::WAFv2::WebACL")
    shown = [acl["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in acl["Rules"])]
    assert {(one["CloudWatchMetricsEnabled"], one["SampledRequestsEnabled"]) for one in shown} == {(True, False)}
    assert len({one["MetricName"] for one in shown}) == len(shown)


@BOTH
def test_neither_key_nor_mail_reaches_the_firewalls_log(stack: Template):
    protections = stack.properties("AWS::WAFv2::WebACL")["DataProtectionConfig"]["DataProtections"]
    assert protections == [
        {
            "Action": "SUBSTITUTION",
            "Field": field,
            "ExcludeRuleMatchDetails": False,
            "ExcludeRateBasedDetails": False,
        }
        for field in ({"FieldType": "SINGLE_HEADER", "FieldKeys": ["x-api-key"]}, {"FieldType": "BODY"})
    ]
    logging = stack.properties("AWS::WAFv2::LoggingConfiguration")
    assert logging["RedactedFields"] == [{"SingleHeader": {"Name": "x-api-key"}}]


@BOTH
def test_the_log_holds_what_a_rule_minded_and_nothing_else(stack: Template):
    logging = stack.properties("AWS::WAFv2::LoggingConfiguration")
    assert logging["LoggingFilter"] == {
        "DefaultBehavior": "DROP",
        "Filters": [
            {
                "Behavior": "KEEP",
                "Requirement": "MEETS_ANY",
                "Conditions": [
                    {"ActionCondition": {"Action": "BLOCK"}},
                    {"ActionCondition": {"Action": "COUNT"}},
                ],
            }
        ],
    }


@BOTH
def test_log_delivery_may_write_into_the_firewalls_group_alone(stack: Template, environment: str):
    (group,) = [name for name in stack.of_type("AWS::Logs::LogGroup") if name.startswith("Firewall")]
    prefix = f"arn:aws:logs:eu-central-1:{ACCOUNT[environment]}"
    logging = stack.only("AWS::WAFv2::LoggingConfiguration")
    (policy,) = stack.of_type("AWS::Logs::ResourcePolicy")
    assert logging["Properties"]["LogDestinationConfigs"] == [
        {"Fn::Join": ["", [f"{prefix}:log-group:", {"Ref": group}]]}
    ]
    assert logging["DependsOn"] == [policy]
    _, parts = stack.properties("AWS::Logs::ResourcePolicy")["PolicyDocument"]["Fn::Join"]
    document = json.loads("".join("GROUP" if part == {"Ref": group} else part for part in parts))
    assert statements(document) == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"{prefix}:log-group:GROUP:log-stream:*"],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT[environment]},
                "ArnLike": {"aws:SourceArn": f"{prefix}:*"},
            },
        }
    ]
