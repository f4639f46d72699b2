"""Statements that the roles of SageMaker jobs are made of."""

from collections.abc import Sequence

from aws_cdk import aws_iam, aws_kms, aws_s3

from config.images import TRAINING_REPOSITORY, registry

TRAINING_LOGS = "/aws/sagemaker/TrainingJobs"
PROCESSING_LOGS = "/aws/sagemaker/ProcessingJobs"
"""SageMaker's own names; they cannot be chosen."""


def read_objects(sid: str, bucket: aws_s3.IBucket, *prefixes: str) -> list[aws_iam.PolicyStatement]:
    """Read what lies under the prefixes."""
    return [
        aws_iam.PolicyStatement(
            sid=f"Read{sid}",
            actions=["s3:GetObject"],
            # Every run has a folder of its own under the prefix.
            resources=[bucket.arn_for_objects(f"{prefix}/*") for prefix in prefixes],
        ),
        _list_objects(sid, bucket, prefixes),
    ]


def write_objects(sid: str, bucket: aws_s3.IBucket, *prefixes: str) -> list[aws_iam.PolicyStatement]:
    """Write new objects under the prefixes; nothing can be deleted."""
    return [
        aws_iam.PolicyStatement(
            sid=f"Write{sid}",
            actions=["s3:AbortMultipartUpload", "s3:PutObject"],
            # Every run has a folder of its own under the prefix.
            resources=[bucket.arn_for_objects(f"{prefix}/*") for prefix in prefixes],
        )
    ]


def _list_objects(sid: str, bucket: aws_s3.IBucket, prefixes: Sequence[str]) -> aws_iam.PolicyStatement:
    return aws_iam.PolicyStatement(
        sid=f"List{sid}",
        actions=["s3:ListBucket"],
        resources=[bucket.bucket_arn],
        # Names below the prefix, whatever the run.
        conditions={"StringLike": {"s3:prefix": [f"{prefix}/*" for prefix in prefixes]}},
    )


def read_source(bucket_name: str, key: str) -> list[aws_iam.PolicyStatement]:
    """Read the source tarball; SageMaker lists by its key before it reads."""
    arn = f"arn:aws:s3:::{bucket_name}"
    return [
        aws_iam.PolicyStatement(sid="ReadSource", actions=["s3:GetObject"], resources=[f"{arn}/{key}"]),
        aws_iam.PolicyStatement(
            sid="ListSource",
            actions=["s3:ListBucket"],
            resources=[arn],
            conditions={"StringEquals": {"s3:prefix": key}},
        ),
    ]


def use_key(key: aws_kms.IKey) -> list[aws_iam.PolicyStatement]:
    """Encrypt and decrypt objects, and let SageMaker attach an encrypted volume."""
    return [
        aws_iam.PolicyStatement(
            sid="UseKey",
            actions=["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
            resources=[key.key_arn],
        ),
        aws_iam.PolicyStatement(
            sid="EncryptVolume",
            actions=["kms:CreateGrant"],
            resources=[key.key_arn],
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]


def run_container(region: str, account: str, log_group: str) -> list[aws_iam.PolicyStatement]:
    """What SageMaker does in a job's name: pull the image, enter the network, write log and metrics.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    return [
        aws_iam.PolicyStatement(
            sid="PullImage",
            actions=["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            resources=[
                f"arn:aws:ecr:{region}:{registry(TRAINING_REPOSITORY, region)}:repository/{TRAINING_REPOSITORY}"
            ],
        ),
        # The token is for the registry service as a whole: the action knows no resource.
        aws_iam.PolicyStatement(sid="RegistryToken", actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        aws_iam.PolicyStatement(
            sid="OwnNetworkInterfaces",
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
            # The describing actions know no resource, and the interfaces have no name before they exist.
            resources=["*"],
        ),
        aws_iam.PolicyStatement(
            sid="OwnLog",
            actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            # The streams of this one group: one a job, named by SageMaker.
            resources=[f"arn:aws:logs:{region}:{account}:log-group:{log_group}:*"],
        ),
        aws_iam.PolicyStatement(
            sid="OwnMetrics",
            actions=["cloudwatch:PutMetricData"],
            # The action knows no resource; the namespace narrows it.
            resources=["*"],
            conditions={"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
        ),
    ]
