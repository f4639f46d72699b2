"""What the people of an environment can do: each role's own rights together with the boundary."""

import pytest

from tests.support.iam import Context, allows, role_statements
from tests.support.templates import Assembly, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
KINDS = {
    "data-scientist": "data-science",
    "approver": "client-service-lead",
    "platform-engineer": "platform",
    "crm-upload": "crm",
    "auditor": "audit",
}
"""Role to the role of the company's sign-in that may take it on."""

EVERYONE = pytest.mark.parametrize("kind", KINDS)
DECISION = {"sagemaker:ModelApprovalStatus": "Approved"}
THROUGH_S3 = {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}


class Person:
    """What somebody in one of the roles can do in an environment."""

    def __init__(self, assembly: Assembly, environment: str, kind: str) -> None:
        self.environment = environment
        self._own = role_statements(assembly[environment, "people"], f"mailroom-{environment}-{kind}")
        boundary = assembly[environment, "ci"].properties("AWS::IAM::ManagedPolicy")
        self._boundary = statements(boundary["PolicyDocument"])

    def can(self, action: str, resource: str = "*", context: Context | None = None) -> bool:
        known = {"aws:ResourceAccount": ACCOUNTS[self.environment], **(context or {})}
        return allows(self._own, action, resource, known) and allows(self._boundary, action, resource, known)

    def denied(self, action: str, resource: str = "*") -> bool:
        """Whether the role's own policy would say no even if somebody were to add every right to it."""
        everything = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}
        return not allows([everything, *self._own], action, resource)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:eu-central-1:{ACCOUNTS[self.environment]}:{resource}"

    @property
    def package(self) -> str:
        return self.arn("sagemaker", f"model-package/mailroom-{self.environment}/3")

    @property
    def pipeline(self) -> str:
        return self.arn("sagemaker", f"pipeline/mailroom-{self.environment}")
