"""The network of an environment."""

from aws_cdk import CfnOutput, aws_ec2, aws_kms
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.private_network import PrivateNetwork


class NetworkStack(MailroomStack):
    """``vpc``: isolated subnets in two zones, without a way to the internet."""

    def __init__(self, scope: Construct, part: str, *, config: EnvironmentConfig, logs_key: aws_kms.IKey) -> None:
        super().__init__(scope, part, config=config, protected=config.data.termination_protection)
        network = PrivateNetwork(
            self,
            "Network",
            cidr=config.network.cidr,
            absent=() if config.orchestration.mwaa else ("Airflow",),
            flow_log_name=f"/mailroom/{config.name}/flow",
            flow_log_days=config.network.flow_log_days,
            key=logs_key,
        )
        self.vpc: aws_ec2.Vpc = network.vpc
        CfnOutput(self, "VpcId", value=self.vpc.vpc_id)
