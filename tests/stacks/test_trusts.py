"""Who may take on the roles of the services."""

from typing import Any

import pytest

from tests.support.templates import Assembly

ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
# Whose documentation says that they name the account in whose name they take a role on.
NAMES_THE_SOURCE = {
    "airflow-env.amazonaws.com",
    "airflow.amazonaws.com",
    "events.amazonaws.com",
    "sagemaker.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
}


def _services(statement: dict[str, Any]) -> list[str]:
    named = statement["Principal"].get("Service", [])
    return named if isinstance(named, list) else [named]


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_a_service_is_asked_for_the_account_where_it_says_it_and_nowhere_else(assembly: Assembly, environment: str):
    asked = {
        (service, statement.get("Condition", {}).get("StringEquals", {}).get("aws:SourceAccount"))
        for template in assembly.stage(environment)
        for role in template.of_type("AWS::IAM::Role").values()
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        for service in _services(statement)
    }
    assert len(asked) > 4
    assert asked == {(service, ACCOUNTS[environment] if service in NAMES_THE_SOURCE else None) for service, _ in asked}


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_lambda_and_the_trail_take_their_roles_on_unconditionally(assembly: Assembly, environment: str):
    conditions = {
        service: statement.get("Condition")
        for template in assembly.stage(environment)
        for role in template.of_type("AWS::IAM::Role").values()
        for statement in role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        for service in _services(statement)
        if service in ("lambda.amazonaws.com", "cloudtrail.amazonaws.com")
    }
    assert conditions == {"lambda.amazonaws.com": None, "cloudtrail.amazonaws.com": None}
