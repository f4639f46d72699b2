"""Keys, buckets, parameters: moto's own CloudFormation stumbles over their tags, or drops most of their settings."""

from collections.abc import Mapping
from typing import Any

from local.accounts.gaps.resource_type import FollowUp, Properties, ResourceType


def _overwriting(properties: Properties) -> Properties:
    # PutParameter takes tags at the first put only.
    return {name: value for name, value in properties.items() if name != "Tags"} | {"Overwrite": True}


def _rotation(properties: Properties, known: Mapping[str, Any]) -> Properties | None:
    return {"KeyId": known["KeyId"]} if properties.get("EnableKeyRotation") else None


STORAGE = (
    ResourceType(
        name="AWS::KMS::Key",
        service="kms",
        create="create_key",
        update="put_key_policy",
        # The shortest time that KMS allows: a key is gone for good then, and so is what it encrypted.
        delete="schedule_key_deletion",
        keys=("KeyId",),
        physical_id="{KeyId}",
        attributes={"Arn": "{Arn}", "KeyId": "{KeyId}"},
        prepare=lambda properties: {**properties, "Policy": properties.get("KeyPolicy")},
        follow_ups=(FollowUp(operation="enable_key_rotation", parameters=_rotation),),
    ),
    ResourceType(
        name="AWS::SSM::Parameter",
        service="ssm",
        create="put_parameter",
        update="put_parameter",
        delete="delete_parameter",
        keys=("Name",),
        physical_id="{Name}",
        attributes={"Type": "{Type}", "Value": "{Value}"},
        name_property="Name",
        prepare_update=_overwriting,
    ),
)
