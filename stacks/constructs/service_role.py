"""A role of an AWS service whose rights are all in its own document."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Stack, aws_iam
from constructs import Construct

_NAMES_THE_SOURCE = {
    "airflow.amazonaws.com": "https://docs.aws.amazon.com/mwaa/latest/userguide/cross-service-confused-deputy-prevention.html",
    "events.amazonaws.com": "https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html",
    "sagemaker.amazonaws.com": "https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html",
    "vpc-flow-logs.amazonaws.com": "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
}
"""Services that say in whose name they take a role on, and where their documentation says so."""


class ServiceRole(aws_iam.Role):
    """A role that ``service`` takes on in the name of this account.

    Of services that say so (above), the trust asks it: no other account's resources may make the service take the role
    on (confused deputy). Lambda does not, and CloudTrail's role for its log group takes no such condition: they could
    not take the role on at all. There, whoever hands the role over (``iam:PassRole``) must be of this account.
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html

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
        conditions = dict(trust_conditions or {})
        if service in _NAMES_THE_SOURCE:
            conditions = {"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}, **conditions}
        super().__init__(
            scope,
            construct_id,
            assumed_by=aws_iam.ServicePrincipal(service, conditions=conditions),
            description=description,
            role_name=role_name,
            inline_policies={"rights": aws_iam.PolicyDocument(statements=list(statements))} if statements else None,
        )
