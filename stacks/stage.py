"""One environment: all its stacks, in the order in which they need each other."""

from aws_cdk import Environment, PermissionsBoundary, Stage
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.api import ApiStack
from stacks.base import MailroomStack
from stacks.ci import CiStack
from stacks.data import DataStack
from stacks.inference import InferenceStack
from stacks.network import NetworkStack
from stacks.observability import ObservabilityStack
from stacks.orchestration import OrchestrationStack
from stacks.people import PeopleStack
from stacks.studio import StudioStack
from stacks.training import TrainingStack


class MailroomStage(Stage):
    """An account's stacks."""

    def __init__(self, scope: Construct, stage_id: str, *, config: EnvironmentConfig) -> None:
        super().__init__(
            scope,
            stage_id,
            env=Environment(account=config.account, region=config.region),
            permissions_boundary=PermissionsBoundary.from_name(config.named("boundary")),
        )
        self.ci = CiStack(self, "ci", config=config)
        self.data = DataStack(self, "data", config=config)
        self.network = NetworkStack(self, "network", config=config, logs_key=self.data.logs_key)
        self.training = TrainingStack(self, "training", config=config, data=self.data, network=self.network)
        self.inference = InferenceStack(
            self,
            "inference",
            config=config,
            data=self.data,
            network=self.network,
            package_group_arn=self.training.package_group_arn,
        )
        self.api = ApiStack(
            self, "api", config=config, data=self.data, network=self.network, endpoint_name=config.own_name
        )
        self.orchestration = OrchestrationStack(
            self, "orchestration", config=config, data=self.data, network=self.network, training=self.training
        )
        self.studio = StudioStack(
            self, "studio", config=config, data=self.data, network=self.network, training=self.training
        )
        self.observability = ObservabilityStack(
            self,
            "observability",
            config=config,
            data=self.data,
            training=self.training,
            inference=self.inference,
            api=self.api,
            orchestration=self.orchestration,
        )
        self.people = PeopleStack(
            self,
            "people",
            config=config,
            data=self.data,
            network=self.network,
            training=self.training,
            inference=self.inference,
            alarms=self.observability.alarms,
        )
        self._boundary_first()

    def _boundary_first(self) -> None:
        # Every role names the boundary, and a name alone makes no order.
        for stack in self.node.children:
            if isinstance(stack, MailroomStack) and stack is not self.ci:
                stack.add_stack_dependency(self.ci, "the boundary of its roles")
