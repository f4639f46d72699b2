"""A role that people of the company's own sign-in take on."""

from collections.abc import Sequence

from aws_cdk import Duration, aws_iam
from constructs import Construct

from config.environment import EnvironmentConfig

MAX_SESSION = Duration.hours(4)


class PersonRole(aws_iam.Role):
    """``mailroom-ENV-KIND``, which only ``principals`` (ARNs of roles or users) may take on, for four hours at most.

    A user must have signed in with a second factor; of a role's session, the sign-in that gave it out sees to that.

    ``own_tag``: the session may carry this one tag, with the value that the principal itself has been tagged with by
    the sign-in, and no other: it says who of many with the same role it is.
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
        own_tag: str | None = None,
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
        if own_tag is not None:
            self.assume_role_policy.add_statements(_let_tag(principals, own_tag))


def _let_tag(principals: Sequence[str], tag: str) -> aws_iam.PolicyStatement:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    return aws_iam.PolicyStatement(
        actions=["sts:TagSession"],
        principals=[aws_iam.ArnPrincipal(arn) for arn in principals],
        conditions={
            "StringEquals": {f"aws:RequestTag/{tag}": f"${{aws:PrincipalTag/{tag}}}"},
            "ForAllValues:StringEquals": {"aws:TagKeys": [tag]},
        },
    )


def _principal(arn: str) -> aws_iam.PrincipalBase:
    principal = aws_iam.ArnPrincipal(arn)
    if ":user/" not in arn:
        return principal
    # "If exists" would let in a request that says nothing of a second factor, as long-lived keys do.
    return principal.with_conditions({"Bool": {"aws:MultiFactorAuthPresent": "true"}})
