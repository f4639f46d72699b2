"""Who may call the API, and how much."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_apigateway
from constructs import Construct

from config.environment import EnvironmentConfig


class ClientKeys(Construct):
    """An API key per client and the plan they all have. API Gateway makes up the keys' values: no template holds them.

    ``keys``: client to key. ``plan``: the quota of each client, and how much of the API one client can take.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        api: aws_apigateway.RestApi,
        config: EnvironmentConfig,
        keyed_routes: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        throttles = [config.api.throttles[route] for route in keyed_routes]
        self.plan = aws_apigateway.UsagePlan(
            self,
            "Plan",
            name=name,
            description="What each client of Mailroom may use",
            quota=aws_apigateway.QuotaSettings(limit=config.api.requests_per_day, period=aws_apigateway.Period.DAY),
            # Over all routes together; each route has its own limit, for all clients together, in the stage.
            throttle=aws_apigateway.ThrottleSettings(
                rate_limit=sum(one.rate for one in throttles), burst_limit=sum(one.burst for one in throttles)
            ),
        )
        self.plan.add_api_stage(api=api, stage=api.deployment_stage)
        self.keys: Mapping[str, aws_apigateway.ApiKey] = {
            client: self._key(client, f"{name}-{client}") for client in config.api.clients
        }

    def _key(self, client: str, key_name: str) -> aws_apigateway.ApiKey:
        key = aws_apigateway.ApiKey(self, f"Key{client}", api_key_name=key_name, description=f"Client {client}")
        self.plan.add_api_key(key)
        return key
