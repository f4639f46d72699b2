"""What the orchestration stack tells Airflow, read from the template that is deployed."""

from collections.abc import Mapping
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.inspect.stacks import template
from local.airflow.errors import AirflowError

ENVIRONMENT = "AWS::MWAA::Environment"


def airflow_options(credentials: Credentials, stack: str) -> Mapping[str, str]:
    """Airflow's configuration, ``SECTION.KEY`` to value, as Amazon MWAA would set it.

    Raises:
        AirflowError: the stack has no Airflow, or tells it something that is known in AWS alone.
    """
    resources = template(credentials, stack)["Resources"].values()
    environments = [resource["Properties"] for resource in resources if resource["Type"] == ENVIRONMENT]
    if not environments:
        raise AirflowError(f"The stack {stack} has no Airflow: its schedule starts the pipeline itself.")
    exported = _exports(credentials)
    return {
        name: _text(name, value, exported) for name, value in environments[0]["AirflowConfigurationOptions"].items()
    }


def variables(options: Mapping[str, str]) -> dict[str, str]:
    """The same as environment variables, which is how MWAA hands them to Airflow."""
    return {f"AIRFLOW__{name.replace('.', '__').upper()}": value for name, value in options.items()}


def _exports(credentials: Credentials) -> Mapping[str, str]:
    pages = credentials.client("cloudformation").get_paginator("list_exports").paginate()
    return {export["Name"]: export["Value"] for page in pages for export in page["Exports"]}


def _text(name: str, value: Any, exported: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return value
    imported = value.get("Fn::ImportValue") if isinstance(value, dict) else None
    if imported not in exported:
        raise AirflowError(f"The option {name} of the deployed Airflow cannot be read here: {value}.")
    return exported[imported]
