"""What the API logs: who called, when and with what answer, and never what a mail says."""

import json

import pytest

from tests.support.api_template import ROUTES, imported
from tests.support.templates import Assembly, Template, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
LOG_DAYS = {"dev": 30, "prod": 365}


@pytest.fixture
def stack(assembly: Assembly, environment: str) -> Template:
    return assembly[environment, "api"]


@BOTH
def test_the_stage_logs_errors_and_metrics_of_every_method_and_never_a_body(stack: Template):
    stage = stack.properties("AWS::ApiGateway::Stage")
    assert stage["StageName"] == "live"
    assert stage["TracingEnabled"] is False
    assert len(stage["MethodSettings"]) == 1 + len(ROUTES)
    logged = {(one["DataTraceEnabled"], one["LoggingLevel"], one["MetricsEnabled"]) for one in stage["MethodSettings"]}
    assert logged == {(False, "ERROR", True)}


@BOTH
def test_a_line_of_the_access_log_holds_neither_body_nor_key_nor_what_stood_in_path_or_query(stack: Template):
    log = stack.properties("AWS::ApiGateway::Stage")["AccessLogSetting"]
    assert json.loads(log["Format"]) == {
        "request_id": "$context.requestId",
        "time": "$context.requestTimeEpoch",
        "api_key_id": "$context.identity.apiKeyId",
        "source_ip": "$context.identity.sourceIp",
        "method": "$context.httpMethod",
        "resource": "$context.resourcePath",
        "status": "$context.status",
        "milliseconds": "$context.responseLatency",
        "response_bytes": "$context.responseLength",
        "refusal": "$context.error.responseType",
        "function_status": "$context.integration.status",
        "function_milliseconds": "$context.integration.latency",
        "firewall": "$context.wafResponseCode",
        "tls": "$context.tlsVersion",
    }
    group, attribute = log["DestinationArn"]["Fn::GetAtt"]
    assert (group.startswith("AccessLog"), attribute) == (True, "Arn")


@BOTH
def test_every_log_group_is_encrypted_and_expires(stack: Template, environment: str):
    (api,) = stack.of_type("AWS::ApiGateway::RestApi")
    groups = [group["Properties"] for group in stack.of_type("AWS::Logs::LogGroup").values()]
    kept = {json.dumps(group["LogGroupName"]): group["RetentionInDays"] for group in groups}
    days = LOG_DAYS[environment]
    assert kept == {
        json.dumps(f"/aws/lambda/mailroom-{environment}-classify"): days,
        json.dumps(f"/aws/lambda/mailroom-{environment}-feedback"): days,
        json.dumps(f"/mailroom/{environment}/api-access"): days,
        json.dumps(f"aws-waf-logs-mailroom-{environment}"): days,
        json.dumps({"Fn::Join": ["", ["API-Gateway-Execution-Logs_", {"Ref": api}, "/live"]]}): days,
    }
    assert all(imported(group["KmsKeyId"], "LogsKey") for group in groups)


@BOTH
def test_the_stage_waits_for_its_log_and_for_the_right_to_write_it(stack: Template):
    waits_for = stack.only("AWS::ApiGateway::Stage")["DependsOn"]
    (account,) = stack.of_type("AWS::ApiGateway::Account")
    (execution_log,) = [name for name in stack.of_type("AWS::Logs::LogGroup") if name.startswith("ExecutionLog")]
    assert {account, execution_log} <= set(waits_for)


@BOTH
def test_the_regions_log_role_of_api_gateway_outlives_the_stack(stack: Template):
    account = stack.only("AWS::ApiGateway::Account")
    role = stack.named("AWS::IAM::Role", "ApiLogAccount")
    assert {account["DeletionPolicy"], account["UpdateReplacePolicy"], role["DeletionPolicy"]} == {"Retain"}
    (policy,) = role["Properties"]["Policies"]
    (statement,) = statements(policy["PolicyDocument"])
    assert {action.partition(":")[0] for action in statement["Action"]} == {"logs"}
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "apigateway.amazonaws.com"}
