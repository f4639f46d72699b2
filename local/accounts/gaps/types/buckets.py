"""A bucket's settings: CloudFormation's one resource is a call per setting to S3.

Access logging is left out: moto wants the target's policy first, which CloudFormation makes after both buckets.
"""

from collections.abc import Callable, Mapping
from typing import Any

from local.accounts.gaps.resource_type import FollowUp, Properties

_Setting = Callable[[Properties], Properties]


def _setting(operation: str, name: str, parameters: _Setting) -> FollowUp:
    def call(properties: Properties, known: Mapping[str, Any]) -> Properties | None:
        return {"Bucket": known["Bucket"], **parameters(properties[name])} if name in properties else None

    return FollowUp(operation=operation, parameters=call)


def _encryption(wanted: Properties) -> Properties:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in wanted["ServerSideEncryptionConfiguration"]
    ]
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


def _lifecycle(wanted: Properties) -> Properties:
    return {"LifecycleConfiguration": {"Rules": [_rule(rule) for rule in wanted["Rules"]]}}


def _rule(rule: Properties) -> Properties:
    api = {
        "ID": rule.get("Id"),
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
        "Transitions": [_transition(transition) for transition in rule.get("Transitions", [])] or None,
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
        "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
    }
    expiration = {
        name: rule[key]
        for key, name in (("ExpirationInDays", "Days"), ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"))
        if key in rule
    }
    return {name: value for name, value in {**api, "Expiration": expiration or None}.items() if value is not None}


def _transition(transition: Properties) -> Properties:
    return {"Days": transition["TransitionInDays"], "StorageClass": transition["StorageClass"]}


BUCKET_SETTINGS = (
    _setting("put_bucket_versioning", "VersioningConfiguration", lambda wanted: {"VersioningConfiguration": wanted}),
    _setting("put_bucket_encryption", "BucketEncryption", _encryption),
    _setting(
        "put_public_access_block",
        "PublicAccessBlockConfiguration",
        lambda wanted: {"PublicAccessBlockConfiguration": wanted},
    ),
    _setting("put_bucket_ownership_controls", "OwnershipControls", lambda wanted: {"OwnershipControls": wanted}),
    _setting("put_bucket_lifecycle_configuration", "LifecycleConfiguration", _lifecycle),
    _setting("put_bucket_tagging", "Tags", lambda wanted: {"Tagging": {"TagSet": wanted}}),
)
