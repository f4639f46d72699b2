"""Where data scientists work: SageMaker Studio, inside the network."""

from aws_cdk import CfnOutput, RemovalPolicy, aws_logs
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.retention import retention
from stacks.constructs.studio_domain import StudioDomain
from stacks.constructs.studio_role import StudioRole
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
        # SageMaker writes the apps' logs here and would make the group itself, unencrypted and kept for ever.
        log_group = aws_logs.LogGroup(
            self,
            "Logs",
            log_group_name="/aws/sagemaker/studio",
            retention=retention(config.studio.log_days),
            encryption_key=data.logs_key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = StudioRole(
            self,
            "Role",
            config=config,
            vpc=network.vpc,
            datasets=data.datasets,
            artefacts=data.artefacts,
            key=data.data_key,
            log_group_arn=log_group.log_group_arn,
            training_role=training.training_role,
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
        CfnOutput(self, "StudioDomainId", value=self.domain_id)
