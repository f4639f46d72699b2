"""Carries out one action of a plan in an account."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from local.infra import cdk_cli
from local.infra.account import Account, in_one_sentence
from local.infra.destroy.account_reader import not_emulated
from local.infra.destroy.plan import Action, Kind
from local.infra.errors import AccountError, CdkError

PATIENCE_SECONDS = 900
_LOOK_SECONDS = 5
# Days until a key is gone for good, and may be rescued; the longest that KMS allows. It costs nothing meanwhile.
KEY_RESCUE_DAYS = 30
# How the services say that it is gone already, which is what was wanted.
_GONE = (
    "ResourceNotFound",
    "ResourceNotFoundException",
    "FileSystemNotFound",
    "InvalidGroup.NotFound",
    "InvalidNetworkInterfaceID.NotFound",
    "NoSuchBucket",
)


def perform(account: Account, action: Action, *, assembly: Path) -> str:
    """Do it, wait until it is done, and say how it went: "done", "gone already", or that an emulator cannot.

    Raises:
        AccountError, CdkError: AWS or the CDK refuses, or it takes more than PATIENCE_SECONDS.
    """
    if action.kind is Kind.DESTROY_STACK:
        _destroy_stack(action, assembly)
        return "done"
    with in_one_sentence(f"Could not {action}"):
        try:
            _STEPS[action.kind](account, action)
        except (ClientError, ResponseParserError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in _GONE:
                return "gone already"
            if not_emulated(account, error):
                return "not known to the emulated account"
            raise
    return "done"


def _destroy_stack(action: Action, assembly: Path) -> None:
    # Exclusively: the plan has the order, and knows what stays.
    status, output = cdk_cli.run(["destroy", action.target, "--app", str(assembly), "--exclusively", "--force"])
    if status:
        last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "it wrote nothing")
        raise CdkError(f"`cdk destroy` of {action.target} failed: {last}")


def _delete_app(account: Account, action: Action) -> None:
    client = account.client("sagemaker")
    domain, owner_kind, owner, type_ = action.within
    names = {
        "DomainId": domain,
        "SpaceName" if owner_kind == "space" else "UserProfileName": owner,
        "AppType": type_,
        "AppName": action.target,
    }
    client.delete_app(**names)
    _wait(action, lambda: client.describe_app(**names)["Status"] == "Deleted")


def _delete_space(account: Account, action: Action) -> None:
    client = account.client("sagemaker")
    names = {"DomainId": action.within[0], "SpaceName": action.target}
    client.delete_space(**names)
    _wait(action, lambda: client.describe_space(**names)["Status"] == "Deleted")


def _stop_execution(account: Account, action: Action) -> None:
    client = account.client("sagemaker")
    # The token makes a repeated request one and the same; it needs 32 characters or more.
    token = action.target.rpartition("/")[2].ljust(32, "0")
    client.stop_pipeline_execution(PipelineExecutionArn=action.target, ClientRequestToken=token)
    _wait(
        action,
        lambda: (
            client.describe_pipeline_execution(PipelineExecutionArn=action.target)["PipelineExecutionStatus"]
            not in ("Executing", "Stopping")
        ),
    )


def _empty_bucket(account: Account, action: Action) -> None:
    client = account.client("s3")
    for page in client.get_paginator("list_object_versions").paginate(Bucket=action.target):
        entries = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
        if objects:
            answer = client.delete_objects(Bucket=action.target, Delete={"Objects": objects, "Quiet": True})
            if refused := answer.get("Errors"):
                raise AccountError(f"Could not {action}: {len(refused)} objects were refused ({refused[0]['Code']}).")


def _delete_bucket(account: Account, action: Action) -> None:
    _empty_bucket(account, action)
    account.client("s3").delete_bucket(Bucket=action.target)


def _delete_table(account: Account, action: Action) -> None:
    client = account.client("dynamodb")
    if client.describe_table(TableName=action.target)["Table"].get("DeletionProtectionEnabled"):
        client.update_table(TableName=action.target, DeletionProtectionEnabled=False)
        client.get_waiter("table_exists").wait(TableName=action.target)
    client.delete_table(TableName=action.target)


def _delete_model_packages(account: Account, action: Action) -> None:
    client = account.client("sagemaker")
    group = action.target.rpartition("/")[2]
    for page in client.get_paginator("list_model_packages").paginate(ModelPackageGroupName=group):
        for package in page["ModelPackageSummaryList"]:
            client.delete_model_package(ModelPackageName=package["ModelPackageArn"])


def _delete_file_system(account: Account, action: Action) -> None:
    client = account.client("efs")
    targets = client.describe_mount_targets(FileSystemId=action.target)["MountTargets"]
    for target in targets:
        client.delete_mount_target(MountTargetId=target["MountTargetId"])
    _wait(action, lambda: not client.describe_mount_targets(FileSystemId=action.target)["MountTargets"])
    client.delete_file_system(FileSystemId=action.target)


def _delete_security_group(account: Account, action: Action) -> None:
    client = account.client("ec2")
    group = client.describe_security_groups(GroupIds=[action.target])["SecurityGroups"][0]
    # The two groups name each other, so neither could go while the rules stand.
    if group["IpPermissions"]:
        client.revoke_security_group_ingress(GroupId=action.target, IpPermissions=group["IpPermissions"])
    if group["IpPermissionsEgress"]:
        client.revoke_security_group_egress(GroupId=action.target, IpPermissions=group["IpPermissionsEgress"])
    _delete_once_unused(action, lambda: client.delete_security_group(GroupId=action.target))


def _delete_once_unused(action: Action, delete: Callable[[], object]) -> None:
    def deleted() -> bool:
        try:
            delete()
        except ClientError as error:
            # The interfaces of a mount target, or the other group's rules, take a while to go.
            if error.response["Error"]["Code"] == "DependencyViolation":
                return False
            raise
        return True

    _wait(action, deleted)


def _lift_protection(account: Account, action: Action) -> None:
    account.client("cloudformation").update_termination_protection(
        StackName=action.target, EnableTerminationProtection=False
    )


def _delete_log_group(account: Account, action: Action) -> None:
    account.client("logs").delete_log_group(logGroupName=action.target)


def _delete_interface(account: Account, action: Action) -> None:
    account.client("ec2").delete_network_interface(NetworkInterfaceId=action.target)


def _schedule_key_deletion(account: Account, action: Action) -> None:
    client = account.client("kms")
    if client.describe_key(KeyId=action.target)["KeyMetadata"]["KeyState"] != "PendingDeletion":
        client.schedule_key_deletion(KeyId=action.target, PendingWindowInDays=KEY_RESCUE_DAYS)


def _wait(action: Action, done: Callable[[], bool]) -> None:
    """Look until it is done; a ResourceNotFound passes through and means so too."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > end:
            raise AccountError(
                f"Could not {action} within {PATIENCE_SECONDS // 60} minutes: run the command again, it goes on."
            )
        time.sleep(_LOOK_SECONDS)


_STEPS: Mapping[Kind, Callable[[Account, Action], Any]] = {
    Kind.DELETE_APP: _delete_app,
    Kind.DELETE_SPACE: _delete_space,
    Kind.STOP_EXECUTION: _stop_execution,
    Kind.EMPTY_BUCKET: _empty_bucket,
    Kind.DELETE_MODEL_PACKAGES: _delete_model_packages,
    Kind.LIFT_PROTECTION: _lift_protection,
    Kind.DELETE_FILE_SYSTEM: _delete_file_system,
    Kind.DELETE_SECURITY_GROUP: _delete_security_group,
    Kind.DELETE_LOG_GROUP: _delete_log_group,
    Kind.DELETE_INTERFACE: _delete_interface,
    Kind.DELETE_BUCKET: _delete_bucket,
    Kind.DELETE_TABLE: _delete_table,
    Kind.SCHEDULE_KEY_DELETION: _schedule_key_deletion,
}
