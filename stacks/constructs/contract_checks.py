"""Where the configuration of an API and its contract must agree."""

from collections.abc import Sequence

from config.environment import EnvironmentConfig
from config.errors import ConfigError
from stacks.constructs.contract import Operation


def check_settings(config: EnvironmentConfig, operations: Sequence[Operation]) -> None:
    """Raise ConfigError, with the setting's name, for what the API of ``operations`` could not be built from."""
    _check_throttles(config, [operation.route for operation in operations])
    _check_concurrency(config, {operation.function for operation in operations})
    _check_firewall(config)
    _check_clients(config)
    _check_certificate(config)


def _check_throttles(config: EnvironmentConfig, routes: Sequence[str]) -> None:
    where = f"{config.name}.toml, api.throttles"
    for route in routes:
        if route not in config.api.throttles:
            raise ConfigError(f"{where}: the route {route!r} has no throttle; give it a rate and a burst.")
    for route in config.api.throttles:
        if route not in routes:
            raise ConfigError(f"{where}: the API has no route {route!r}; known are {', '.join(routes)}.")


def _check_concurrency(config: EnvironmentConfig, functions: set[str]) -> None:
    where = f"{config.name}.toml, api.concurrency"
    for function in sorted(functions - set(config.api.concurrency)):
        raise ConfigError(f"{where}: the function {function!r} has none; say how many executions to reserve for it.")
    for function in sorted(set(config.api.concurrency) - functions):
        raise ConfigError(f"{where}: no route of the API is answered by a function {function!r}; take it out.")


def _check_firewall(config: EnvironmentConfig) -> None:
    # A CRM often calls from one address, and is throttled with a 429 that it waits for; the firewall is for floods.
    busiest = 300 * max(throttle.rate for throttle in config.api.throttles.values())
    if config.api.waf_requests_per_5_minutes < busiest:
        raise ConfigError(
            f"{config.name}.toml, api.waf_requests_per_5_minutes: the firewall would stop what the throttles allow; "
            f"set it to {busiest} at least, or lower the highest rate."
        )


def _check_clients(config: EnvironmentConfig) -> None:
    for client in config.api.clients:
        if config.api.clients.count(client) > 1:
            raise ConfigError(f"{config.name}.toml, api.clients: {client!r} stands twice; one key is one client.")


def _check_certificate(config: EnvironmentConfig) -> None:
    domain = config.api.custom_domain
    # arn:PARTITION:acm:REGION:ACCOUNT:certificate/ID
    if domain is not None and domain.certificate_arn.split(":")[2:4] != ["acm", config.region]:
        raise ConfigError(
            f"{config.name}.toml, api.custom_domain.certificate_arn: a regional API takes a certificate of ACM in its "
            f"own region, {config.region}, not {domain.certificate_arn!r}."
        )
