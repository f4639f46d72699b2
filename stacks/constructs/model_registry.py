"""The model registry: the group of all versions, and which of them is to serve."""

from aws_cdk import Stack, Tags, aws_sagemaker, aws_ssm
from constructs import Construct

from config.environment import EnvironmentConfig
from stacks.base import STACK_TAGS

NO_MODEL = "none"
"""What the parameter holds before the first approval."""


class ModelRegistry(Construct):
    """``group``, its ``group_name`` and ``group_arn``, the ``package_arn_pattern`` of its versions, and
    ``approved_model``, the SSM parameter that holds the approved version's ARN.

    The parameter is seeded with ``none`` once; from then on its value is the deploy function's. CloudFormation leaves a
    resource alone whose template text stays the same, and writes it whole, value and all, when any of it changes. So it
    has nothing that could: no tags, no description. `make deploy` looks at it once more before the endpoint's stack.
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
        self.approved_model = aws_ssm.CfnParameter(
            self,
            "ApprovedModel",
            name=config.approved_model_parameter,
            type="String",
            value=NO_MODEL,
        )
        for tag in STACK_TAGS:
            Tags.of(self.approved_model).remove(tag)
