"""The REST API as a construct, where one template alone does not show it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from config.load import load_environment
from config.tables.api import MethodThrottle
from stacks.constructs.contract import Operation
from tests.support.node import node_environment

THING = Operation(
    path="/v1/things", method="POST", function="classify", needs_key=True, request_schema="Thing", parameters={}
)
DEV = load_environment("dev")
CONFIG = replace(DEV, api=replace(DEV.api, throttles={THING.route: MethodThrottle(rate=1, burst=1)}))


@pytest.mark.slow
def test_another_request_model_makes_another_deployment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, value in {**node_environment(), "CDK_VALIDATION": "false"}.items():
        monkeypatch.setenv(name, value)
    # Importing the CDK starts Node.
    from aws_cdk import App, Stack, aws_kms, aws_lambda

    from stacks.constructs.api_logs import ApiLogAccount
    from stacks.constructs.rest_api import ContractApi

    app = App(outdir=str(tmp_path))
    schemas = {"before": {"type": "object"}, "after": {"type": "array"}, "again": {"type": "array"}}
    for name, schema in schemas.items():
        stack = Stack(app, name)
        ContractApi(
            stack,
            "Api",
            config=CONFIG,
            operations=[THING],
            models={"Thing": schema},
            functions={"classify": aws_lambda.Function.from_function_name(stack, "Classify", "classify")},
            logs_key=aws_kms.Key(stack, "Key"),
            log_account=ApiLogAccount(stack, "ApiLogAccount"),
        )
    app.synth()
    deployments = {}
    for name in schemas:
        resources = json.loads((tmp_path / f"{name}.template.json").read_text(encoding="utf-8"))["Resources"]
        (deployments[name],) = [
            logical_id for logical_id, one in resources.items() if one["Type"] == "AWS::ApiGateway::Deployment"
        ]
    assert deployments["before"] != deployments["after"]
    assert deployments["after"] == deployments["again"]
