"""Lists, in an environment's account, what a teardown has to know of."""

from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from local.infra.account import Account
from local.infra.destroy.inventory import DeployedResource, DeployedStack, StudioApp, StudioSpace

# SageMaker's own mark on the file system of a domain; the value is the domain's ARN.
# https://docs.aws.amazon.com/sagemaker/latest/dg/gs-studio-delete-domain.html
_EFS_TAG = "ManagedByAmazonSageMakerResource"
_GROUP_NAMES = ("security-group-for-inbound-nfs-", "security-group-for-outbound-nfs-")
_LOG_PREFIXES = ("/aws/lambda/mailroom-{env}-", "airflow-mailroom-{env}-")
_ENDPOINT_LOGS = "/aws/sagemaker/Endpoints/mailroom-{env}"
_API_LOGS = "API-Gateway-Execution-Logs_{api}/"
# Names that SageMaker fixes per account and region, whosever jobs and Studio domains write there.
# https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
_SHARED_LOGS = ("/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TrainingJobs", "/aws/sagemaker/studio")
_GONE = ("Deleted", "Deleting")


class AccountReader:
    """Lists one kind of thing per method; boto3's errors pass through.

    ``unknown``: what an emulated account could not list, in words.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self.unknown: list[str] = []

    def listed(self, what: str, read: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        """What ``read`` returns; an emulated account that does not know the call has none, which is noted."""
        try:
            return read()
        except (ClientError, ResponseParserError) as error:
            if not_emulated(self._account, error):
                self.unknown.append(what)
                return ()
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "ResourceNotFound":
                return ()  # deleted by hand: a stack goes on naming what it once made
            raise

    def stacks(self) -> tuple[DeployedStack, ...]:
        """The environment's deployed stacks, with their resources."""
        client = self._account.client("cloudformation")
        prefix = f"mailroom-{self._account.environment}-"
        return tuple(
            DeployedStack(
                name=stack["StackName"].removeprefix(prefix),
                stack_name=stack["StackName"],
                protected=stack.get("EnableTerminationProtection", False),
                resources=tuple(
                    DeployedResource(
                        logical_id=resource["LogicalResourceId"],
                        type=resource["ResourceType"],
                        physical_id=resource.get("PhysicalResourceId", ""),
                    )
                    for resource in _pages(
                        client, "list_stack_resources", "StackResourceSummaries", StackName=stack["StackName"]
                    )
                    if resource.get("ResourceStatus") != "DELETE_COMPLETE"
                ),
            )
            for stack in _pages(client, "describe_stacks", "Stacks")
            if stack["StackName"].startswith(prefix) and stack["StackStatus"] != "DELETE_COMPLETE"
        )

    def apps(self, domains: Sequence[str]) -> tuple[StudioApp, ...]:
        """The applications of the domains that are not gone already."""
        client = self._account.client("sagemaker")
        return tuple(
            StudioApp(
                domain=domain,
                owner=app.get("SpaceName") or app["UserProfileName"],
                in_space="SpaceName" in app,
                type=app["AppType"],
                name=app["AppName"],
            )
            for domain in domains
            for app in _pages(client, "list_apps", "Apps", DomainIdEquals=domain)
            if app["Status"] not in _GONE
        )

    def spaces(self, domains: Sequence[str]) -> tuple[StudioSpace, ...]:
        """The spaces of the domains."""
        client = self._account.client("sagemaker")
        return tuple(
            StudioSpace(domain=domain, name=space["SpaceName"])
            for domain in domains
            for space in _pages(client, "list_spaces", "Spaces", DomainIdEquals=domain)
        )

    def executions(self, stacks: Sequence[DeployedStack]) -> tuple[str, ...]:
        """The ARNs of the pipeline executions under way: their jobs cost money until they end."""
        client = self._account.client("sagemaker")
        return tuple(
            execution["PipelineExecutionArn"]
            for stack in stacks
            for pipeline in stack.of_type("AWS::SageMaker::Pipeline")
            for execution in _pages(
                client, "list_pipeline_executions", "PipelineExecutionSummaries", PipelineName=pipeline.physical_id
            )
            if execution["PipelineExecutionStatus"] == "Executing"
        )

    def home_file_systems(self, domains: Sequence[str]) -> tuple[str, ...]:
        """The file systems that the domains say are theirs."""
        client = self._account.client("sagemaker")
        found = []
        for domain in domains:
            # A domain that somebody deleted beside its stack has nothing left to find; the emulator makes none at all.
            with _unless_gone():
                found.append(client.describe_domain(DomainId=domain).get("HomeEfsFileSystemId"))
        return tuple(filter(None, found))

    def file_systems(self, domains: Sequence[str], homes: Set[str]) -> tuple[str, ...]:
        """The file systems that exist and are one of ``homes``, or that SageMaker made for ``domains``."""
        client = self._account.client("efs")
        return tuple(
            system["FileSystemId"]
            for system in _pages(client, "describe_file_systems", "FileSystems")
            if system["FileSystemId"] in homes
            or any(
                tag["Key"] == _EFS_TAG and tag["Value"].rpartition("/")[2] in domains for tag in system.get("Tags", ())
            )
        )

    def security_groups(self, vpcs: Sequence[str], domains: Sequence[str]) -> tuple[str, ...]:
        """The security groups that SageMaker made for ``domains`` in the VPCs."""
        names = {f"{name}{domain}" for name in _GROUP_NAMES for domain in domains}
        client = self._account.client("ec2")
        filters = [{"Name": "vpc-id", "Values": list(vpcs)}]
        if not vpcs:
            return ()
        groups = _pages(client, "describe_security_groups", "SecurityGroups", Filters=filters)
        return tuple(group["GroupId"] for group in groups if group["GroupName"] in names)

    def log_groups(self, apis: Sequence[str]) -> tuple[str, ...]:
        """The log groups by whose name AWS's services log for this environment and nobody else."""
        environment = self._account.environment
        prefixes = [prefix.format(env=environment) for prefix in _LOG_PREFIXES]
        prefixes += [_API_LOGS.format(api=api) for api in apis]
        begun = tuple(name for prefix in prefixes for name in self._log_groups(prefix))
        return begun + self._named_log_groups([_ENDPOINT_LOGS.format(env=environment)])

    def shared_log_groups(self) -> tuple[str, ...]:
        """The log groups of SageMaker's fixed names, which every application of the account and region shares."""
        return self._named_log_groups(_SHARED_LOGS)

    def _named_log_groups(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in self._log_groups(name))

    def _log_groups(self, prefix: str) -> list[str]:
        client = self._account.client("logs")
        groups = _pages(client, "describe_log_groups", "logGroups", logGroupNamePrefix=prefix)
        return [group["logGroupName"] for group in groups]

    def interfaces(self, vpcs: Sequence[str]) -> tuple[str, ...]:
        """The VPCs' network interfaces that nobody uses; one in use belongs to something that still runs."""
        if not vpcs:
            return ()
        client = self._account.client("ec2")
        inside = {"Name": "vpc-id", "Values": list(vpcs)}
        endpoints = _pages(client, "describe_vpc_endpoints", "VpcEndpoints", Filters=[inside])
        # Those of a VPC endpoint are in use and go with it; the emulator calls them available all the same.
        used = {interface for endpoint in endpoints for interface in endpoint.get("NetworkInterfaceIds", ())}
        available = [inside, {"Name": "status", "Values": ["available"]}]
        found = _pages(client, "describe_network_interfaces", "NetworkInterfaces", Filters=available)
        return tuple(
            interface["NetworkInterfaceId"] for interface in found if interface["NetworkInterfaceId"] not in used
        )


def not_emulated(account: Account, error: ClientError | ResponseParserError) -> bool:
    """Whether an emulated account does not know this call; AWS's own accounts know all of them.

    The emulator answers with a page that is no answer of AWS's, which the XML protocols cannot even read.
    """
    unreadable = isinstance(error, ResponseParserError)
    return account.emulated and (
        unreadable or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in (500, 501)
    )


@contextmanager
def _unless_gone() -> Iterator[None]:
    """Take no notice of what is not there: AWS's code for it, and the emulator's."""
    try:
        yield
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        if code != "ResourceNotFound" and not (code == "ValidationException" and "Could not find" in message):
            raise


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    return [item for page in client.get_paginator(operation).paginate(**arguments) for item in page[key]]
