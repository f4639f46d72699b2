"""The role that Jenkins takes on to deploy one environment."""

from dataclasses import dataclass

from aws_cdk import Duration, aws_iam
from constructs import Construct

from config.environment import EnvironmentConfig


@dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """What `cdk bootstrap` made in the account and region: roles and bucket of one qualifier."""

    account: str
    region: str
    qualifier: str

    def role_arn(self, kind: str) -> str:
        """ARN of the role ``kind`` (``file-publishing``, ``cfn-exec``)."""
        return f"arn:aws:iam::{self.account}:role/cdk-{self.qualifier}-{kind}-role-{self.account}-{self.region}"

    @property
    def bucket_arn(self) -> str:
        """ARN of the bucket that holds templates and packed code."""
        return f"arn:aws:s3:::cdk-{self.qualifier}-assets-{self.account}-{self.region}"

    @property
    def version_arn(self) -> str:
        """ARN of the parameter that holds the bootstrap's version."""
        return f"arn:aws:ssm:{self.region}:{self.account}:parameter/cdk-bootstrap/{self.qualifier}/version"


class JenkinsRole(aws_iam.Role):
    """``mailroom-ENV-jenkins``: deploys the stacks of one environment and starts its pipeline, for an hour at most.

    It does not take on the bootstrap's deploy role, which may change any stack of the account: the CDK command line
    then goes on with the credentials it has, and those end at this environment's stacks. The ``ci`` stack, with the
    boundary of all roles, is not among them: a person changes it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig, bootstrap: Bootstrap) -> None:
        super().__init__(
            scope,
            construct_id,
            role_name=config.named("jenkins"),
            description=f"Mailroom {config.name}: Jenkins deploys the stacks and starts the pipeline",
            assumed_by=aws_iam.ArnPrincipal(config.ci.jenkins).with_conditions(
                {"StringEquals": {"sts:ExternalId": config.ci.external_id}}
            ),
            max_session_duration=Duration.hours(1),
            inline_policies={
                "rights": aws_iam.PolicyDocument(
                    statements=[
                        *_deploying(config, bootstrap),
                        *_pipeline(config),
                        aws_iam.PolicyStatement(
                            sid="ApprovesNothing",
                            effect=aws_iam.Effect.DENY,
                            actions=["sagemaker:UpdateModelPackage"],
                            # No model of any group.
                            resources=["*"],
                        ),
                    ]
                )
            },
        )


def _deploying(config: EnvironmentConfig, bootstrap: Bootstrap) -> list[aws_iam.PolicyStatement]:
    stacks = f"arn:aws:cloudformation:{config.region}:{config.account}:stack/{config.named('')}"
    execution = bootstrap.role_arn("cfn-exec")
    changes = [
        "cloudformation:ContinueUpdateRollback",
        "cloudformation:CreateChangeSet",
        "cloudformation:CreateStack",
        "cloudformation:DeleteChangeSet",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:RollbackStack",
        "cloudformation:UpdateStack",
        "cloudformation:UpdateTerminationProtection",
    ]
    return [
        aws_iam.PolicyStatement(
            sid="ReadOwnStacks",
            actions=[
                "cloudformation:DescribeChangeSet",
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
            actions=changes,
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
            conditions={"StringNotEqualsIfExists": {"cloudformation:RoleArn": execution}},
        ),
        aws_iam.PolicyStatement(
            sid="NotTheBoundary",
            effect=aws_iam.Effect.DENY,
            actions=changes,
            # The one stack that says what this role may do; its id ends with characters of CloudFormation's own.
            resources=[f"{stacks}ci/*"],
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
    ]


def _pipeline(config: EnvironmentConfig) -> list[aws_iam.PolicyStatement]:
    # By name: the training stack comes later than this one.
    pipeline = f"arn:aws:sagemaker:{config.region}:{config.account}:pipeline/{config.own_name}"
    return [
        aws_iam.PolicyStatement(
            sid="StartPipeline",
            actions=["sagemaker:DescribePipeline", "sagemaker:StartPipelineExecution"],
            resources=[pipeline],
        ),
        aws_iam.PolicyStatement(
            sid="WatchPipeline",
            actions=[
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:StopPipelineExecution",
            ],
            # Executions have generated ids.
            resources=[f"{pipeline}/execution/*"],
        ),
        # The smoke test asks the API with a key of its own, and which version answers.
        aws_iam.PolicyStatement(
            sid="SeeEndpoint",
            actions=["sagemaker:DescribeEndpoint"],
            resources=[f"arn:aws:sagemaker:{config.region}:{config.account}:endpoint/{config.own_name}"],
        ),
    ]
