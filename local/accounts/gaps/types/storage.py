"""Keys, buckets, parameters: moto's own CloudFormation stumbles over their tags, or drops most of their settings."""

from collections.abc import Mapping
from typing import Any

from local.accounts.gaps.resource_type import FollowUp, Properties, ResourceType
from local.accounts.gaps.types.buckets import BUCKET_SETTINGS


def _overwriting(properties: Properties) -> Properties:
    # PutParameter takes tags at the first put only.
    return {name: value for name, value in properties.items() if name != "Tags"} | {"Overwrite": True}


def _rotation(properties: Properties, known: Mapping[str, Any]) -> Properties | None:
    return {"KeyId": known["KeyId"]} if properties.get("EnableKeyRotation") else None


def _bucket(properties: Properties) -> Properties:
    place = {"LocationConstraint": properties["Region"]}
    return {**properties, "Bucket": properties["BucketName"].lower()[:63], "CreateBucketConfiguration": place}


def _table(properties: Properties) -> Properties:
    encryption = properties.get("SSESpecification")
    if encryption is None:
        return properties
    return {**properties, "SSESpecification": {**encryption, "Enabled": encryption["SSEEnabled"]}}


def _time_to_live(properties: Properties, known: Mapping[str, Any]) -> Properties | None:
    wanted = properties.get("TimeToLiveSpecification")
    return wanted and {"TableName": known["TableName"], "TimeToLiveSpecification": wanted}


def _recovery(properties: Properties, known: Mapping[str, Any]) -> Properties | None:
    wanted = properties.get("PointInTimeRecoverySpecification")
    return wanted and {"TableName": known["TableName"], "PointInTimeRecoverySpecification": wanted}


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
    ResourceType(
        name="AWS::S3::Bucket",
        service="s3",
        create="create_bucket",
        # Every setting of a bucket has a call of its own, below.
        update="head_bucket",
        delete="delete_bucket",
        keys=("Bucket",),
        physical_id="{Bucket}",
        attributes={
            "Arn": "arn:aws:s3:::{Bucket}",
            "DomainName": "{Bucket}.s3.amazonaws.com",
            "RegionalDomainName": "{Bucket}.s3.{Region}.amazonaws.com",
        },
        name_property="BucketName",
        prepare=_bucket,
        follow_ups=BUCKET_SETTINGS,
    ),
    ResourceType(
        name="AWS::DynamoDB::Table",
        service="dynamodb",
        create="create_table",
        update="update_table",
        delete="delete_table",
        keys=("TableName",),
        physical_id="{TableName}",
        attributes={"Arn": "{TableArn}"},
        name_property="TableName",
        prepare=_table,
        follow_ups=(
            FollowUp(operation="update_time_to_live", parameters=_time_to_live),
            FollowUp(operation="update_continuous_backups", parameters=_recovery),
        ),
    ),
)
