"""The role that Jenkins takes on to deploy one environment."""

from aws_cdk import Duration, aws_iam
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.bootstrap import Bootstrap
from stacks.constructs.rights.deployment import deployment


class JenkinsRole(aws_iam.Role):
    """``mailroom-ENV-jenkins``: deploys the stacks of one environment, runs its pipeline, and in dev asks its endpoint;
    for an hour at most.

    The stacks ``ci`` and ``people``, with the boundary of all roles, everybody's rights and the trail, are not among
    them: a person deploys those two.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig, bootstrap: Bootstrap) -> None:
        super().__init__(
            scope,
            construct_id,
            role_name=config.named("jenkins"),
            description=f"Mailroom {config.name}: Jenkins deploys the stacks and runs the pipeline",
            assumed_by=aws_iam.ArnPrincipal(config.ci.jenkins).with_conditions(
                {"StringEquals": {"sts:ExternalId": config.ci.external_id}}
            ),
            max_session_duration=Duration.hours(1),
            inline_policies={
                "rights": aws_iam.PolicyDocument(
                    statements=[
                        *deployment(config, bootstrap),
                        _restore_model(config),
                        _compare(),
                        *_test_data(config),
                        *_pipeline(config),
                        *_smoke_test(config),
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


def _restore_model(config: EnvironmentConfig) -> aws_iam.PolicyStatement:
    # `make deploy` puts the approved model back if the deployment has reset it. The trail's alarm `model-set-by-hand`
    # tells of that, and of any other use.
    return aws_iam.PolicyStatement(
        sid="RestoreModel",
        actions=["ssm:PutParameter"],
        resources=[f"arn:aws:ssm:{config.region}:{config.account}:parameter{config.approved_model_parameter}"],
    )


def _compare() -> aws_iam.PolicyStatement:
    # What is deployed is shown to the person who confirms a change, and what is declared no more belongs to that.
    return aws_iam.PolicyStatement(
        sid="ListStacks",
        actions=["cloudformation:ListStacks"],
        # This action knows no resource.
        resources=["*"],
    )


def _test_data(config: EnvironmentConfig) -> list[aws_iam.PolicyStatement]:
    # A build brings the made-up mails of its own commit. Production's exports are the CRM's to bring.
    if config.training.data != "test":
        return []
    # Bucket and key are of a later stack, and CloudFormation ends the bucket's name with characters of its own.
    return [
        aws_iam.PolicyStatement(
            sid="BringTestData",
            actions=["s3:PutObject"],
            # As above; the export of each month.
            resources=[f"arn:aws:s3:::{config.named('data-exports')}*/{config.training.data}/*"],
        ),
        aws_iam.PolicyStatement(
            sid="EncryptTestData",
            actions=["kms:GenerateDataKey"],
            # A key's id is its own; the alias says which one.
            resources=[f"arn:aws:kms:{config.region}:{config.account}:key/*"],
            conditions={
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{config.named('data')}"},
                "StringEquals": {"kms:ViaService": f"s3.{config.region}.amazonaws.com"},
            },
        ),
    ]


def _pipeline(config: EnvironmentConfig) -> list[aws_iam.PolicyStatement]:
    # By name: the training stack comes later than this one.
    place = f"arn:aws:sagemaker:{config.region}:{config.account}"
    pipeline = f"{place}:pipeline/{config.own_name}"
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
                "sagemaker:RetryPipelineExecution",
                "sagemaker:StopPipelineExecution",
            ],
            # Executions have generated ids.
            resources=[f"{pipeline}/execution/*"],
        ),
    ]


def _smoke_test(config: EnvironmentConfig) -> list[aws_iam.PolicyStatement]:
    # Which version is to answer, and whether it does; a deployment also asks whether the one that serves still may.
    # What answers to customers' mail is not for a build to ask.
    place = f"arn:aws:sagemaker:{config.region}:{config.account}"
    actions = ["sagemaker:DescribeEndpoint"]
    if config.training.data == "test":
        actions.append("sagemaker:InvokeEndpoint")
    return [
        aws_iam.PolicyStatement(
            sid="FindVersion",
            actions=["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"],
            # The registry numbers its versions.
            resources=[f"{place}:model-package-group/{config.own_name}", f"{place}:model-package/{config.own_name}/*"],
        ),
        aws_iam.PolicyStatement(sid="TryEndpoint", actions=actions, resources=[f"{place}:endpoint/{config.own_name}"]),
    ]
