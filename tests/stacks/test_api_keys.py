"""Who may call the API, and how much."""

import pytest

from tests.support.api_template import ROUTES
from tests.support.templates import Assembly, Template

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
DEV = {"classifications": (10, 20), "feedback": (5, 10), "labels": (5, 10), "health": (5, 10), "openapi.json": (1, 5)}
PROD = {**DEV, "classifications": (50, 100), "feedback": (20, 40), "labels": (20, 40), "health": (20, 40)}


@pytest.fixture
def stack(assembly: Assembly, environment: str) -> Template:
    return assembly[environment, "api"]


@pytest.mark.parametrize(("environment", "throttles"), [("dev", DEV), ("prod", PROD)])
def test_each_route_is_throttled_as_configured(stack: Template, throttles: dict[str, tuple[int, int]]):
    settings = stack.properties("AWS::ApiGateway::Stage")["MethodSettings"]
    limits = {
        (one["HttpMethod"], one["ResourcePath"]): (one["ThrottlingRateLimit"], one["ThrottlingBurstLimit"])
        for one in settings
        if one["ResourcePath"] != "/*"
    }
    assert limits == {
        (method, "/" + path.replace("/", "~1")): throttles[path.removeprefix("/v1/")] for method, path in ROUTES
    }


@pytest.mark.parametrize(
    ("environment", "clients", "quota", "rate", "burst"),
    [("dev", ["crm-sandbox"], 20_000, 21, 45), ("prod", ["crm"], 100_000, 91, 185)],
)
def test_each_client_has_a_key_and_the_plans_quota(
    stack: Template, environment: str, clients: list[str], quota: int, rate: int, burst: int
):
    keys = {name: key["Properties"] for name, key in stack.of_type("AWS::ApiGateway::ApiKey").items()}
    assert sorted(key["Name"] for key in keys.values()) == [f"mailroom-{environment}-{client}" for client in clients]
    plan = stack.properties("AWS::ApiGateway::UsagePlan")
    assert plan["Quota"] == {"Limit": quota, "Period": "DAY"}
    assert plan["Throttle"] == {"RateLimit": rate, "BurstLimit": burst}
    (api,), (stage,) = stack.of_type("AWS::ApiGateway::RestApi"), stack.of_type("AWS::ApiGateway::Stage")
    assert [(one["ApiId"], one["Stage"]) for one in plan["ApiStages"]] == [({"Ref": api}, {"Ref": stage})]
    (plan_id,) = stack.of_type("AWS::ApiGateway::UsagePlan")
    members = [member["Properties"] for member in stack.of_type("AWS::ApiGateway::UsagePlanKey").values()]
    assert sorted((member["KeyId"]["Ref"], member["UsagePlanId"]["Ref"]) for member in members) == sorted(
        (key, plan_id) for key in keys
    )


@BOTH
def test_no_template_holds_the_value_of_a_key(stack: Template):
    for key in stack.of_type("AWS::ApiGateway::ApiKey").values():
        assert sorted(key["Properties"]) == ["Description", "Enabled", "Name", "Tags"]
