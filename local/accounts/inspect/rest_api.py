"""REST APIs as deployed: routes, what a request must be, and who may call how often."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError

_FUNCTION = re.compile(r":function:(?P<name>[^:/]+)(?::[^/]+)?/invocations$")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is let through: ``rate`` requests a second, ``burst`` at once, ``quota`` a ``period`` (DAY, WEEK, MONTH)."""

    rate: float | None
    burst: int | None
    quota: int | None = None
    period: str | None = None


@dataclass(frozen=True, kw_only=True)
class Route:
    """A method of a path. ``request_schemas``: content type to JSON schema, checked if ``validates_body``.

    ``required_parameters``: as API Gateway names them (``method.request.querystring.cursor``), checked if
    ``validates_parameters``. ``function`` is the Lambda function behind it; None for an integration of another kind.
    """

    method: str
    path: str
    function: str | None
    api_key_required: bool
    validates_body: bool
    validates_parameters: bool
    required_parameters: tuple[str, ...]
    request_schemas: Mapping[str, Mapping[str, Any]]
    limits: Limits


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key and the limits of its usage plan; its id is the client's name to the functions."""

    id: str
    name: str
    value: str = field(repr=False)
    enabled: bool
    limits: Limits


@dataclass(frozen=True, kw_only=True)
class GatewayResponse:
    """What API Gateway itself answers; ``kind`` is its name for the case (THROTTLED, BAD_REQUEST_BODY, ...)."""

    kind: str
    status: int | None
    headers: Mapping[str, str]
    templates: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RestApi:
    """One stage of an API; ``keys`` are those of the usage plans that hold this stage."""

    id: str
    name: str
    stage: str
    routes: tuple[Route, ...]
    keys: tuple[ApiKey, ...]
    responses: tuple[GatewayResponse, ...]


def rest_api(credentials: Credentials, name: str, stage: str = "live") -> RestApi:
    """An API as its stage serves it.

    Raises:
        EmulatorError: the account has no such API, or the API no such stage.
    """
    client = credentials.client("apigateway")
    found = [api["id"] for api in client.get_rest_apis(limit=500)["items"] if api["name"] == name]
    if not found:
        raise EmulatorError(f"Account {credentials.account} has no API {name!r}.")
    api_id = found[0]
    stages = [each for each in client.get_stages(restApiId=api_id)["item"] if each["stageName"] == stage]
    if not stages:
        raise EmulatorError(f"The API {name!r} of account {credentials.account} has no stage {stage!r}.")
    return RestApi(
        id=api_id,
        name=name,
        stage=stage,
        routes=_routes(client, api_id, stages[0].get("methodSettings", {})),
        keys=_keys(client, api_id, stage),
        responses=_responses(client, api_id),
    )


def _routes(client: Any, api_id: str, settings: Mapping[str, Any]) -> tuple[Route, ...]:
    schemas = {
        model["name"]: json.loads(model["schema"]) for model in client.get_models(restApiId=api_id, limit=500)["items"]
    }
    validators = {each["id"]: each for each in client.get_request_validators(restApiId=api_id, limit=500)["items"]}
    routes = [
        _route(resource["path"], method, schemas, validators, settings)
        for resource in client.get_resources(restApiId=api_id, limit=500, embed=["methods"])["items"]
        for method in resource.get("resourceMethods", {}).values()
    ]
    return tuple(sorted(routes, key=lambda route: (route.path, route.method)))


def _route(
    path: str,
    method: Mapping[str, Any],
    schemas: Mapping[str, Any],
    validators: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> Route:
    validator = validators.get(method.get("requestValidatorId", ""), {})
    match = _FUNCTION.search(method.get("methodIntegration", {}).get("uri", ""))
    own = settings.get(f"{path.replace('/', '~1')}/{method['httpMethod']}") or settings.get("*/*", {})
    return Route(
        method=method["httpMethod"],
        path=path,
        function=match["name"] if match else None,
        api_key_required=method.get("apiKeyRequired", False),
        validates_body=validator.get("validateRequestBody", False),
        validates_parameters=validator.get("validateRequestParameters", False),
        required_parameters=tuple(
            sorted(name for name, required in method.get("requestParameters", {}).items() if required)
        ),
        request_schemas={kind: schemas[model] for kind, model in method.get("requestModels", {}).items()},
        limits=Limits(rate=own.get("throttlingRateLimit"), burst=own.get("throttlingBurstLimit")),
    )


def _keys(client: Any, api_id: str, stage: str) -> tuple[ApiKey, ...]:
    values = {key["id"]: key for key in client.get_api_keys(limit=500, includeValues=True)["items"]}
    keys = []
    for plan in client.get_usage_plans(limit=500)["items"]:
        if any((each["apiId"], each["stage"]) == (api_id, stage) for each in plan.get("apiStages", ())):
            for held in client.get_usage_plan_keys(usagePlanId=plan["id"], limit=500)["items"]:
                key = values[held["id"]]
                keys.append(
                    ApiKey(
                        id=key["id"],
                        name=key["name"],
                        value=key["value"],
                        enabled=key["enabled"],
                        limits=_plan_limits(plan),
                    )
                )
    return tuple(sorted(keys, key=lambda key: key.name))


def _plan_limits(plan: Mapping[str, Any]) -> Limits:
    throttle, quota = plan.get("throttle", {}), plan.get("quota", {})
    return Limits(
        rate=throttle.get("rateLimit"),
        burst=throttle.get("burstLimit"),
        quota=quota.get("limit"),
        period=quota.get("period"),
    )


def _responses(client: Any, api_id: str) -> tuple[GatewayResponse, ...]:
    prefix = "gatewayresponse.header."
    return tuple(
        GatewayResponse(
            kind=each["responseType"],
            status=int(each["statusCode"]) if each.get("statusCode") else None,
            headers={
                name.removeprefix(prefix): value
                for name, value in each.get("responseParameters", {}).items()
                if name.startswith(prefix)
            },
            templates=each.get("responseTemplates", {}),
        )
        for each in sorted(
            client.get_gateway_responses(restApiId=api_id, limit=500)["items"], key=lambda each: each["responseType"]
        )
    )
