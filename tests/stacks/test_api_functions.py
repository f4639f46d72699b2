"""The API's functions: inside the network, with the rights that their code uses."""

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from classify.settings import Settings as ClassifySettings
from feedback.settings import Settings as FeedbackSettings
from tests.support.api_template import ACCOUNT, ROUTES, imported
from tests.support.templates import Assembly, Resource, Template, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ROOT = Path(__file__).parents[2]


@pytest.fixture
def stack(assembly: Assembly, environment: str) -> Template:
    return assembly[environment, "api"]


def function(stack: Template, package: str) -> Resource:
    return stack.named("AWS::Lambda::Function", package.capitalize())["Properties"]


def rights(stack: Template, package: str) -> dict[str, dict[str, Any]]:
    """Sid to statement, of a function's role."""
    role = stack.named("AWS::IAM::Role", f"{package.capitalize()}Role")["Properties"]
    (policy,) = role["Policies"]
    return {statement["Sid"]: statement for statement in statements(policy["PolicyDocument"])}


@BOTH
def test_the_gateway_may_call_a_function_for_its_own_routes_alone(stack: Template, environment: str):
    (api,) = stack.of_type("AWS::ApiGateway::RestApi")
    (stage,) = stack.of_type("AWS::ApiGateway::Stage")
    granted = {
        (
            stack.json["Resources"][permission["FunctionName"]["Fn::GetAtt"][0]]["Properties"]["FunctionName"],
            permission["Principal"],
            permission["Action"],
            json.dumps(permission["SourceArn"]),
        )
        for permission in (one["Properties"] for one in stack.of_type("AWS::Lambda::Permission").values())
    }
    arn = f"arn:aws:execute-api:eu-central-1:{ACCOUNT[environment]}:"
    assert granted == {
        (
            f"mailroom-{environment}-{answered_by}",
            "apigateway.amazonaws.com",
            "lambda:InvokeFunction",
            json.dumps({"Fn::Join": ["", [arn, {"Ref": api}, "/", {"Ref": stage}, f"/{method}{path}"]]}),
        )
        for (method, path), (answered_by, _, _) in ROUTES.items()
    }


@pytest.mark.parametrize(
    ("environment", "package", "timeout", "concurrency"),
    [
        ("dev", "classify", 29, 10),
        ("dev", "feedback", 15, 5),
        ("prod", "classify", 29, 40),
        ("prod", "feedback", 15, 10),
    ],
)
def test_a_function_runs_inside_the_network_with_executions_of_its_own(
    stack: Template, environment: str, package: str, timeout: int, concurrency: int
):
    settings = function(stack, package)
    assert {
        name: settings[name]
        for name in ("FunctionName", "Handler", "Runtime", "Architectures", "MemorySize", "Timeout")
    } == {
        "FunctionName": f"mailroom-{environment}-{package}",
        "Handler": f"{package}.handler.handler",
        "Runtime": "python3.12",
        "Architectures": ["arm64"],
        "MemorySize": 512,
        "Timeout": timeout,
    }
    assert settings["ReservedConcurrentExecutions"] == concurrency
    assert imported(settings["KmsKeyArn"], "DataKey")
    assert [imported(subnet, "IsolatedSubnet") for subnet in settings["VpcConfig"]["SubnetIds"]] == [True, True]
    (group,) = stack.of_type("AWS::EC2::SecurityGroup")
    assert settings["VpcConfig"]["SecurityGroupIds"] == [{"Fn::GetAtt": [group, "GroupId"]}]


@BOTH
def test_the_functions_group_lets_nobody_in_and_only_https_out(stack: Template):
    group = stack.properties("AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group
    assert [(rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) for rule in group["SecurityGroupEgress"]] == [
        (443, 443, "tcp")
    ]
    assert stack.of_type("AWS::EC2::SecurityGroupIngress") == {}


def variables(stack: Template, package: str) -> dict[str, str]:
    """A function's environment, the ledger's table under a name as CreateTable would take it."""
    given = function(stack, package)["Environment"]["Variables"]
    assert imported(given["LEDGER_TABLE"], "Ledger")
    return {**given, "LEDGER_TABLE": "ledger"}


@pytest.mark.parametrize(("environment", "days"), [("dev", 180), ("prod", 730)])
def test_the_functions_can_be_set_up_from_their_environment(stack: Template, environment: str, days: int):
    endpoint = f"mailroom-{environment}"
    assert ClassifySettings.from_mapping(variables(stack, "classify")) == ClassifySettings(
        endpoint_name=endpoint,
        ledger_table="ledger",
        ledger_days=days,
        deadline_seconds=8.0,
        audit_share=0.02,
        label_mix_task="queue",
    )
    assert FeedbackSettings.from_mapping(variables(stack, "feedback")) == FeedbackSettings(
        endpoint_name=endpoint, ledger_table="ledger", ledger_days=days
    )


@BOTH
def test_no_variable_of_a_function_goes_unread(stack: Template):
    for package in ("classify", "feedback"):
        sources = [*(ROOT / "lambda" / package).glob("*.py"), ROOT / "mailroom/lambda_runtime/settings.py"]
        text = "".join(path.read_text(encoding="utf-8") for path in sources)
        assert [name for name in variables(stack, package) if f'"{name}"' not in text] == []


@pytest.mark.parametrize(("package", "write"), [("classify", "BatchWriteItem"), ("feedback", "PutItem")])
@BOTH
def test_a_function_may_ask_the_one_endpoint_and_write_the_one_ledger(
    stack: Template, environment: str, package: str, write: str
):
    own = rights(stack, package)
    assert set(own) == {
        "OwnLog", "OwnEnvironment", "OwnNetworkInterfaces", "NotTheCodeItself", "Endpoint", "Ledger", "LedgerKey",
    }  # fmt: skip
    assert own["Endpoint"] == {
        "Sid": "Endpoint",
        "Effect": "Allow",
        "Action": ["sagemaker:InvokeEndpoint"],
        "Resource": [f"arn:aws:sagemaker:eu-central-1:{ACCOUNT[environment]}:endpoint/mailroom-{environment}"],
    }
    assert own["Ledger"]["Action"] == [f"dynamodb:{write}"]
    (table,) = own["Ledger"]["Resource"]
    assert imported(table, "Ledger")
    assert own["LedgerKey"]["Condition"] == {"StringEquals": {"kms:ViaService": "dynamodb.eu-central-1.amazonaws.com"}}
    (key,) = own["LedgerKey"]["Resource"]
    assert imported(key, "DataKey")


@pytest.mark.parametrize("package", ["classify", "feedback"])
def test_a_function_may_call_what_its_code_calls_and_nothing_else(assembly: Assembly, package: str):
    session = botocore.session.get_session()
    operations = {
        xform_name(operation): f"{prefix}:{operation}"
        for service, prefix in (("dynamodb", "dynamodb"), ("sagemaker-runtime", "sagemaker"))
        for operation in session.get_service_model(service).operation_names
    }
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "lambda" / package).glob("*.py"))
    called = {operations[name] for name in re.findall(r"_client\.(\w+)\(", text)}
    own = rights(assembly["prod", "api"], package)
    assert {*own["Endpoint"]["Action"], *own["Ledger"]["Action"]} == called


@BOTH
def test_rights_stand_in_the_roles_alone_and_none_is_a_managed_one(stack: Template):
    assert stack.of_type("AWS::IAM::Policy") == {}
    assert [
        name for name, role in stack.of_type("AWS::IAM::Role").items() if "ManagedPolicyArns" in role["Properties"]
    ] == []
