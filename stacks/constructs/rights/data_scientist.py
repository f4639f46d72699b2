"""Whoever trains: reads the data, starts the pipeline, works in Studio, and approves nothing."""

from aws_cdk import aws_iam

from stacks.constructs.permission_boundary import JOBS
from stacks.constructs.rights.common import approves_nothing, read_pipeline, read_registry, see_metrics
from stacks.constructs.rights.estate import Estate

# Jobs that a person starts by hand go by this role's Studio profile, or the pipeline; their logs are read here.
_JOB_LOGS = ("ProcessingJobs", "TrainingJobs")


def data_scientist(estate: Estate, *, mlflow_app_arn: str | None) -> list[aws_iam.PolicyStatement]:
    """Rights of the role ``mailroom-ENV-data-scientist``."""
    return [
        *_data(estate),
        *read_pipeline(estate),
        aws_iam.PolicyStatement(
            sid="StartPipeline", actions=["sagemaker:StartPipelineExecution"], resources=[estate.pipeline]
        ),
        aws_iam.PolicyStatement(
            sid="EndPipeline",
            actions=["sagemaker:RetryPipelineExecution", "sagemaker:StopPipelineExecution"],
            # Executions have generated ids.
            resources=[f"{estate.pipeline}/execution/*"],
        ),
        read_registry(estate),
        *see_metrics(estate),
        *_job_logs(estate),
        *_studio(estate),
        *([] if mlflow_app_arn is None else [_mlflow(mlflow_app_arn)]),
        aws_iam.PolicyStatement(
            sid="NoContainerOutsideTheNetwork",
            effect=aws_iam.Effect.DENY,
            actions=list(JOBS),
            # No job, whatever its name.
            resources=["*"],
            conditions={"Null": {"sagemaker:VpcSubnets": "true"}},
        ),
        approves_nothing(),
    ]


def _data(estate: Estate) -> list[aws_iam.PolicyStatement]:
    buckets = [estate.datasets, estate.artefacts]
    return [
        aws_iam.PolicyStatement(
            sid="ListData", actions=["s3:ListBucket"], resources=[bucket.bucket_arn for bucket in buckets]
        ),
        aws_iam.PolicyStatement(
            sid="ReadData",
            actions=["s3:GetObject"],
            # Every prepared dataset, model and report.
            resources=[bucket.arn_for_objects("*") for bucket in buckets],
        ),
        estate.key_through(estate.data_key, "s3", "kms:Decrypt"),
    ]


def _job_logs(estate: Estate) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(
            sid="ReadJobLogs",
            actions=["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
            # Each job has streams of its own in SageMaker's two groups.
            resources=[estate.arn("logs", f"log-group:/aws/sagemaker/{kind}:*") for kind in _JOB_LOGS],
        ),
        aws_iam.PolicyStatement(
            sid="ReadJobs",
            actions=["sagemaker:DescribeProcessingJob", "sagemaker:DescribeTrainingJob"],
            # SageMaker names the pipeline's jobs.
            resources=[estate.arn("sagemaker", "processing-job/*"), estate.arn("sagemaker", "training-job/*")],
        ),
    ]


def _studio(estate: Estate) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(
            sid="FindStudio",
            actions=["sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
            # Listing is asked of the account.
            resources=["*"],
        ),
        aws_iam.PolicyStatement(
            sid="OpenStudio",
            actions=[
                "sagemaker:CreatePresignedDomainUrl",
                "sagemaker:DescribeDomain",
                "sagemaker:DescribeUserProfile",
            ],
            # Domains have generated ids; inside, the profile's own role has its own rights.
            resources=[estate.arn("sagemaker", "domain/*"), estate.arn("sagemaker", "user-profile/*")],
        ),
    ]


def _mlflow(app_arn: str) -> aws_iam.PolicyStatement:
    return aws_iam.PolicyStatement(
        sid="OpenMlflow",
        actions=["sagemaker:CreatePresignedMlflowAppUrl", "sagemaker:DescribeMlflowApp"],
        resources=[app_arn],
    )
