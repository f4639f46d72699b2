"""`python -m local.infra.destroy` against an emulated account, with the real CDK command line."""

import io
import json
import sys

import pytest
from botocore.exceptions import ClientError
from moto.sagemaker.models import sagemaker_backends

from local.command_line import run
from local.infra.account import Account
from local.infra.assembly import read_assembly
from local.infra.destroy.__main__ import main
from local.infra.destroy.account_reader import AccountReader
from local.infra.destroy.inventory import DeployedResource, DeployedStack, Inventory
from local.infra.destroy.perform import perform
from local.infra.destroy.plan import Action, Kind, Phase
from local.infra.destroy.take_inventory import take_inventory
from tests.support.assemblies import HandMade

pytestmark = pytest.mark.slow

BUCKET = "mailroom-dev-exports"
SCRATCH = "mailroom-dev-scratch"
GROUP = "/aws/lambda/mailroom-dev-classify"
ENDPOINT_GROUP = "/aws/sagemaker/Endpoints/mailroom-dev"
OTHERS_GROUPS = {
    "/aws/lambda/somebody-elses",
    "/aws/sagemaker/Endpoints/somebody-elses",
    "/aws/sagemaker/Endpoints/mailroom-dev-of-somebody-else",
    "/aws/sagemaker/NotebookInstances",
    "/aws/sagemaker/TrainingJobs",
}
STACKS = {
    "dev/data": HandMade(
        resources={
            "Exports": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "Retain",
                "Properties": {"BucketName": BUCKET, "VersioningConfiguration": {"Status": "Enabled"}},
            },
            "Key": {"Type": "AWS::KMS::Key", "DeletionPolicy": "Retain", "Properties": {"KeyPolicy": {}}},
        },
        protected=True,
    ),
    "dev/network": HandMade(
        resources={
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"},
            },
        },
        needs=("dev/data",),
    ),
    "dev/training": HandMade(
        resources={"Scratch": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": SCRATCH}}},
        needs=("dev/network",),
    ),
}


@pytest.fixture
def deployed(dev: Account, write_assembly):
    """The stacks, deployed, each bucket with an object, and what services made on their own."""
    folder = write_assembly(STACKS)
    client = dev.client("cloudformation")
    for stack in read_assembly(folder).stacks:
        client.create_stack(
            StackName=stack.stack_name,
            TemplateBody=json.dumps(stack.template),
            EnableTerminationProtection=stack.termination_protection,
        )
    for bucket in (BUCKET, SCRATCH):
        dev.client("s3").put_object(Bucket=bucket, Key="k", Body=b"1")
        dev.client("s3").put_object(Bucket=bucket, Key="k", Body=b"2")
    for own in (GROUP, ENDPOINT_GROUP):
        dev.client("logs").create_log_group(logGroupName=own)
    for others in OTHERS_GROUPS:
        dev.client("logs").create_log_group(logGroupName=others)
    dev.client("ec2").create_network_interface(SubnetId=subnet(dev))
    return folder


def subnet(account: Account) -> str:
    return account.client("cloudformation").describe_stack_resource(
        StackName="mailroom-dev-network", LogicalResourceId="Subnet"
    )["StackResourceDetail"]["PhysicalResourceId"]


@pytest.fixture
def destroy(deployed, monkeypatch, capsys):
    """Runs the command; returns its status, output and errors."""

    def command(*more: str, answer: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["destroy", "--env", "dev", "--assembly", str(deployed), *more])
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{answer}\n"))
        status = run(main)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def stacks(account: Account) -> set[str]:
    return {stack["StackName"] for stack in account.client("cloudformation").describe_stacks()["Stacks"]}


def log_groups(account: Account) -> set[str]:
    return {group["logGroupName"] for group in account.client("logs").describe_log_groups()["logGroups"]}


def buckets(account: Account) -> set[str]:
    return {bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]}


def test_all_goes_but_the_data_with_the_reason_and_a_second_run_finds_nothing(dev, destroy):
    status, output, errors = destroy(answer="dev")
    assert (status, errors) == (0, "")
    assert stacks(dev) == {"mailroom-dev-data"}
    assert log_groups(dev) == OTHERS_GROUPS
    assert buckets(dev) == {BUCKET}
    assert dev.client("ec2").describe_network_interfaces()["NetworkInterfaces"] == []
    assert output.splitlines()[-3:] == [
        "Done: 6 steps.",
        "Kept: stack mailroom-dev-data: it holds customer data, models and their keys; costs 1.00 USD a month for "
        "1 keys and what its objects cost (1 x Bucket); `--data` deletes it too, for good.",
        "Kept: log group /aws/sagemaker/TrainingJobs: SageMaker gives every application of the account this one, and "
        "no stack of the environment declares it; costs what its stored lines cost; delete it by hand once nothing "
        "else in the account uses SageMaker.",
    ]
    _, output, _ = destroy("--yes")
    assert output.splitlines()[:2] == ["dev, account 111122223333:", "  nothing to delete"]


def test_with_the_data_buckets_go_with_all_versions_and_keys_are_scheduled(dev, destroy):
    key = next(iter(dev.client("kms").list_keys()["Keys"]))["KeyId"]
    status, output, _ = destroy("--data", "--yes")
    assert status == 0
    assert stacks(dev) == set()
    assert buckets(dev) == set()
    assert dev.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    kept = [line for line in output.splitlines() if line.startswith("Kept: ")]
    assert [line.partition(": SageMaker")[0] for line in kept] == ["Kept: log group /aws/sagemaker/TrainingJobs"]


@pytest.mark.parametrize(("more", "answer"), [((), "yes"), ((), "prod"), (("--data",), "dev")])
def test_another_answer_than_the_one_asked_for_deletes_nothing(dev, destroy, more, answer):
    status, _, errors = destroy(*more, answer=answer)
    assert (status, errors) == (2, "Nothing was deleted, since the answer was another.\n")
    assert len(stacks(dev)) == 3
    assert GROUP in log_groups(dev)


def test_another_accounts_credentials_delete_nothing(dev, destroy, sign_in):
    sign_in("444455556666")
    status, _, errors = destroy("--yes")
    assert status == 2
    assert errors.startswith("The credentials are of account 444455556666, but dev is account 111122223333: ")
    assert len(stacks(dev)) == 3


def test_the_file_system_and_the_groups_that_studio_left_are_found_by_its_domain_and_go(dev, deployed):
    efs, ec2 = dev.client("efs"), dev.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=[subnet(dev)])["Subnets"][0]["VpcId"]
    tag = "ManagedByAmazonSageMakerResource"
    arn = "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-{}"
    ours, other = (
        efs.create_file_system(CreationToken=name, Tags=[{"Key": tag, "Value": arn.format(name)}])["FileSystemId"]
        for name in ("ours", "other")
    )
    efs.create_mount_target(FileSystemId=ours, SubnetId=subnet(dev))
    groups = [
        ec2.create_security_group(GroupName=f"security-group-for-{way}-nfs-d-ours", Description="NFS", VpcId=vpc)[
            "GroupId"
        ]
        for way in ("inbound", "outbound")
    ]
    pair = [{"GroupId": groups[1]}]
    rule = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "UserIdGroupPairs": pair}
    ec2.authorize_security_group_ingress(GroupId=groups[0], IpPermissions=[rule])

    found = take_inventory(dev, known=Inventory(stacks=(), domains=("d-ours",)))
    assert (found.file_systems, set(found.security_groups)) == ((ours,), set(groups))

    for kind, targets in ((Kind.DELETE_FILE_SYSTEM, [ours]), (Kind.DELETE_SECURITY_GROUP, groups)):
        for target in targets:
            action = Action(phase=Phase.LEFT_BEHIND, kind=kind, target=target)
            assert perform(dev, action, assembly=deployed) == "done"
            assert perform(dev, action, assembly=deployed) == "gone already"
    assert [system["FileSystemId"] for system in efs.describe_file_systems()["FileSystems"]] == [other]
    with pytest.raises(ClientError, match="InvalidGroup"):
        ec2.describe_security_groups(GroupIds=groups)


def test_the_executions_under_way_are_those_of_the_environments_pipelines(dev):
    client = dev.client("sagemaker")
    arns = {}
    for name in ("mailroom-dev", "somebody-elses"):
        client.create_pipeline(
            PipelineName=name,
            PipelineDefinition='{"Version": "2020-12-01", "Steps": []}',
            ClientRequestToken=name.ljust(32, "0"),
            RoleArn="arn:aws:iam::111122223333:role/pipeline",
        )
        over, arns[name] = (client.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"] for _ in "12")
        # The emulator runs nothing: each execution has succeeded as soon as it begins.
        executions = sagemaker_backends["111122223333"]["eu-central-1"].pipelines[name].pipeline_executions
        executions[arns[name]].pipeline_execution_status = "Executing"
        assert over != arns[name]
    pipeline = DeployedResource(logical_id="P", type="AWS::SageMaker::Pipeline", physical_id="mailroom-dev")
    stack = DeployedStack(name="training", stack_name="mailroom-dev-training", protected=False, resources=(pipeline,))
    assert AccountReader(dev).executions((stack,)) == (arns["mailroom-dev"],)


def test_a_studio_domain_that_its_stack_still_names_and_nobody_finds_has_no_file_system(dev: Account):
    assert AccountReader(dev).home_file_systems(("d-gone",)) == ()


def test_interfaces_of_an_endpoint_are_its_own_and_go_with_it(dev, deployed):
    ec2 = dev.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=[subnet(dev)])["Subnets"][0]["VpcId"]
    before = take_inventory(dev).interfaces
    service = "com.amazonaws.eu-central-1.sts"
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Interface", SubnetIds=[subnet(dev)])
    assert len(ec2.describe_network_interfaces()["NetworkInterfaces"]) == 2
    assert take_inventory(dev).interfaces == before
