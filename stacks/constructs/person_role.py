"""A role that people of the company's own sign-in take on."""

from collections.abc import Sequence

from aws_cdk import Duration, aws_iam
from constructs import Construct

from config.environment import EnvironmentConfig

MAX_SESSION = Duration.hours(4)


class PersonRole(aws_iam.Role):
    """``mailroom-ENV-KIND``, which only ``principals`` (ARNs of roles or users) may take on, for four hours at most.

    A user must have signed in with a second factor; of a role's session, the sign-in that gave it out sees to that.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        kind: str,
        principals: Sequence[str],
        statements: Sequence[aws_iam.PolicyStatement],
        description: str,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            role_name=config.named(kind),
            description=f"Mailroom {config.name}: {description}",
            assumed_by=aws_iam.CompositePrincipal(*(_principal(arn) for arn in principals)),
            max_session_duration=MAX_SESSION,
            inline_policies={"rights": aws_iam.PolicyDocument(statements=list(statements))},
        )


def _principal(arn: str) -> aws_iam.PrincipalBase:
    principal = aws_iam.ArnPrincipal(arn)
    if ":user/" not in arn:
        return principal
    # "If exists" would let in a request that says nothing of a second factor, as long-lived keys do.
    return principal.with_conditions({"Bool": {"aws:MultiFactorAuthPresent": "true"}})
