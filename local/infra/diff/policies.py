"""Where a template grants permissions: which policies hang on what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.infra.assembly import Resource, resources_of
from local.infra.diff.statements import Permission, permissions
from local.infra.intrinsics import as_list, as_text


@dataclass(frozen=True, kw_only=True)
class ResourcePolicy:
    """Where a type keeps a policy: its property (a path), and the one that names what it hangs on (None: itself).

    ``open_without``: without a policy anybody may do anything.
    """

    document: tuple[str, ...]
    target: str | None = None
    open_without: bool = False


RESOURCE_POLICIES: Mapping[str, ResourcePolicy] = {
    "AWS::ApiGateway::RestApi": ResourcePolicy(document=("Policy",), open_without=True),
    "AWS::DynamoDB::Table": ResourcePolicy(document=("ResourcePolicy", "PolicyDocument")),
    "AWS::EC2::VPCEndpoint": ResourcePolicy(document=("PolicyDocument",), open_without=True),
    "AWS::ECR::Repository": ResourcePolicy(document=("RepositoryPolicyText",)),
    "AWS::EFS::FileSystem": ResourcePolicy(document=("FileSystemPolicy",), open_without=True),
    "AWS::KMS::Key": ResourcePolicy(document=("KeyPolicy",)),
    "AWS::S3::BucketPolicy": ResourcePolicy(document=("PolicyDocument",), target="Bucket"),
    "AWS::SNS::TopicPolicy": ResourcePolicy(document=("PolicyDocument",), target="Topics"),
    "AWS::SQS::QueuePolicy": ResourcePolicy(document=("PolicyDocument",), target="Queues"),
    "AWS::SageMaker::ModelPackageGroup": ResourcePolicy(document=("ModelPackageGroupPolicy",)),
    "AWS::SecretsManager::ResourcePolicy": ResourcePolicy(document=("ResourcePolicy",), target="SecretId"),
}
_ANYTHING: Mapping[str, Any] = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
_BEARERS = {"Roles": "role", "Users": "user", "Groups": "group"}
_OWN_BEARERS = {"AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group"}


def granted(template: Mapping[str, Any]) -> tuple[Permission, ...]:
    """Every permission that a template allows or denies, once each."""
    resources = {resource.logical_id: resource for resource in resources_of(template)}
    return tuple(dict.fromkeys(grant for resource in resources.values() for grant in _of(resource, resources)))


def _of(resource: Resource, resources: Mapping[str, Resource]) -> Iterator[Permission]:
    properties = resource.properties
    if resource.type in _OWN_BEARERS:
        yield from _of_bearer(resource, resources)
    elif resource.type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        if "PolicyDocument" in properties:
            # One without bearers is a permission boundary, or waits for somebody to be given it.
            for place in list(_bearers(properties)) or [f"policy ${{{resource.logical_id}}}"]:
                yield from permissions(properties["PolicyDocument"], place=place)
    elif resource.type == "AWS::Lambda::Permission":
        yield _call(properties)
    elif resource.type in RESOURCE_POLICIES:
        yield from _of_resource(resource, RESOURCE_POLICIES[resource.type])


def _of_bearer(resource: Resource, resources: Mapping[str, Resource]) -> Iterator[Permission]:
    properties = resource.properties
    place = f"{_OWN_BEARERS[resource.type]} ${{{resource.logical_id}}}"
    if trust := properties.get("AssumeRolePolicyDocument"):
        yield from permissions(trust, place=f"trust of {place}", own=place)
    for policy in properties.get("Policies", ()):
        yield from permissions(policy["PolicyDocument"], place=place)
    for reference in properties.get("ManagedPolicyArns", ()):
        logical_id = reference.get("Ref") if isinstance(reference, Mapping) else None
        if logical_id in resources:
            yield from permissions(resources[logical_id].properties["PolicyDocument"], place=place)
        else:
            # What a policy that somebody else keeps allows is not known here.
            yield Permission(
                place=place,
                allow=True,
                principal=place,
                action=f"all of the policy {as_text(reference)}",
                resource="whatever it names",
                conditions=(),
            )


def _bearers(properties: Mapping[str, Any]) -> Iterator[str]:
    for key, kind in _BEARERS.items():
        yield from (f"{kind} {as_text(bearer)}" for bearer in properties.get(key, ()))
    if "RoleName" in properties:
        yield f"role {as_text(properties['RoleName'])}"


def _call(properties: Mapping[str, Any]) -> Permission:
    function = as_text(properties["FunctionName"])
    conditions = tuple(
        ("Equals", key, frozenset({as_text(properties[key])}))
        for key in ("EventSourceToken", "FunctionUrlAuthType", "PrincipalOrgID", "SourceAccount", "SourceArn")
        if key in properties
    )
    return Permission(
        place=f"function {function}",
        allow=True,
        principal=as_text(properties["Principal"]),
        action=as_text(properties["Action"]).lower(),
        resource=function,
        conditions=conditions,
    )


def _of_resource(resource: Resource, kept: ResourcePolicy) -> Iterator[Permission]:
    document: Any = resource.properties
    for key in kept.document:
        document = document.get(key) if isinstance(document, Mapping) else None
    if document is None and kept.open_without:
        document = _ANYTHING
    if not isinstance(document, Mapping):
        return
    kind = resource.type.rpartition("::")[2].removesuffix("Policy").lower()
    target = {"Ref": resource.logical_id} if kept.target is None else resource.properties.get(kept.target)
    for owner in as_list(target):
        yield from permissions(document, place=f"{kind} {as_text(owner)}")
