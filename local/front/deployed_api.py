"""The REST API of an account as it is deployed, asked of the account itself."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.front.deployed_keys import ApiKey, read_keys
from local.front.rate_limit import Rate

_FUNCTION = re.compile(r":lambda:path/[^/]+/functions/(?P<arn>[^/]+)/invocations$")


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method of one path. ``schema``: of a body that is JSON, None if the gateway does not look into it.
    ``required_parameters``: as the gateway names them (``method.request.querystring.cursor``). ``rate``: of all
    callers together. ``function_arn`` is empty if no function answers it."""

    path: str
    name: str
    needs_key: bool
    function_arn: str
    timeout_seconds: float
    schema: Mapping[str, Any] | None
    required_parameters: tuple[str, ...]
    rate: Rate | None


@dataclass(frozen=True, kw_only=True)
class GatewayResponse:
    """An answer that no function makes. ``headers``: name to a constant in quotes, or a variable."""

    status: int
    headers: Mapping[str, str]
    template: str


@dataclass(frozen=True, kw_only=True)
class DeployedApi:
    """``responses``: by type (``INVALID_API_KEY``), those that the API declares itself."""

    api_id: str
    stage: str
    arn: str
    methods: tuple[Method, ...]
    responses: Mapping[str, GatewayResponse]
    keys: tuple[ApiKey, ...] = field(repr=False)


def read_api(credentials: Credentials) -> DeployedApi:
    """The account's only REST API, in its only stage.

    Raises:
        EmulatorError: there is none, or more than one.
    """
    gateway = credentials.client("apigateway")
    account = f"The account {credentials.account}"
    api = _only(gateway.get_rest_apis(limit=500)["items"], f"{account} must have one REST API")
    stage = _only(gateway.get_stages(restApiId=api["id"])["item"], f"{account}'s REST API must have one stage")
    declared = gateway.get_gateway_responses(restApiId=api["id"], limit=500)["items"]
    return DeployedApi(
        api_id=api["id"],
        stage=stage["stageName"],
        arn=f"arn:aws:execute-api:{credentials.region}:{credentials.account}:{api['id']}",
        methods=tuple(_methods(gateway, api["id"], stage.get("methodSettings", {}))),
        responses={one["responseType"]: _response(one) for one in declared},
        keys=read_keys(gateway, api_id=api["id"], stage=stage["stageName"]),
    )


def _only(found: list[Any], must: str) -> Any:
    if len(found) != 1:
        raise EmulatorError(f"{must}, but has {len(found)}: look at its api stack.")
    return found[0]


def _methods(gateway: Any, api_id: str, settings: Mapping[str, Any]) -> Iterator[Method]:
    models = {one["name"]: json.loads(one["schema"]) for one in gateway.get_models(restApiId=api_id)["items"]}
    validators = {one["id"]: one for one in gateway.get_request_validators(restApiId=api_id)["items"]}
    for resource in gateway.get_resources(restApiId=api_id, embed=["methods"], limit=500)["items"]:
        for name, method in resource.get("resourceMethods", {}).items():
            validator = validators.get(method.get("requestValidatorId"), {})
            integration = method.get("methodIntegration", {})
            function = _FUNCTION.search(integration.get("uri", ""))
            yield Method(
                path=resource["path"],
                name=name,
                needs_key=method.get("apiKeyRequired", False),
                function_arn=function["arn"] if function else "",
                timeout_seconds=integration.get("timeoutInMillis", 29_000) / 1000,
                schema=models.get(method.get("requestModels", {}).get("application/json"))
                if validator.get("validateRequestBody")
                else None,
                required_parameters=tuple(
                    parameter for parameter, required in method.get("requestParameters", {}).items() if required
                )
                if validator.get("validateRequestParameters")
                else (),
                rate=_rate(settings, resource["path"], name),
            )


def _rate(settings: Mapping[str, Any], path: str, method: str) -> Rate | None:
    # Within a stage's settings, a path's slashes are written as in a JSON pointer (RFC 6901).
    found = settings.get(f"{path.replace('/', '~1')}/{method}", settings.get("*/*"))
    if found is None:
        return None
    return Rate(per_second=found["throttlingRateLimit"], burst=found["throttlingBurstLimit"])


def _response(declared: Mapping[str, Any]) -> GatewayResponse:
    prefix = "gatewayresponse.header."
    return GatewayResponse(
        status=int(declared["statusCode"]),
        headers={
            name.removeprefix(prefix): value
            for name, value in declared.get("responseParameters", {}).items()
            if name.startswith(prefix)
        },
        template=declared.get("responseTemplates", {}).get("application/json", ""),
    )
