"""The endpoint, and the way of an approved model to it."""

from aws_cdk import CfnOutput, CfnParameter
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import MailroomStack
from stacks.constructs.classifier_endpoint import ClassifierEndpoint, maximum_update_seconds
from stacks.constructs.model_alarms import ModelAlarms
from stacks.constructs.model_deployer import APPROVED_MODEL, COMPARED_VERSION, MODEL_VERSION, ModelDeployer
from stacks.constructs.model_registry import NO_MODEL
from stacks.constructs.model_role import MODELS_PREFIX
from stacks.data import DataStack
from stacks.network import NetworkStack

_SERVERLESS_UPDATE_SECONDS = 1800


class InferenceStack(MailroomStack):
    """``endpoint_name``, ``model_alarms``, and of the deployment path ``deploy_function``, ``queue`` and
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
        model_version, compared_version = (
            CfnParameter(self, name, type="String", default=NO_MODEL, description=f"{what}, or none; deploy sets it")
            for name, what in (
                (MODEL_VERSION, "What the approved model's answers name themselves"),
                (COMPARED_VERSION, "The version whose labels are compared with those of the model before it"),
            )
        )
        # Under this id they were released: another one would have CloudFormation make an alarm of a name that exists.
        self.model_alarms = ModelAlarms(self, "RollbackAlarms", config=config)
        self.endpoint = ClassifierEndpoint(
            self,
            "Classifier",
            config=config,
            approved_model=approved,
            vpc=network.vpc,
            artefacts=data.artefacts,
            data_key=data.data_key,
            logs_key=data.logs_key,
            model_version=model_version.value_as_string,
            compared_version=compared_version.value_as_string,
        )
        self.endpoint_name = self.endpoint.endpoint_name
        real_time = config.inference.real_time
        deployer = ModelDeployer(
            self,
            "Deployer",
            config=config,
            package_group_arn=package_group_arn,
            archives_url=data.artefacts.s3_url_for_object(MODELS_PREFIX),
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
        # A serverless endpoint has no alarms of a version's own; these say all the same what `deploy` has set.
        CfnOutput(self, "ServedModel", value=model_version.value_as_string)
        CfnOutput(self, "ComparedModel", value=compared_version.value_as_string)
