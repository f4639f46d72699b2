"""What runs inside the network, and which services its role lets it call: read off the templates."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.construct_paths import Synthesized
from tests.support.intrinsics import rendered
from tests.support.templates import statements

# Rights that AWS uses in the holder's stead, outside the network, or that go with another call.
_NO_CALL = ("ec2:", "iam:PassRole")
_GATEWAYS = ("s3:", "dynamodb:")
_SERVICES = (
    ("sagemaker:InvokeEndpoint", ("sagemaker.runtime",)),
    ("sagemaker:CallMlflowAppApi", ("aws.sagemaker.REGION.experiments",)),
    ("sagemaker-mlflow:", ("aws.sagemaker.REGION.experiments",)),
    ("sagemaker:", ("sagemaker.api",)),
    # Who pulls an image asks the one for its layers and fetches it from the other.
    ("ecr:BatchGetImage", ("ecr.api", "ecr.dkr")),
    ("ecr:", ("ecr.api",)),
    ("kms:", ("kms",)),
    ("cloudwatch:", ("monitoring",)),
    ("logs:", ("logs",)),
    ("sqs:", ("sqs",)),
    ("sts:", ("sts",)),
    ("events:", ("events",)),
    ("airflow:PublishMetrics", ("airflow.env",)),
)


def roles_inside(stack: Synthesized) -> set[str]:
    """The places of the roles of everything in a stack that runs in the network."""
    places = set()
    for resource in stack.template.get("Resources", {}).values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::SageMaker::Pipeline":
            # The steps name their roles and networks inside the definition, a text.
            definition = properties["PipelineDefinition"]["PipelineDefinitionBody"]
            places |= set(re.findall(r'"RoleArn":\s*"<([^>]+)\.Arn>"', stack.anywhere(rendered(definition) or "")))
        elif {"VpcConfig", "NetworkConfiguration", "SubnetIds"} & set(properties):
            settings = properties.get("DefaultUserSettings", {})
            role = properties.get("Role") or properties.get("ExecutionRoleArn") or settings.get("ExecutionRole")
            if role is not None:
                places.add(stack.anywhere(rendered(role) or json.dumps(role)).strip("<>").removesuffix(".Arn"))
    return places


def services_of(role: Mapping[str, Any]) -> set[str]:
    """The services, as the network's endpoints are named, that a role's own policies let it call."""
    return {service for action in _actions(role) for service in _services(action)}


def _actions(role: Mapping[str, Any]) -> Iterator[str]:
    for policy in role["Properties"].get("Policies", []):
        for statement in statements(policy["PolicyDocument"]):
            if statement["Effect"] == "Allow":
                yield from statement["Action"]


def _services(action: str) -> tuple[str, ...]:
    if action.startswith((*_NO_CALL, *_GATEWAYS)):
        return ()
    found = next((services for prefix, services in _SERVICES if action.startswith(prefix)), None)
    assert found is not None, f"the network has no way to the service of {action}, which runs inside it"
    return found
