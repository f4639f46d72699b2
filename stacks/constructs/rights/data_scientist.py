"""Whoever trains: reads the data, starts the pipeline and experiments, works in Studio, and approves nothing."""

from aws_cdk import aws_ec2, aws_iam

from stacks.constructs.permission_boundary import JOBS
from stacks.constructs.rights.common import approves_nothing, read_pipeline, read_registry, see_metrics
from stacks.constructs.rights.estate import Estate
from stacks.constructs.rights.experiments import encrypt_volumes, see_experiments, start_experiments, write_experiments

_JOB_LOGS = ("ProcessingJobs", "TrainingJobs")
STUDIO_USER_TAG = "studio-user"
"""Tag of a person's session: the name of their profile in Studio."""


def data_scientist(estate: Estate, *, vpc: aws_ec2.IVpc, mlflow_app_arn: str | None) -> list[aws_iam.PolicyStatement]:
    """Rights of the role ``mailroom-ENV-data-scientist``; ``vpc``: the network that Studio is opened from, and that
    experiments run in."""
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
        *start_experiments(estate.config, vpc=vpc, key=estate.data_key),
        *see_experiments(estate.config),
        encrypt_volumes(estate.data_key),
        *_studio(estate, vpc.vpc_id),
        *([] if mlflow_app_arn is None else _mlflow(estate, vpc.vpc_id, mlflow_app_arn)),
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
        write_experiments(estate.artefacts),
        estate.key_through(estate.data_key, "s3", "kms:Decrypt", "kms:GenerateDataKey"),
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


def _studio(estate: Estate, vpc_id: str) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(
            sid="FindStudio",
            actions=["sagemaker:ListDomains", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"],
            # Listing is asked of the account.
            resources=["*"],
        ),
        aws_iam.PolicyStatement(
            sid="SeeStudio",
            actions=["sagemaker:DescribeDomain", "sagemaker:DescribeUserProfile"],
            # Domains have generated ids.
            resources=[estate.arn("sagemaker", "domain/*"), estate.arn("sagemaker", "user-profile/*")],
        ),
        *_from_own_networks(
            estate,
            vpc_id,
            sid="OpenStudio",
            action="sagemaker:CreatePresignedDomainUrl",
            # As above. Of the profiles one's own: whoever opened another's would work in that person's name.
            resource=estate.arn("sagemaker", f"user-profile/*/${{aws:PrincipalTag/{STUDIO_USER_TAG}}}"),
        ),
    ]


def _mlflow(estate: Estate, vpc_id: str, app_arn: str) -> list[aws_iam.PolicyStatement]:
    return [
        aws_iam.PolicyStatement(sid="SeeMlflow", actions=["sagemaker:DescribeMlflowApp"], resources=[app_arn]),
        *_from_own_networks(
            estate, vpc_id, sid="OpenMlflow", action="sagemaker:CreatePresignedMlflowAppUrl", resource=app_arn
        ),
        *_from_own_networks(
            estate, vpc_id, sid="RecordInMlflow", action="sagemaker:CallMlflowAppApi", resource=app_arn
        ),
    ]


def _from_own_networks(
    estate: Estate, vpc_id: str, *, sid: str, action: str, resource: str
) -> list[aws_iam.PolicyStatement]:
    # A URL that opens something is good for whoever has it: Studio asks this policy again at each request with it.
    # https://docs.aws.amazon.com/sagemaker/latest/dg/studio-interface-endpoint.html
    places = {"InTheVpc": {"StringEquals": {"aws:SourceVpc": vpc_id}}}
    if estate.config.studio.networks:
        places["FromOffices"] = {"IpAddress": {"aws:SourceIp": list(estate.config.studio.networks)}}
    return [
        aws_iam.PolicyStatement(sid=f"{sid}{place}", actions=[action], resources=[resource], conditions=conditions)
        for place, conditions in places.items()
    ]
