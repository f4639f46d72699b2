"""What makes models: the registry, the pipeline and its roles, and where its runs are recorded."""

from aws_cdk import CfnOutput
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.model_registry import ModelRegistry
from stacks.data import DataStack
from stacks.network import NetworkStack


class TrainingStack(MailroomStack):
    """``registry`` (with ``package_group_name``, ``package_group_arn``, ``approved_model``), ``pipeline_name`` and
    ``pipeline_arn``, and ``mlflow_app_arn`` (None where MLflow is off)."""

    def __init__(
        self, scope: Construct, part: str, *, config: EnvironmentConfig, data: DataStack, network: NetworkStack
    ) -> None:
        super().__init__(scope, part, config=config)
        self.registry = ModelRegistry(self, "Registry", config=config)
        self.package_group_name = self.registry.group_name
        self.package_group_arn = self.registry.group_arn
        self.approved_model = self.registry.approved_model
        self.pipeline_name = config.own_name
        self.pipeline_arn = f"arn:aws:sagemaker:{self.region}:{self.account}:pipeline/{self.pipeline_name}"
        self.mlflow_app_arn: str | None = None
        for name, value in {
            "ModelPackageGroupName": self.package_group_name,
            "PipelineName": self.pipeline_name,
        }.items():
            CfnOutput(self, name, value=value)
