"""The SageMaker pipeline: its definition, its roles and its place in the network."""

from aws_cdk import Stack, aws_ec2, aws_iam, aws_s3_assets, aws_sagemaker
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.constructs.job_roles import JobRoles
from stacks.constructs.model_registry import ModelRegistry
from stacks.constructs.pipeline_role import PipelineRole
from stacks.constructs.pipeline_settings import approval_status_in, pipeline_settings
from stacks.constructs.workload_group import WorkloadGroup
from stacks.data import DataStack
from stacks.pipeline.definition import pipeline_definition

# One run at a time is the rule; within it both tracking steps can go beside the step that the model waits for. That one
# and they begin together: a Fail step ends the execution only when what runs beside it has ended.
# https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-fail
_PARALLEL_STEPS = 3


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
        self.role = PipelineRole(
            self,
            "Role",
            job_roles=self.roles.all,
            registry=registry,
            approval_status=approval_status_in(config.name),
            artefacts=data.artefacts,
            data_key=data.data_key,
        )
        self.group = self._group(vpc, config.training.instance_count)
        settings = pipeline_settings(
            config,
            data=data,
            roles=self.roles,
            vpc=vpc,
            group=self.group,
            source=source,
            mlflow_app_arn=mlflow_app_arn,
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
