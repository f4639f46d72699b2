"""Where a REST API logs to, and the right to."""

import json
from collections.abc import Sequence

from aws_cdk import RemovalPolicy, aws_apigateway, aws_iam, aws_kms, aws_logs
from constructs import Construct

from stacks.constructs.retention import retention

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
# No body, no key, no path as it came (an id of a mail may stand in it), no query. The address stays: callers are
# servers, and a stolen key shows first in where it is used from.
ACCESS_LOG_FORMAT = json.dumps(
    {
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
)

# What API Gateway looks for when the role is set; it is checked before any group exists, and is the account's one role
# for every REST API of the region.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html#set-up-access-logging-permissions
_ACCOUNT_ACTIONS: Sequence[str] = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
)


def access_log_group(scope: Construct, *, name: str, days: int, key: aws_kms.IKey) -> aws_logs.LogGroup:
    """One line a request, in ``ACCESS_LOG_FORMAT``."""
    return _log_group(scope, "AccessLog", name=name, days=days, key=key)


def execution_log_group(
    scope: Construct, *, api: aws_apigateway.IRestApi, stage_name: str, days: int, key: aws_kms.IKey
) -> aws_logs.LogGroup:
    """Where API Gateway reports what it could not do. The name is its own: made here, the group is encrypted and
    expires."""
    return _log_group(
        scope, "ExecutionLog", name=f"API-Gateway-Execution-Logs_{api.rest_api_id}/{stage_name}", days=days, key=key
    )


def _log_group(scope: Construct, construct_id: str, *, name: str, days: int, key: aws_kms.IKey) -> aws_logs.LogGroup:
    return aws_logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=retention(days),
        encryption_key=key,
        removal_policy=RemovalPolicy.DESTROY,
    )


class ApiLogAccount(Construct):
    """Lets API Gateway write logs in this account and region. There is one such setting for all APIs, so neither it
    nor its role goes with this stack: another API may log through them."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        # Only the account itself can hand this role to API Gateway, so the trust needs no source account; API Gateway
        # documents none that it would send.
        role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("apigateway.amazonaws.com"),
            description="API Gateway: logs of this region's REST APIs",
            inline_policies={
                "rights": aws_iam.PolicyDocument(
                    statements=[
                        aws_iam.PolicyStatement(
                            actions=list(_ACCOUNT_ACTIONS),
                            # Any group: the role is the account's for every REST API, and is tried before there is one.
                            resources=["*"],
                        )
                    ]
                )
            },
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        account = aws_apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
