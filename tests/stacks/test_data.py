"""Keys, buckets and the ledger: encrypted, private, kept as long as configured and no longer."""

import json

import pytest

from tests.support.templates import Assembly, Template, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
MAIL = ("Exports", "Datasets", "Artefacts")


@pytest.fixture
def stack(assembly: Assembly, environment: str) -> Template:
    return assembly[environment, "data"]


def bucket(stack: Template, name: str) -> dict:
    return stack.named("AWS::S3::Bucket", name)["Properties"]


@BOTH
def test_every_key_rotates_and_waits_thirty_days_before_it_is_deleted(stack: Template, environment: str):
    keys = stack.of_type("AWS::KMS::Key")
    assert {key["Properties"]["EnableKeyRotation"] for key in keys.values()} == {True}
    assert {key["Properties"].get("PendingWindowInDays", 30) for key in keys.values()} == {30}
    aliases = {alias["Properties"]["AliasName"] for alias in stack.of_type("AWS::KMS::Alias").values()}
    assert aliases == {f"alias/mailroom-{environment}-data", f"alias/mailroom-{environment}-logs"}


@BOTH
def test_services_use_a_key_in_the_name_of_this_account_only(stack: Template, environment: str):
    account = {"dev": "111122223333", "prod": "444455556666"}[environment]
    for key in stack.of_type("AWS::KMS::Key").values():
        for statement in statements(key["Properties"]["KeyPolicy"]):
            if "Service" in statement["Principal"] and not str(statement["Principal"]["Service"]).startswith("logs."):
                assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == account


@BOTH
@pytest.mark.parametrize("name", MAIL)
def test_buckets_of_mail_and_models_are_encrypted_with_the_accounts_key(stack: Template, name: str):
    (rule,) = bucket(stack, name)["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert rule["BucketKeyEnabled"] is True
    (key,) = rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"].values()
    assert key[0].startswith("DataKey")


@BOTH
def test_every_bucket_is_private_and_versioned_and_its_access_is_logged(stack: Template):
    for name in (*MAIL, "AccessLogs"):
        properties = bucket(stack, name)
        assert properties["PublicAccessBlockConfiguration"] == {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        }
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    prefixes = {bucket(stack, name)["LoggingConfiguration"]["LogFilePrefix"] for name in MAIL}
    assert prefixes == {"exports/", "datasets/", "artefacts/"}


@BOTH
def test_every_bucket_refuses_what_comes_without_tls(stack: Template):
    policies = stack.of_type("AWS::S3::BucketPolicy").values()
    assert len(policies) == 4
    for policy in policies:
        denials = [
            statement["Condition"]
            for statement in statements(policy["Properties"]["PolicyDocument"])
            if statement["Effect"] == "Deny" and statement["Action"] == ["s3:*"]
        ]
        assert {"Bool": {"aws:SecureTransport": "false"}} in denials
        assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in denials


@BOTH
@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("Exports", {"dev": 36500, "prod": 730}),
        ("Datasets", {"dev": 180, "prod": 730}),
        ("Artefacts", {"dev": None, "prod": None}),
        ("AccessLogs", {"dev": 90, "prod": 365}),
    ],
)
def test_objects_expire_as_configured_and_superseded_versions_after_them(
    stack: Template, environment: str, name: str, days: dict[str, int | None]
):
    rule, *_ = bucket(stack, name)["LifecycleConfiguration"]["Rules"]
    assert rule == {
        "Id": "retention",
        "Status": "Enabled",
        **({} if days[environment] is None else {"ExpirationInDays": days[environment]}),
        "NoncurrentVersionExpiration": {"NoncurrentDays": {"dev": 30, "prod": 90}[environment]},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }


@BOTH
def test_checkpoints_which_serve_their_own_run_alone_are_removed_after_two_weeks(stack: Template):
    _, *rules = bucket(stack, "Artefacts")["LifecycleConfiguration"]["Rules"]
    assert rules == [
        {
            "Id": name,
            "Prefix": prefix,
            "Status": "Enabled",
            "ExpirationInDays": 14,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        }
        for name, prefix in (
            ("checkpoints", "checkpoints/"),
            ("experiments-checkpoints", "experiments/checkpoints/"),
        )
    ]


@BOTH
def test_the_ledger_is_paid_by_request_expires_its_rows_and_can_be_restored(stack: Template, environment: str):
    table = stack.properties("AWS::DynamoDB::Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"]["SSEType"] == "KMS"
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert table["DeletionProtectionEnabled"] is (environment == "prod")


@BOTH
def test_the_ledgers_index_finds_a_mails_rows_and_holds_nothing_else(stack: Template):
    (index,) = stack.properties("AWS::DynamoDB::Table")["GlobalSecondaryIndexes"]
    assert index == {
        "IndexName": "by-email",
        "KeySchema": [
            {"AttributeName": "email_pk", "KeyType": "HASH"},
            {"AttributeName": "email_sk", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }


@BOTH
def test_production_data_outlive_their_stack_and_test_data_do_not(stack: Template, environment: str):
    kinds = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key")
    policies = {
        (resource["DeletionPolicy"], resource["UpdateReplacePolicy"])
        for kind in kinds
        for resource in stack.of_type(kind).values()
    }
    policy = {"dev": "Delete", "prod": "Retain"}[environment]
    assert policies == {(policy, policy)}


@BOTH
def test_the_stack_of_production_data_cannot_be_deleted_by_mistake(assembly: Assembly, environment: str):
    manifest = json.loads((assembly.folder / f"assembly-{environment}" / "manifest.json").read_text(encoding="utf-8"))
    (data,) = (
        artifact["properties"]
        for artifact in manifest["artifacts"].values()
        if artifact.get("displayName", "").startswith(f"{environment}/data")
        and artifact["type"] == "aws:cloudformation:stack"
    )
    assert data.get("terminationProtection", False) is (environment == "prod")


@BOTH
def test_each_service_that_encrypts_with_a_key_is_let_once(stack: Template):
    services = {
        name[: -len("17AFBB84")]: sorted(
            statement["Principal"]["Service"]
            for statement in statements(key["Properties"]["KeyPolicy"])
            if "Service" in statement["Principal"]
        )
        for name, key in stack.of_type("AWS::KMS::Key").items()
    }
    assert services == {
        "DataKey": ["events.amazonaws.com"],
        "LogsKey": ["cloudtrail.amazonaws.com", "cloudwatch.amazonaws.com", "logs.eu-central-1.amazonaws.com"],
    }
