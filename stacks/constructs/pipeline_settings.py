"""The pipeline's settings out of configuration and of what the stacks made."""

from aws_cdk import aws_ec2, aws_s3_assets

from config.environment import EnvironmentConfig
from config.images import INFERENCE_REPOSITORY, TRAINING_REPOSITORY, image_uri
from stacks.assets.training_entries import packed_taxonomy_sha256
from stacks.constructs.job_roles import JobRoles
from stacks.data import DataStack
from stacks.pipeline.settings import (
    Buckets,
    GateLimits,
    PipelineSettings,
    ProcessingMachine,
    Roles,
    SourceCode,
    TrainingMachine,
    Vpc,
)


def pipeline_settings(
    config: EnvironmentConfig,
    *,
    data: DataStack,
    roles: JobRoles,
    vpc: aws_ec2.IVpc,
    group: aws_ec2.ISecurityGroup,
    source: aws_s3_assets.Asset,
    mlflow_app_arn: str | None,
) -> PipelineSettings:
    """The settings of one environment; names and ARNs are tokens."""
    training, real_time = config.training, config.inference.real_time
    return PipelineSettings(
        region=config.region,
        data=training.data,
        export_month=training.export_month,
        buckets=Buckets(
            exports=data.exports.bucket_name,
            datasets=data.datasets.bucket_name,
            artefacts=data.artefacts.bucket_name,
        ),
        roles=Roles(
            prepare=roles.prepare.role_arn,
            train=roles.train.role_arn,
            evaluate=roles.evaluate.role_arn,
            gate=roles.gate.role_arn,
            track=roles.track.role_arn if roles.track else None,
        ),
        vpc=Vpc(
            subnets=tuple(subnet.subnet_id for subnet in vpc.isolated_subnets),
            security_groups=(group.security_group_id,),
        ),
        key=data.data_key.key_arn,
        code=SourceCode(bucket=source.s3_bucket_name, key=source.s3_object_key),
        training_image=image_uri(TRAINING_REPOSITORY, training.image, config.region),
        inference_image=image_uri(INFERENCE_REPOSITORY, config.inference.image, config.region),
        # A serverless endpoint has no instances to name.
        inference_instance_types=(real_time.instance_type,) if real_time else (),
        training=TrainingMachine(
            instance_type=training.instance_type,
            instance_count=training.instance_count,
            volume_gb=training.volume_gb,
            max_hours=training.max_hours,
            spot=training.spot,
            max_wait_hours=training.max_wait_hours,
        ),
        processing=ProcessingMachine(
            instance_type=training.processing_instance_type, volume_gb=training.processing_volume_gb
        ),
        tasks=training.tasks,
        base_model=training.base_model,
        hyperparameters=training.hyperparameters,
        limits=GateLimits(
            minimum_scores=training.minimum_scores,
            test_mails=training.minimum_test_mails,
            margin=training.margin,
            coverage=training.minimum_coverage,
        ),
        package_group=config.own_name,
        endpoint=config.own_name,
        experiment=config.own_name,
        taxonomy_sha256=packed_taxonomy_sha256(),
        approval_status=approval_status_in(config.name),
        mlflow_app=mlflow_app_arn,
    )


def approval_status_in(environment: str) -> str:
    """What a model that passed the gate is registered as: in dev it goes live at once, in prod a person decides."""
    return "Approved" if environment == "dev" else "PendingManualApproval"
