"""Configuration and contract must agree, or synth stops with one sentence."""

from dataclasses import replace
from typing import Any

import pytest

from config.environment import EnvironmentConfig
from config.errors import ConfigError
from config.load import load_environment
from config.tables.api import CustomDomain, MethodThrottle
from stacks.constructs.contract import contract, operations
from stacks.constructs.contract_checks import check_settings

DEV = load_environment("dev")
ROUTES = "POST /v1/classifications, POST /v1/feedback, GET /v1/labels, GET /v1/health, GET /v1/openapi.json"


def with_api(**changes: Any) -> EnvironmentConfig:
    return replace(DEV, api=replace(DEV.api, **changes))


def without(table: Any, key: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != key}


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_shipped_settings_agree_with_the_contract(environment: str):
    check_settings(load_environment(environment), operations(contract()))


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            with_api(throttles=without(DEV.api.throttles, "GET /v1/labels")),
            "dev.toml, api.throttles: the route 'GET /v1/labels' has no throttle; give it a rate and a burst.",
        ),
        (
            with_api(throttles={**DEV.api.throttles, "GET /v1/label": MethodThrottle(rate=1, burst=1)}),
            f"dev.toml, api.throttles: the API has no route 'GET /v1/label'; known are {ROUTES}.",
        ),
        (
            with_api(concurrency=without(DEV.api.concurrency, "feedback")),
            "dev.toml, api.concurrency: the function 'feedback' has none; say how many executions to reserve for it.",
        ),
        (
            with_api(concurrency={**DEV.api.concurrency, "classfy": 1}),
            "dev.toml, api.concurrency: no route of the API is answered by a function 'classfy'; take it out.",
        ),
        (
            with_api(waf_requests_per_5_minutes=2999),
            "dev.toml, api.waf_requests_per_5_minutes: the firewall would stop what the throttles allow; set it to "
            "3000 at least, or lower the highest rate.",
        ),
        (
            with_api(clients=("crm", "crm")),
            "dev.toml, api.clients: 'crm' stands twice; one key is one client.",
        ),
        (
            with_api(
                custom_domain=CustomDomain(
                    name="mail.example.com", certificate_arn="arn:aws:acm:us-east-1:111122223333:certificate/1"
                )
            ),
            "dev.toml, api.custom_domain.certificate_arn: a regional API takes a certificate of ACM in its own region, "
            "eu-central-1, not 'arn:aws:acm:us-east-1:111122223333:certificate/1'.",
        ),
    ],
)
def test_what_does_not_agree_is_named_with_what_to_change(config: EnvironmentConfig, sentence: str):
    with pytest.raises(ConfigError) as refused:
        check_settings(config, operations(contract()))
    assert str(refused.value) == sentence
