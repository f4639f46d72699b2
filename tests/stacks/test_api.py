"""The API: the contract's routes, answered by the functions that it names, at one address."""

import json

import pytest

from mailroom.openapi import document, functions, routes
from stacks.constructs.request_models import request_model
from tests.support.api_template import ROUTES, function_of, methods
from tests.support.templates import Assembly, Template

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/1b2c3d4e-0000-4000-8000-000000000000"


@pytest.fixture
def stack(assembly: Assembly, environment: str) -> Template:
    return assembly[environment, "api"]


@BOTH
def test_the_api_has_the_contracts_routes_answered_by_the_functions_it_names(stack: Template, environment: str):
    named = {
        route: (
            function_of(stack, method).removeprefix(f"mailroom-{environment}-"),
            method["ApiKeyRequired"],
            next((reference for reference in method.get("RequestModels", {})), None),
        )
        for route, method in methods(stack).items()
    }
    assert named == {
        route: (answered_by, keyed, "application/json" if model else None)
        for route, (answered_by, keyed, model) in ROUTES.items()
    }
    assert {(method, path): (functions()[path][method], routes()[path][method]) for method, path in named} == {
        route: (answered_by, keyed) for route, (answered_by, keyed, _) in ROUTES.items()
    }
    assert {(method, path) for path, item in routes().items() for method in item} == set(ROUTES)


@BOTH
def test_every_call_is_handed_to_its_function_whole_within_29_seconds(stack: Template):
    kinds = {
        (
            method["Integration"]["Type"],
            method["Integration"]["IntegrationHttpMethod"],
            method["Integration"]["TimeoutInMillis"],
            method["AuthorizationType"],
        )
        for method in methods(stack).values()
    }
    assert kinds == {("AWS_PROXY", "POST", 29_000, "NONE")}


@BOTH
def test_bodies_are_checked_against_models_made_from_the_contract(stack: Template):
    models = {name: model["Properties"] for name, model in stack.of_type("AWS::ApiGateway::Model").items()}
    assert {model["Name"]: (model["ContentType"], model["Schema"]) for model in models.values()} == {
        name: ("application/json", request_model(name, document()["components"]["schemas"]))
        for name in ("ClassificationRequest", "FeedbackRequest")
    }
    used = {
        route: models[method["RequestModels"]["application/json"]["Ref"]]["Name"]
        for route, method in methods(stack).items()
        if "RequestModels" in method
    }
    assert used == {route: model for route, (_, _, model) in ROUTES.items() if model}


@BOTH
def test_bodies_and_parameters_of_every_method_are_validated(stack: Template):
    (name,) = stack.of_type("AWS::ApiGateway::RequestValidator")
    validator = stack.properties("AWS::ApiGateway::RequestValidator")
    assert (validator["ValidateRequestBody"], validator["ValidateRequestParameters"]) == (True, True)
    assert {json.dumps(method["RequestValidatorId"]) for method in methods(stack).values()} == {
        json.dumps({"Ref": name})
    }
    assert methods(stack)["GET", "/v1/labels"]["RequestParameters"] == {
        "method.request.querystring.version": False,
        "method.request.querystring.status": False,
        "method.request.querystring.cursor": False,
        "method.request.header.If-None-Match": False,
    }


@BOTH
def test_the_api_is_regional_and_speaks_no_tls_below_1_2(stack: Template, environment: str):
    api = stack.properties("AWS::ApiGateway::RestApi")
    assert api["Name"] == f"mailroom-{environment}"
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
    assert api["EndpointAccessMode"] == "STRICT"
    assert api["DisableExecuteApiEndpoint"] is False


@BOTH
def test_the_stack_says_where_the_api_is_and_who_its_clients_are(stack: Template, environment: str):
    outputs = {name: output["Value"] for name, output in stack.json["Outputs"].items() if "Export" not in output}
    (api,), (plan,) = stack.of_type("AWS::ApiGateway::RestApi"), stack.of_type("AWS::ApiGateway::UsagePlan")
    (key,) = stack.of_type("AWS::ApiGateway::ApiKey")
    url = outputs.pop("ApiUrl")
    assert {"Ref": api} in url["Fn::Join"][1]
    client = {"dev": "CrmSandbox", "prod": "Crm"}[environment]
    assert outputs == {"ApiId": {"Ref": api}, "UsagePlanId": {"Ref": plan}, f"ApiKeyId{client}": {"Ref": key}}


def test_with_a_name_of_ones_own_nobody_comes_past_it(assembly: Assembly):
    stack = assembly["options", "api"]
    (api,), (stage,) = stack.of_type("AWS::ApiGateway::RestApi"), stack.of_type("AWS::ApiGateway::Stage")
    (name,) = stack.of_type("AWS::ApiGateway::DomainName")
    domain = stack.properties("AWS::ApiGateway::DomainName")
    assert stack.properties("AWS::ApiGateway::RestApi")["DisableExecuteApiEndpoint"] is True
    assert {part: domain[part] for part in domain if part != "Tags"} == {
        "DomainName": "mailroom.example.com",
        "EndpointAccessMode": "STRICT",
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "RegionalCertificateArn": CERTIFICATE,
        "SecurityPolicy": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    }
    assert stack.properties("AWS::ApiGateway::BasePathMapping") == {
        "DomainName": {"Ref": name},
        "RestApiId": {"Ref": api},
        "Stage": {"Ref": stage},
    }
    assert stack.json["Outputs"]["ApiUrl"]["Value"] == "https://mailroom.example.com/"
    assert stack.json["Outputs"]["DomainTarget"]["Value"] == {"Fn::GetAtt": [name, "RegionalDomainName"]}


@BOTH
def test_without_a_name_of_ones_own_there_is_no_trace_of_one(stack: Template):
    assert (stack.of_type("AWS::ApiGateway::DomainName"), stack.of_type("AWS::ApiGateway::BasePathMapping")) == ({}, {})
