"""The model registry: the group of all versions, and which of them is to serve."""

from aws_cdk import Stack, Tags, aws_sagemaker, aws_ssm
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import STACK_TAGS

NO_MODEL = "none"
"""What the parameter holds before the first approval."""


class ModelRegistry(Construct):
    """``group``, its ``group_name`` and ``group_arn``, the ``package_arn_pattern`` of its versions, and
    ``approved_model``, the SSM parameter that holds the approved version's ARN; ``rejections`` is the one in which the
    deploy function keeps when versions were rejected.

    The parameters are seeded once; from then on their values are the deploy function's. CloudFormation leaves a
    resource alone whose template text stays the same, and writes it whole, value and all, when any of it changes. So
    they have nothing that could: no tags, no description. `make deploy` looks at the approved model once more before
    the endpoint's stack; of the rejections, the next one of a version makes up for what is lost.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        self.group_name = config.own_name
        self.group = aws_sagemaker.CfnModelPackageGroup(
            self,
            "Group",
            model_package_group_name=self.group_name,
            model_package_group_description=f"Mailroom {config.name}: every model that passed the gate",
        )
        self.group_arn = self.group.attr_model_package_group_arn
        self.package_arn_pattern = f"arn:aws:sagemaker:{stack.region}:{stack.account}:model-package/{self.group_name}/*"
        self.approved_model = self._parameter("ApprovedModel", config.approved_model_parameter, NO_MODEL)
        self.rejections = self._parameter("Rejections", config.rejections_parameter, "{}")

    def _parameter(self, construct_id: str, name: str, value: str) -> aws_ssm.CfnParameter:
        parameter = aws_ssm.CfnParameter(self, construct_id, name=name, type="String", value=value)
        for tag in STACK_TAGS:
            Tags.of(parameter).remove(tag)
        return parameter
