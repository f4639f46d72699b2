"""A role of an AWS service whose rights are all in its own document."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Stack, aws_iam
from constructs import Construct


class ServiceRole(aws_iam.Role):
    """A role that ``service`` takes on in the name of this account.

    The statements are part of the role itself, not a policy beside it: what is created right after the role (a
    SageMaker model, say) would otherwise race the policy's creation.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        statements: Sequence[aws_iam.PolicyStatement],
        description: str | None = None,
        role_name: str | None = None,
        trust_conditions: Mapping[str, Any] | None = None,
    ) -> None:
        account = Stack.of(scope).account
        super().__init__(
            scope,
            construct_id,
            assumed_by=aws_iam.ServicePrincipal(
                service,
                # No other account's resources may make the service take this role on (confused deputy).
                conditions={"StringEquals": {"aws:SourceAccount": account}, **(trust_conditions or {})},
            ),
            description=description,
            role_name=role_name,
            inline_policies={"rights": aws_iam.PolicyDocument(statements=list(statements))} if statements else None,
        )
