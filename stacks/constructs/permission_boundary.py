"""What no role of an environment may go beyond, whatever its own policy says."""

from aws_cdk import Stack, aws_iam
from constructs import Construct

from config.environment import EnvironmentConfig

DATA_SERVICES = (
    "airflow",
    "cloudwatch",
    "dynamodb",
    "events",
    "kms",
    "logs",
    "s3",
    "sagemaker",
    "sagemaker-mlflow",
    "sns",
    "sqs",
    "ssm",
)
"""Services whose every action a role's own policy may pick from."""

_READ = [
    "apigateway:GET",
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetTrail",
    "cloudtrail:GetTrailStatus",
    "cloudtrail:LookupEvents",
    # By kind: how the network is set up, which Lambda, SageMaker and Airflow each ask in their own way.
    "ec2:Describe*",
    "iam:GetAccountPasswordPolicy",
    "iam:GetAccountSummary",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListEntitiesForPolicy",
    "iam:ListPolicies",
    "iam:ListRolePolicies",
    "iam:ListRoles",
    "lambda:GetFunctionConfiguration",
    "lambda:GetPolicy",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctions",
    "sts:GetCallerIdentity",
    "wafv2:GetWebACL",
    "wafv2:ListWebACLs",
]
_NETWORK_INTERFACES = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:UnassignPrivateIpAddresses",
]
_PULL_IMAGES = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
]
_QUEUE_USE = [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
]
_SHARING = [
    # Each would let somebody else in, or make something public.
    "dynamodb:PutResourcePolicy",
    "events:PutPermission",
    "kms:PutKeyPolicy",
    "logs:PutResourcePolicy",
    "s3:PutAccountPublicAccessBlock",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutObjectAcl",
    "s3:PutReplicationConfiguration",
    "sagemaker:PutModelPackageGroupPolicy",
    "sns:AddPermission",
    "sns:SetTopicAttributes",
    "sqs:AddPermission",
    "sqs:SetQueueAttributes",
    "ssm:ModifyDocumentPermission",
    "ssm:PutResourcePolicy",
]
_DESTROYING = [
    # What was recorded, and what it is encrypted with, goes by way of a stack or not at all.
    "dynamodb:DeleteBackup",
    "dynamodb:DeleteTable",
    "kms:DisableKey",
    "kms:ScheduleKeyDeletion",
    "logs:DeleteLogGroup",
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:PutBucketLogging",
    "s3:PutBucketVersioning",
    "s3:PutLifecycleConfiguration",
]
JOBS = (
    "sagemaker:CreateAutoMLJob",
    "sagemaker:CreateAutoMLJobV2",
    "sagemaker:CreateHyperParameterTuningJob",
    "sagemaker:CreateModel",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateTrainingJob",
)
"""What SageMaker runs containers for, and can be told a network for.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""


class PermissionBoundary(aws_iam.ManagedPolicy):
    """The policy ``mailroom-ENV-boundary``. The stage puts it on every role; the execution policies of the bootstrap
    refuse roles without it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        publishing_role_arn: str,
        execution_role_arn: str,
    ) -> None:
        account = Stack.of(scope).account
        super().__init__(
            scope,
            construct_id,
            managed_policy_name=config.named("boundary"),
            description=f"Mailroom {config.name}: what none of its roles may go beyond",
            statements=[
                *_allowed(config, account),
                # What only the role that deploys is given: packed code goes to the bootstrap's bucket, and
                # CloudFormation acts under the bootstrap's role.
                aws_iam.PolicyStatement(sid="PublishCode", actions=["sts:AssumeRole"], resources=[publishing_role_arn]),
                aws_iam.PolicyStatement(sid="Deploy", actions=["iam:PassRole"], resources=[execution_role_arn]),
                *_denied(account),
            ],
        )


def _allowed(config: EnvironmentConfig, account: str) -> list[aws_iam.PolicyStatement]:
    own_roles = f"arn:aws:iam::{account}:role/{config.named('*')}"
    return [
        # A boundary grants nothing: it names the services that a role's own, narrow policy may pick from. The account's
        # walls are the statements that deny.
        aws_iam.PolicyStatement(
            sid="Services",
            actions=[
                *(f"{service}:*" for service in DATA_SERVICES),
                *_READ,
                *_NETWORK_INTERFACES,
                *_PULL_IMAGES,
                "lambda:InvokeFunction",
            ],
            resources=["*"],
        ),
        # The stacks of this environment, each with its generated id, and their change sets.
        aws_iam.PolicyStatement(
            sid="OwnStacks",
            actions=["cloudformation:*"],
            resources=[
                f"arn:aws:cloudformation:{config.region}:{account}:stack/{config.named('*')}",
                f"arn:aws:cloudformation:{config.region}:{account}:changeSet/*",
            ],
        ),
        # These know no resource, or are asked before there is one.
        aws_iam.PolicyStatement(
            sid="StacksInGeneral",
            actions=[
                "cloudformation:DescribeStackDriftDetectionStatus",
                "cloudformation:ListStacks",
                "cloudformation:ValidateTemplate",
            ],
            resources=["*"],
        ),
        # CloudFormation ends a generated role name with characters of its own.
        aws_iam.PolicyStatement(sid="OwnRoles", actions=["iam:PassRole"], resources=[own_roles]),
    ]


def _of_another_account(account: str) -> dict[str, dict[str, str]]:
    # "Not equals" holds for a key that is missing, with "if exists" and without; an action on nothing in particular has
    # no resource whose account could be compared, and is no other account's.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    return {"StringNotEquals": {"aws:ResourceAccount": account}, "Null": {"aws:ResourceAccount": "false"}}


def _denied(account: str) -> list[aws_iam.PolicyStatement]:
    deny = aws_iam.Effect.DENY
    return [
        aws_iam.PolicyStatement(
            sid="NothingOfOtherAccounts",
            effect=deny,
            # AWS's own accounts publish the containers and hold Airflow's queues.
            not_actions=[*_PULL_IMAGES, *_QUEUE_USE],
            resources=["*"],
            conditions=_of_another_account(account),
        ),
        aws_iam.PolicyStatement(
            sid="NoQueueOfOtherAccountsButAirflows",
            effect=deny,
            actions=_QUEUE_USE,
            # Amazon MWAA makes the queue, in an account of its own and with a name of its own.
            # https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-create-role.html
            not_resources=["arn:aws:sqs:*:*:airflow-celery-*"],
            conditions=_of_another_account(account),
        ),
        aws_iam.PolicyStatement(
            sid="NoContainerOutsideTheNetwork",
            effect=deny,
            actions=list(JOBS),
            resources=["*"],
            conditions={"Null": {"sagemaker:VpcSubnets": "true"}},
        ),
        aws_iam.PolicyStatement(
            sid="NoKeyForPersons",
            effect=deny,
            actions=["kms:CreateGrant"],
            resources=["*"],
            conditions={"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}},
        ),
        aws_iam.PolicyStatement(
            sid="NoSharingNoDestroying", effect=deny, actions=[*_SHARING, *_DESTROYING], resources=["*"]
        ),
    ]
