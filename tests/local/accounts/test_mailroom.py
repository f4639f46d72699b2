"""Mailroom itself in both emulated accounts, and what a person finds there with boto3."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.load import load_environment
from local.accounts import emulator
from local.accounts.credentials import Credentials
from local.accounts.inspect import endpoint, functions, rest_api, rules, stacks
from tests.local.accounts.gaps.small_stacks import update_as_before
from tests.local.accounts.gaps.test_approval_events import SPECIFICATION
from tests.local.accounts.tiny import Deployed, deploy, synthesize_mailroom

pytestmark = pytest.mark.slow

PARTS = [
    "api",
    "ci",
    "data",
    "inference",
    "network",
    "observability",
    "orchestration",
    "people",
    "studio",
    "training",
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    folder = tmp_path_factory.mktemp("mailroom")
    assembly = synthesize_mailroom(folder / "cdk.out")
    state = folder / "accounts.json"
    try:
        done = deploy(assembly, state)
        assert (done.returncode, done.stderr) == (0, "")
        yield Deployed(state, assembly, done.stdout)
    finally:
        emulator.stop(state)


@pytest.fixture(params=["dev", "prod"])
def environment(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def account(both: Deployed, environment: str) -> Credentials:
    return both.account(environment)


def test_each_account_holds_its_ten_stacks(account: Credentials, environment: str):
    assert [(stack.name, stack.status) for stack in stacks.stacks(account)] == [
        (f"mailroom-{environment}-{part}", "CREATE_COMPLETE") for part in PARTS
    ]
    assert account.account == load_environment(environment).account


def test_the_api_is_there_with_its_routes_keys_and_checks(account: Credentials, environment: str):
    api = rest_api.rest_api(account, f"mailroom-{environment}")
    assert [(route.method, route.path, route.api_key_required, route.validates_body) for route in api.routes] == [
        ("POST", "/v1/classifications", True, True),
        ("POST", "/v1/feedback", True, True),
        ("GET", "/v1/health", False, True),
        ("GET", "/v1/labels", True, True),
        ("GET", "/v1/openapi.json", True, True),
    ]
    assert {route.function for route in api.routes} == {
        f"mailroom-{environment}-classify",
        f"mailroom-{environment}-feedback",
    }
    assert api.keys
    assert all(key.enabled and key.limits.rate and key.limits.quota for key in api.keys)


def test_the_functions_know_the_table_and_the_endpoint_of_their_account(account: Credentials, environment: str):
    (table,) = account.client("dynamodb").list_tables()["TableNames"]
    assert {
        function.name: (
            function.handler,
            function.runtime,
            function.architecture,
            function.environment.get("LEDGER_TABLE"),
        )
        for function in functions.functions(account)
    } == {
        f"mailroom-{environment}-classify": ("classify.handler.handler", "python3.12", "arm64", table),
        f"mailroom-{environment}-deploy": ("deploy.handler.handler", "python3.12", "arm64", None),
        f"mailroom-{environment}-feedback": ("feedback.handler.handler", "python3.12", "arm64", table),
    }


def test_a_functions_code_lies_in_its_account(account: Credentials, environment: str, tmp_path: Path):
    folder = functions.unpack(account, f"mailroom-{environment}-deploy", tmp_path)
    assert (folder / "deploy" / "handler.py").is_file()


def test_the_ledger_forgets_and_can_be_restored(account: Credentials):
    client = account.client("dynamodb")
    (table,) = client.list_tables()["TableNames"]
    backups = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"


def test_every_bucket_is_closed_to_the_public_encrypted_and_expires(account: Credentials):
    client = account.client("s3")
    buckets = [made.physical_id for made in stacks.find(account, "AWS::S3::Bucket")]
    assert buckets
    for bucket in buckets:
        closed = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert set(closed.values()) == {True}
        assert client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]


def test_what_happens_in_the_registry_reaches_the_deploy_function(account: Credentials, environment: str):
    (source,) = functions.queue_sources(account)
    assert source.function == f"mailroom-{environment}-deploy"
    heard = [rule for rule in rules.rules(account) if rule.pattern]
    assert [[target.arn for target in rule.targets] for rule in heard] == [[source.queue_arn]]


def test_the_network_reaches_no_internet(account: Credentials):
    client = account.client("ec2")
    (vpc,) = stacks.find(account, "AWS::EC2::VPC")
    assert client.describe_internet_gateways()["InternetGateways"] == []
    assert client.describe_nat_gateways()["NatGateways"] == []
    subnets = client.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc.physical_id]}])["Subnets"]
    assert {subnet["AvailabilityZone"] for subnet in subnets} == {"eu-central-1a", "eu-central-1b"}


def test_pipeline_and_package_group_wait_for_the_first_training(account: Credentials, environment: str):
    name = f"mailroom-{environment}"
    assert [step["Name"] for step in endpoint.pipeline(account, name).definition["Steps"]][:4] == [
        "prepare",
        "train",
        "track",
        "evaluate",
    ]
    groups = account.client("sagemaker").list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert [group["ModelPackageGroupName"] for group in groups] == [name]


def test_firewall_trail_alarms_and_budget_are_there(account: Credentials, environment: str):
    name = f"mailroom-{environment}"
    assert [acl["Name"] for acl in account.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]] == [name]
    (trail,) = account.client("cloudtrail").describe_trails()["trailList"]
    assert account.client("cloudtrail").get_trail_status(Name=trail["TrailARN"])["IsLogging"]
    alarms = account.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert len(alarms) == len(stacks.find(account, "AWS::CloudWatch::Alarm")) > 0
    assert len(account.client("budgets").describe_budgets(AccountId=account.account)["Budgets"]) == 1


def test_a_second_deployment_finds_no_differences(both: Deployed):
    again = deploy(both.assembly, both.state)
    assert (again.returncode, again.stderr) == (0, "")
    told = [line.rpartition(" ... ")[2].rpartition(" ")[0] for line in again.stdout.splitlines() if " ... " in line]
    assert [words.rpartition(" ")[0] for words in told] == ["no differences"] * 20


def test_the_endpoint_comes_with_the_first_approved_model_and_nothing_else_changes(both: Deployed):
    account = both.account("dev")
    assert endpoint.endpoint(account, "mailroom-dev") is None
    before = {stack.name: stack.status for stack in stacks.stacks(account)}
    arn = account.client("sagemaker").create_model_package(
        ModelPackageGroupName="mailroom-dev", ModelApprovalStatus="Approved", InferenceSpecification=SPECIFICATION
    )["ModelPackageArn"]
    account.client("ssm").put_parameter(Name="/mailroom/dev/approved-model", Value=arn, Overwrite=True)
    inference = next(stack for stack in stacks.stacks(account) if stack.name == "mailroom-dev-inference")
    assert update_as_before(account, inference.name, *inference.parameters) == "UPDATE_COMPLETE"
    served = endpoint.endpoint(account, "mailroom-dev")
    assert (served.variant, served.model_package_arn) == ("main", arn)
    targets = account.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="sagemaker")
    assert [each["ResourceId"] for each in targets["ScalableTargets"]] == ["endpoint/mailroom-dev/variant/main"]
    after = {stack.name: stack.status for stack in stacks.stacks(account)}
    assert after == {**before, "mailroom-dev-inference": "UPDATE_COMPLETE"}
