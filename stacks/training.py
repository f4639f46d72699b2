"""What makes models: the registry, the pipeline and its roles, and where its runs are recorded."""

from aws_cdk import CfnOutput
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.assets.training_source import training_source
from stacks.base import MailroomStack
from stacks.constructs.job_logs import JobLogs
from stacks.constructs.mlflow_app import MlflowApp
from stacks.constructs.model_registry import ModelRegistry
from stacks.constructs.training_pipeline import TrainingPipeline
from stacks.data import DataStack
from stacks.network import NetworkStack


class TrainingStack(MailroomStack):
    """``registry`` (with ``package_group_name``, ``package_group_arn``, ``approved_model``), ``training_pipeline``
    (with ``pipeline_name`` and ``pipeline_arn``), ``mlflow_app_arn``, None where MLflow is off, and ``tracking_log``,
    where the steps that record runs there write, None where they are not or where prod's stack has that log."""

    def __init__(
        self, scope: Construct, part: str, *, config: EnvironmentConfig, data: DataStack, network: NetworkStack
    ) -> None:
        super().__init__(scope, part, config=config, protected=config.data.termination_protection)
        self.registry = ModelRegistry(self, "Registry", config=config)
        self.package_group_name = self.registry.group_name
        self.package_group_arn = self.registry.group_arn
        self.approved_model = self.registry.approved_model
        job_logs = JobLogs(self, "JobLogs", config=config, key=data.logs_key)
        self.tracking_log = job_logs.processing if config.training.mlflow else None
        self.mlflow_app_arn: str | None = None
        if config.training.mlflow:
            self.mlflow_app_arn = MlflowApp(
                self, "Mlflow", name=config.own_name, artefacts=data.artefacts, data_key=data.data_key
            ).arn
        self.training_pipeline = TrainingPipeline(
            self,
            "Training",
            config=config,
            data=data,
            vpc=network.vpc,
            registry=self.registry,
            source=training_source(self, "Source"),
            mlflow_app_arn=self.mlflow_app_arn,
        )
        self.pipeline_name = self.training_pipeline.name
        self.pipeline_arn = self.training_pipeline.arn
        outputs = {
            "ModelPackageGroupName": self.package_group_name,
            "PipelineName": self.pipeline_name,
        }
        if self.mlflow_app_arn is not None:
            outputs["MlflowAppArn"] = self.mlflow_app_arn
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
