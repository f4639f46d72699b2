"""One environment: all its stacks, in the order in which they need each other."""

from aws_cdk import Environment, Stage
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.data import DataStack
from stacks.network import NetworkStack


class MailroomStage(Stage):
    """An account's stacks."""

    def __init__(self, scope: Construct, stage_id: str, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, stage_id, env=Environment(account=config.account, region=config.region))
        self.data = DataStack(self, "data", config=config)
        self.network = NetworkStack(self, "network", config=config, logs_key=self.data.logs_key)
