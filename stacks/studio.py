"""Where data scientists work: SageMaker Studio, inside the network."""

from aws_cdk import RemovalPolicy, aws_kms, aws_logs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.experiment_role import ExperimentRole
from stacks.constructs.retention import retention
from stacks.constructs.studio_domain import StudioDomain
from stacks.constructs.studio_role import STUDIO_LOGS, StudioRole
from stacks.constructs.workload_group import WorkloadGroup
from stacks.data import DataStack
from stacks.network import NetworkStack
from stacks.training import TrainingStack


class StudioStack(MailroomStack):
    """``role`` is that of all apps, ``domain_id`` the domain's."""

    def __init__(
        self,
        scope: Construct,
        part: str,
        *,
        config: EnvironmentConfig,
        data: DataStack,
        network: NetworkStack,
        training: TrainingStack,
    ) -> None:
        super().__init__(scope, part, config=config)
        self._log_group(data.logs_key)
        ExperimentRole(
            self,
            "ExperimentRole",
            config=config,
            datasets=data.datasets,
            artefacts=data.artefacts,
            key=data.data_key,
        )
        self.role = StudioRole(
            self,
            "Role",
            config=config,
            vpc=network.vpc,
            datasets=data.datasets,
            artefacts=data.artefacts,
            key=data.data_key,
            mlflow_app_arn=training.mlflow_app_arn,
        )
        studio = StudioDomain(
            self,
            "Studio",
            name=config.own_name,
            settings=config.studio,
            vpc=network.vpc,
            security_group=WorkloadGroup(
                self, "Group", vpc=network.vpc, description="Studio apps: endpoints of the network"
            ),
            role=self.role,
            key=data.data_key,
        )
        self.domain_id = studio.domain_id

    def _log_group(self, key: aws_kms.IKey) -> None:
        config = self.config
        # The name is one per account and region: where both environments share an account, prod's stack has the group.
        if config.environment.single_account and config.name != "prod":
            return
        # SageMaker would make the group itself, unencrypted and kept for ever.
        aws_logs.LogGroup(
            self,
            "Logs",
            log_group_name=STUDIO_LOGS,
            retention=retention(config.studio.log_days),
            encryption_key=key,
            removal_policy=RemovalPolicy.DESTROY,
        )
