"""Switches of single resources that keep something shut, and whether one was let go."""

from collections.abc import Iterator, Mapping
from typing import Any

from local.infra.assembly import resources_of

# Type, property (a path), and the values that keep it shut; anything else, or nothing, does not.
GUARDS: tuple[tuple[str, tuple[str, ...], tuple[object, ...]], ...] = (
    ("AWS::ApiGateway::Method", ("ApiKeyRequired",), (True,)),
    ("AWS::ApiGateway::Method", ("AuthorizationType",), ("AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")),
    ("AWS::DynamoDB::Table", ("DeletionProtectionEnabled",), (True,)),
    ("AWS::MWAA::Environment", ("WebserverAccessMode",), ("PRIVATE_ONLY",)),
    ("AWS::S3::Bucket", ("PublicAccessBlockConfiguration", "BlockPublicAcls"), (True,)),
    ("AWS::S3::Bucket", ("PublicAccessBlockConfiguration", "BlockPublicPolicy"), (True,)),
    ("AWS::S3::Bucket", ("PublicAccessBlockConfiguration", "IgnorePublicAcls"), (True,)),
    ("AWS::S3::Bucket", ("PublicAccessBlockConfiguration", "RestrictPublicBuckets"), (True,)),
    ("AWS::SageMaker::Domain", ("AppNetworkAccessType",), ("VpcOnly",)),
    ("AWS::SageMaker::Model", ("EnableNetworkIsolation",), (True,)),
)
_ATTACHED = ("AWS::IAM::Role", "AWS::IAM::User")


def guards_let_go(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each guard that stood in ``old`` and stands no more, on a resource that is in both."""
    before = {resource.logical_id: resource for resource in resources_of(old)}
    for resource in resources_of(new):
        former = before.get(resource.logical_id)
        if former is None or former.type != resource.type:
            continue
        for type_, path, shut in GUARDS:
            was, now = _at(former.properties, path), _at(resource.properties, path)
            if resource.type == type_ and was in shut and now not in shut:
                yield f"{resource.type} {resource.logical_id}: {'.'.join(path)} was {was}, is {now}"
        if resource.type in _ATTACHED:
            was, now = former.properties.get("PermissionsBoundary"), resource.properties.get("PermissionsBoundary")
            if was is not None and now != was:
                yield f"{resource.type} {resource.logical_id}: the permission boundary is gone or another"


def _at(properties: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = properties
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
