"""Application Auto Scaling: moto records targets and policies, and scales nothing."""

from collections.abc import Mapping
from typing import Any

from local.accounts.gaps.resource_type import Properties, ResourceType

_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")


def _target(properties: Properties) -> Properties:
    # The role that Application Auto Scaling makes for itself when it is given none.
    name = "aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling"
    return {"RoleARN": f"arn:aws:iam::{properties['AccountId']}:role/{name}_SageMakerEndpoint", **properties}


def _policy(properties: Properties) -> Properties:
    target: str | None = properties.get("ScalingTargetId")
    if target is None:
        return properties
    # A scalable target's physical id is its three keys, joined as CloudFormation joins them.
    resource, dimension, namespace = target.split("|")
    whole: Mapping[str, Any] = dict(zip(_TARGET, (namespace, resource, dimension), strict=True))
    return {**properties, **whole}


AUTOSCALING = (
    ResourceType(
        name="AWS::ApplicationAutoScaling::ScalableTarget",
        service="application-autoscaling",
        create="register_scalable_target",
        update="register_scalable_target",
        delete="deregister_scalable_target",
        keys=_TARGET,
        physical_id="{ResourceId}|{ScalableDimension}|{ServiceNamespace}",
        attributes={"Id": "{ResourceId}|{ScalableDimension}|{ServiceNamespace}"},
        prepare=_target,
    ),
    ResourceType(
        name="AWS::ApplicationAutoScaling::ScalingPolicy",
        service="application-autoscaling",
        create="put_scaling_policy",
        delete="delete_scaling_policy",
        keys=("PolicyName", *_TARGET),
        physical_id="{PolicyARN}",
        attributes={"Arn": "{PolicyARN}"},
        prepare=_policy,
    ),
)
