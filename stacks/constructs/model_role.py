"""What the serving container may do: read its model and its image, and write its log."""

from aws_cdk import aws_iam, aws_kms, aws_s3
from constructs import Construct

from config.environment import EnvironmentConfig
from config.images import INFERENCE_REPOSITORY, registry
from stacks.constructs.service_role import ServiceRole

MODELS_PREFIX = "models/"
CAPTURE_PREFIX = "data-capture/"


class ModelRole(ServiceRole):
    """The execution role of the SageMaker model."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        artefacts: aws_s3.IBucket,
        data_key: aws_kms.IKey,
        log_group_arn: str,
        rollback_alarms: str,
    ) -> None:
        publisher = registry(INFERENCE_REPOSITORY, config.region)
        statements = [
            aws_iam.PolicyStatement(
                sid="ReadModels",
                actions=["s3:GetObject"],
                # Every version's archive: which one is served is the approved package's saying.
                resources=[artefacts.arn_for_objects(f"{MODELS_PREFIX}*")],
            ),
            aws_iam.PolicyStatement(sid="DecryptModels", actions=["kms:Decrypt"], resources=[data_key.key_arn]),
            aws_iam.PolicyStatement(
                sid="PullImage",
                actions=["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                resources=[f"arn:aws:ecr:{config.region}:{publisher}:repository/{INFERENCE_REPOSITORY}"],
            ),
            # The token is for the registry service as a whole: the action knows no resource.
            aws_iam.PolicyStatement(sid="RegistryToken", actions=["ecr:GetAuthorizationToken"], resources=["*"]),
            aws_iam.PolicyStatement(
                sid="OwnLog",
                actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                resources=[log_group_arn],
            ),
            aws_iam.PolicyStatement(
                sid="OwnMetrics",
                actions=["cloudwatch:PutMetricData"],
                # The action knows no resource; the namespace narrows it.
                resources=["*"],
                conditions={"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
            ),
        ]
        if config.inference.kind == "real_time":
            statements.append(
                # SageMaker looks at them under this role while it shifts traffic.
                # https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
                aws_iam.PolicyStatement(
                    sid="WatchRollbackAlarms", actions=["cloudwatch:DescribeAlarms"], resources=[rollback_alarms]
                )
            )
            statements.append(
                aws_iam.PolicyStatement(
                    sid="OwnNetworkInterfaces",
                    # The describing actions know no resource, and the interfaces have no name before they exist.
                    # https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
                    actions=[
                        "ec2:CreateNetworkInterface",
                        "ec2:CreateNetworkInterfacePermission",
                        "ec2:DeleteNetworkInterface",
                        "ec2:DeleteNetworkInterfacePermission",
                        "ec2:DescribeDhcpOptions",
                        "ec2:DescribeNetworkInterfaces",
                        "ec2:DescribeSecurityGroups",
                        "ec2:DescribeSubnets",
                        "ec2:DescribeVpcs",
                    ],
                    resources=["*"],
                )
            )
        if config.inference.data_capture_percent:
            statements += [
                aws_iam.PolicyStatement(
                    sid="CaptureData",
                    actions=["s3:PutObject"],
                    # SageMaker names the objects by date.
                    resources=[artefacts.arn_for_objects(f"{CAPTURE_PREFIX}*")],
                ),
                aws_iam.PolicyStatement(
                    sid="EncryptCapture",
                    # A large file comes in parts, and S3 decrypts each with the upload's key to put them together.
                    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=[data_key.key_arn],
                ),
            ]
        super().__init__(
            scope,
            construct_id,
            service="sagemaker.amazonaws.com",
            statements=statements,
            description=f"The serving container of {config.own_name}",
        )
