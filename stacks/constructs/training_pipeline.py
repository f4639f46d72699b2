"""The SageMaker pipeline: its definition, its roles and its place in the network."""

from aws_cdk import Stack, aws_ec2, aws_iam, aws_s3_assets, aws_sagemaker
from constructs import Construct

from config.environment import EnvironmentConfig
from config.images import INFERENCE_REPOSITORY, TRAINING_REPOSITORY, image_uri
from stacks.constructs.job_roles import JobRoles
from stacks.constructs.model_registry import ModelRegistry
from stacks.constructs.pipeline_role import PipelineRole
from stacks.constructs.workload_group import WorkloadGroup
from stacks.data import DataStack
from stacks.pipeline.definition import pipeline_definition
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

# One run at a time is the rule; within it only tracking and the gate can go side by side.
_PARALLEL_STEPS = 2


class TrainingPipeline(Construct):
    """``name``, ``arn``, ``role`` (the pipeline's own) and ``roles`` (those of its jobs)."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: EnvironmentConfig,
        data: DataStack,
        vpc: aws_ec2.IVpc,
        registry: ModelRegistry,
        source: aws_s3_assets.Asset,
        mlflow_app_arn: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self.name = config.own_name
        self.arn = f"arn:aws:sagemaker:{stack.region}:{stack.account}:pipeline/{self.name}"
        self.roles = JobRoles(
            self,
            "Jobs",
            config=config,
            data=data,
            registry=registry,
            source_bucket=source.s3_bucket_name,
            source_key=source.s3_object_key,
            mlflow_app_arn=mlflow_app_arn,
        )
        approval_status = approval_status_in(config.name)
        self.role = PipelineRole(
            self,
            "Role",
            job_roles=self.roles.all,
            registry=registry,
            approval_status=approval_status,
            artefacts=data.artefacts,
            data_key=data.data_key,
        )
        self.group = self._group(vpc, config.training.instance_count)
        settings = PipelineSettings(
            **_configured(config),
            buckets=Buckets(
                exports=data.exports.bucket_name,
                datasets=data.datasets.bucket_name,
                artefacts=data.artefacts.bucket_name,
            ),
            roles=_role_arns(self.roles),
            vpc=Vpc(
                subnets=tuple(subnet.subnet_id for subnet in vpc.isolated_subnets),
                security_groups=(self.group.security_group_id,),
            ),
            key=data.data_key.key_arn,
            code=SourceCode(bucket=source.s3_bucket_name, key=source.s3_object_key),
            package_group=registry.group_name,
            approval_status=approval_status,
            mlflow_app=mlflow_app_arn,
        )
        self.pipeline = aws_sagemaker.CfnPipeline(
            self,
            "Pipeline",
            pipeline_name=self.name,
            pipeline_description=f"Mailroom {config.name}: prepare, train, evaluate, gate, register",
            role_arn=self.role.role_arn,
            pipeline_definition={"PipelineDefinitionBody": stack.to_json_string(pipeline_definition(settings))},
            parallelism_configuration={"MaxParallelExecutionSteps": _PARALLEL_STEPS},
        )
        # The group is named inside the definition's text, which CloudFormation does not read for order.
        self.pipeline.add_resource_dependency(registry.group)

    def _group(self, vpc: aws_ec2.IVpc, machines: int) -> aws_ec2.SecurityGroup:
        group = WorkloadGroup(self, "Group", vpc=vpc, description="Training and processing jobs")
        if machines > 1:
            # https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
            group.add_ingress_rule(group, aws_ec2.Port.all_traffic(), "Machines of one training job")
            group.add_egress_rule(group, aws_ec2.Port.all_traffic(), "Machines of one training job")
        return group

    def start_statement(self) -> aws_iam.PolicyStatement:
        """The right to start this pipeline and to follow its runs."""
        return aws_iam.PolicyStatement(
            sid="RunPipeline",
            actions=[
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:StartPipelineExecution",
            ],
            # The pipeline and each of its runs.
            resources=[self.arn, f"{self.arn}/execution/*"],
        )


def approval_status_in(environment: str) -> str:
    """What a model that passed the gate is registered as: in dev it goes live at once, in prod a person decides."""
    return "Approved" if environment == "dev" else "PendingManualApproval"


def _role_arns(roles: JobRoles) -> Roles:
    return Roles(
        prepare=roles.prepare.role_arn,
        train=roles.train.role_arn,
        evaluate=roles.evaluate.role_arn,
        gate=roles.gate.role_arn,
        track=roles.track.role_arn if roles.track else "",
    )


def _configured(config: EnvironmentConfig) -> dict[str, object]:
    training, real_time = config.training, config.inference.real_time
    return {
        "region": config.region,
        "data": training.data,
        "training_image": image_uri(TRAINING_REPOSITORY, training.image, config.region),
        "inference_image": image_uri(INFERENCE_REPOSITORY, config.inference.image, config.region),
        "inference_instance_types": (real_time.instance_type,) if real_time else (),
        "training": TrainingMachine(
            instance_type=training.instance_type,
            instance_count=training.instance_count,
            volume_gb=training.volume_gb,
            max_hours=training.max_hours,
            spot=training.spot,
            max_wait_hours=training.max_wait_hours,
        ),
        "processing": ProcessingMachine(
            instance_type=training.processing_instance_type, volume_gb=training.processing_volume_gb
        ),
        "tasks": training.tasks,
        "base_model": training.base_model,
        "hyperparameters": training.hyperparameters,
        "limits": GateLimits(minimum_scores=training.minimum_scores, margin=training.margin),
    }
