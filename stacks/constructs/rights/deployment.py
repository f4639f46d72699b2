"""Deploying an environment: its stacks, in the name of the bootstrap's narrow role, and its DAGs."""

from aws_cdk import aws_iam

from config.environment import EnvironmentConfig
from stacks.constructs.bootstrap import Bootstrap

_CHANGES = [
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:CreateChangeSet",
    "cloudformation:CreateStack",
    "cloudformation:DeleteChangeSet",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:RollbackStack",
    "cloudformation:UpdateStack",
    "cloudformation:UpdateTerminationProtection",
]
RESERVED_STACKS = ("ci", "people")
"""What says who may do what, and records who did: an administrator deploys these, nobody whom they bind."""


def deployment(config: EnvironmentConfig, bootstrap: Bootstrap) -> list[aws_iam.PolicyStatement]:
    """What `make deploy` calls, for every stack of the environment but the reserved ones; beside it whoever deploys
    needs to read the registry, which tells whether the version that serves still may.

    Not the bootstrap's deploy role, which may change any stack of the account: the CDK's command line then goes on with
    the credentials it has, and those end at this environment's stacks.
    """
    place = f"{config.region}:{config.account}"
    stacks = f"arn:aws:cloudformation:{place}:stack/{config.named('')}"
    execution = bootstrap.role_arn("cfn-exec")
    return [
        aws_iam.PolicyStatement(
            sid="ReadOwnStacks",
            actions=[
                "cloudformation:DescribeChangeSet",
                "cloudformation:DescribeEvents",
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStackResources",
                "cloudformation:DescribeStacks",
                "cloudformation:GetTemplate",
                "cloudformation:GetTemplateSummary",
                "cloudformation:ListStackResources",
            ],
            # Any stack of this environment; a stack's id ends with characters of CloudFormation's own.
            resources=[f"{stacks}*"],
        ),
        aws_iam.PolicyStatement(
            sid="ChangeOwnStacks",
            actions=_CHANGES,
            # As above.
            resources=[f"{stacks}*"],
        ),
        # Not in the name of another role than the narrow one of the bootstrap. Without a role CloudFormation would act
        # with these credentials, which can make nothing.
        aws_iam.PolicyStatement(
            sid="OnlyWithTheExecutionRole",
            effect=aws_iam.Effect.DENY,
            actions=["cloudformation:CreateChangeSet", "cloudformation:CreateStack", "cloudformation:UpdateStack"],
            # Whatever the stack.
            resources=["*"],
            # It holds for a request that names no role, too.
            conditions={"StringNotEquals": {"cloudformation:RoleArn": execution}},
        ),
        aws_iam.PolicyStatement(
            sid="NotTheRights",
            effect=aws_iam.Effect.DENY,
            actions=[*_CHANGES, "cloudformation:CancelUpdateStack", "cloudformation:DeleteStack"],
            # As above: a stack's id.
            resources=[f"{stacks}{part}/*" for part in RESERVED_STACKS],
        ),
        aws_iam.PolicyStatement(
            sid="ExecutionRole",
            actions=["iam:PassRole"],
            resources=[execution],
            conditions={"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}},
        ),
        aws_iam.PolicyStatement(
            sid="PublishAssets", actions=["sts:AssumeRole"], resources=[bootstrap.role_arn("file-publishing")]
        ),
        # CloudFormation reads a large template with the caller's rights.
        aws_iam.PolicyStatement(
            sid="ReadTemplates",
            actions=["s3:GetObject"],
            # Templates are named by their hash.
            resources=[f"{bootstrap.bucket_arn}/*"],
        ),
        aws_iam.PolicyStatement(
            sid="BootstrapVersion", actions=["ssm:GetParameter", "ssm:GetParameters"], resources=[bootstrap.version_arn]
        ),
        # Which model serves: a deployment that resets the parameter stops in time. The other is for `make models`.
        aws_iam.PolicyStatement(
            sid="SeeModel",
            actions=["ssm:GetParameter"],
            resources=[
                f"arn:aws:ssm:{place}:parameter{name}"
                for name in (config.approved_model_parameter, config.rejections_parameter)
            ],
        ),
        *(_dags(config) if config.orchestration.mwaa else ()),
    ]


def _dags(config: EnvironmentConfig) -> list[aws_iam.PolicyStatement]:
    # The bucket and its key are of a later stack, and CloudFormation ends the bucket's name with characters of its own.
    bucket = f"arn:aws:s3:::{config.named('orchestration-dags')}*"
    return [
        aws_iam.PolicyStatement(sid="ListDags", actions=["s3:ListBucket"], resources=[bucket]),
        aws_iam.PolicyStatement(
            sid="UploadDags",
            actions=["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            # As above; the bucket holds nothing but DAGs and what they import.
            resources=[f"{bucket}/*"],
        ),
        aws_iam.PolicyStatement(
            sid="EncryptDags",
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            # A key's id is its own; the alias says which one.
            resources=[f"arn:aws:kms:{config.region}:{config.account}:key/*"],
            conditions={
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{config.named('airflow')}"},
                "StringEquals": {"kms:ViaService": f"s3.{config.region}.amazonaws.com"},
            },
        ),
    ]
