"""Close all gaps in this process."""

from local.accounts.gaps import (
    alarms,
    approval_events,
    bucket_policies,
    endpoint_deployments,
    event_sources,
    item_sizes,
    model_packages,
    pipeline_executions,
    reconciliation,
    registry,
    rule_delivery,
    sagemaker_api,
    stack_deletion,
    stack_parameters,
    stacks,
)
from local.accounts.gaps.clients import OwnClients
from local.accounts.gaps.executions import reports
from local.accounts.gaps.private_calls import Call

PRIVATE_CALLS: dict[str, Call] = {**endpoint_deployments.CALLS, **reports.CALLS}
"""By name, what adapters may tell the accounts."""


def install(url: str) -> None:
    """Change moto in this process; ``url`` is where its server is going to answer. Once per process."""
    sagemaker_api.install()
    approval_events.install()
    model_packages.install()  # around the announcement
    alarms.install()
    pipeline_executions.install()
    bucket_policies.install()
    event_sources.install()
    item_sizes.install()
    rule_delivery.install()
    registry.install(OwnClients(url))
    reconciliation.install()
    stacks.install()
    stack_parameters.install()
    stack_deletion.install()
