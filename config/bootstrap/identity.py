"""Roles: only of this environment's names, only under its boundary."""

from config.bootstrap.services import Statement
from config.environment import EnvironmentConfig

# Each makes a role of its own for itself the first time an account uses it.
_LINKED_SERVICES = (
    "airflow.amazonaws.com",
    "ops.apigateway.amazonaws.com",
    "sagemaker.application-autoscaling.amazonaws.com",
    "wafv2.amazonaws.com",
)


def identity(config: EnvironmentConfig) -> list[Statement]:
    """What CloudFormation may do to roles and policies."""
    roles = f"arn:aws:iam::{config.account}:role/{config.named('*')}"
    boundary = f"arn:aws:iam::{config.account}:policy/{config.named('boundary')}"
    under_boundary = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    return [
        {
            # A role without the boundary could do what this policy keeps CloudFormation from doing.
            "Sid": "RolesUnderTheBoundary",
            "Effect": "Allow",
            "Action": [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
            ],
            # A generated role name begins with its stack's.
            "Resource": roles,
            "Condition": under_boundary,
        },
        {
            "Sid": "OwnRoles",
            "Effect": "Allow",
            "Action": [
                "iam:DeleteRole",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
                "iam:ListRoleTags",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ],
            # As above.
            "Resource": roles,
        },
        {
            "Sid": "HandRolesToServices",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            # As above.
            "Resource": roles,
            "Condition": {
                "StringEquals": {
                    "iam:PassedToService": [
                        "airflow.amazonaws.com",
                        "airflow-env.amazonaws.com",
                        "apigateway.amazonaws.com",
                        "cloudtrail.amazonaws.com",
                        "events.amazonaws.com",
                        "lambda.amazonaws.com",
                        "sagemaker.amazonaws.com",
                        "vpc-flow-logs.amazonaws.com",
                    ]
                }
            },
        },
        {
            "Sid": "OwnPolicies",
            "Effect": "Allow",
            "Action": [
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListPolicyTags",
                "iam:ListPolicyVersions",
                "iam:TagPolicy",
                "iam:UntagPolicy",
            ],
            # The boundary alone, of the one stack that Jenkins may not change; all other rights stand in their roles.
            "Resource": boundary,
        },
        {
            "Sid": "NeverWithoutTheBoundary",
            "Effect": "Deny",
            "Action": "iam:DeleteRolePermissionsBoundary",
            "Resource": "*",
        },
        {
            "Sid": "ServiceLinkedRoles",
            "Effect": "Allow",
            "Action": "iam:CreateServiceLinkedRole",
            # AWS chooses the path and name behind the service's.
            "Resource": [
                f"arn:aws:iam::{config.account}:role/aws-service-role/{service}/*" for service in _LINKED_SERVICES
            ],
            "Condition": {"StringEquals": {"iam:AWSServiceName": list(_LINKED_SERVICES)}},
        },
    ]
