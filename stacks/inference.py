"""The endpoint, and the way of an approved model to it."""

from aws_cdk import CfnOutput, CfnParameter
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.classifier_endpoint import ClassifierEndpoint, maximum_update_seconds
from stacks.constructs.model_deployer import APPROVED_MODEL, ModelDeployer
from stacks.constructs.rollback_alarms import RollbackAlarms
from stacks.data import DataStack
from stacks.network import NetworkStack

_SERVERLESS_UPDATE_SECONDS = 1800


class InferenceStack(MailroomStack):
    """``endpoint_name``, ``rollback_alarms``, and of the deployment path ``deploy_function``, ``queue`` and
    ``dead_letter_queue``."""

    def __init__(
        self,
        scope: Construct,
        part: str,
        *,
        config: EnvironmentConfig,
        data: DataStack,
        network: NetworkStack,
        package_group_arn: str,
    ) -> None:
        super().__init__(scope, part, config=config, protected=config.data.termination_protection)
        approved = CfnParameter(
            self,
            APPROVED_MODEL,
            type="AWS::SSM::Parameter::Value<String>",
            default=config.approved_model_parameter,
            description="The SSM parameter that holds the approved model package's ARN, or none",
        )
        self.rollback_alarms = RollbackAlarms(self, "RollbackAlarms", config=config)
        self.endpoint = ClassifierEndpoint(
            self,
            "Classifier",
            config=config,
            approved_model=approved,
            vpc=network.vpc,
            artefacts=data.artefacts,
            data_key=data.data_key,
            logs_key=data.logs_key,
            alarms=self.rollback_alarms,
        )
        self.endpoint_name = self.endpoint.endpoint_name
        real_time = config.inference.real_time
        deployer = ModelDeployer(
            self,
            "Deployer",
            config=config,
            package_group_arn=package_group_arn,
            stack_name=config.named(part),
            data_key=data.data_key,
            logs_key=data.logs_key,
            longest_update_seconds=maximum_update_seconds(real_time) if real_time else _SERVERLESS_UPDATE_SECONDS,
        )
        self.deploy_function = deployer.function
        self.queue = deployer.queue
        self.dead_letter_queue = deployer.dead_letter_queue
        self.registry_rule = deployer.rule
        CfnOutput(self, "EndpointName", value=self.endpoint_name)
        CfnOutput(self, "ApprovedModelParameter", value=config.approved_model_parameter)
