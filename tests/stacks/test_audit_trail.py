"""The trail of who did what, and who hears of it."""

from typing import Any

from tests.support.iam import text
from tests.support.person import ACCOUNTS, BOTH
from tests.support.templates import Assembly, Resource, statements


def _trail(assembly: Assembly, environment: str) -> Resource:
    return assembly[environment, "people"].properties("AWS::CloudTrail::Trail")


@BOTH
def test_the_trail_covers_all_regions_and_proves_its_files_whole(assembly: Assembly, environment: str):
    trail = _trail(assembly, environment)
    assert {
        key: trail[key]
        for key in (
            "TrailName",
            "IsLogging",
            "IsMultiRegionTrail",
            "IncludeGlobalServiceEvents",
            "EnableLogFileValidation",
        )
    } == {
        "TrailName": f"mailroom-{environment}-trail",
        "IsLogging": True,
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "EnableLogFileValidation": True,
    }
    assert text(trail["KMSKeyId"]) == "arn:LogsKey"


@BOTH
def test_the_trail_records_changes_reads_mails_and_what_is_done_to_the_ledger_by_hand(
    assembly: Assembly, environment: str
):
    recorded = {
        selector["Name"]: {
            field["Field"]: {
                operator: [text(value) for value in values] for operator, values in field.items() if operator != "Field"
            }
            for field in selector["FieldSelectors"]
        }
        for selector in _trail(assembly, environment)["AdvancedEventSelectors"]
    }
    assert recorded == {
        "changes": {"eventCategory": {"Equals": ["Management"]}, "readOnly": {"Equals": ["false"]}},
        "reads": {
            "eventCategory": {"Equals": ["Management"]},
            "readOnly": {"Equals": ["true"]},
            "eventSource": {"NotEquals": ["kms.amazonaws.com"]},
        },
        "mails": {
            "eventCategory": {"Equals": ["Data"]},
            "resources.type": {"Equals": ["AWS::S3::Object"]},
            "resources.ARN": {"StartsWith": ["arn:Exports/", "arn:Datasets/"]},
        },
        "ledger": {
            "eventCategory": {"Equals": ["Data"]},
            "resources.type": {"Equals": ["AWS::DynamoDB::Table"]},
            "resources.ARN": {"Equals": ["arn:Ledger"]},
            "eventName": {
                "Equals": [
                    "BatchExecuteStatement",
                    "DeleteItem",
                    "ExecuteStatement",
                    "ExecuteTransaction",
                    "Query",
                    "Scan",
                    "TransactWriteItems",
                ]
            },
        },
    }


def _bucket_statements(assembly: Assembly, environment: str) -> list[dict[str, Any]]:
    policy = assembly[environment, "people"].properties("AWS::S3::BucketPolicy")
    return statements(policy["PolicyDocument"])


@BOTH
def test_only_this_trail_writes_into_its_bucket(assembly: Assembly, environment: str):
    arn = f"arn:aws:cloudtrail:eu-central-1:{ACCOUNTS[environment]}:trail/mailroom-{environment}-trail"
    let = [one for one in _bucket_statements(assembly, environment) if one["Effect"] == "Allow"]
    assert [(one["Sid"], one["Action"], one["Principal"]) for one in let] == [
        ("TrailLooks", ["s3:GetBucketAcl"], {"Service": "cloudtrail.amazonaws.com"}),
        ("TrailWrites", ["s3:PutObject"], {"Service": "cloudtrail.amazonaws.com"}),
    ]
    assert {one["Condition"]["StringEquals"]["aws:SourceArn"] for one in let} == {arn}


@BOTH
def test_production_s_trail_can_be_rewritten_by_nobody_and_outlives_its_stack(assembly: Assembly, environment: str):
    denied = [one.get("Sid") for one in _bucket_statements(assembly, environment) if one["Effect"] == "Deny"]
    bucket = assembly[environment, "people"].only("AWS::S3::Bucket")
    assert ("NobodyRewrites" in denied, bucket["DeletionPolicy"]) == {
        "dev": (False, "Delete"),
        "prod": (True, "Retain"),
    }[environment]


@BOTH
def test_the_trails_files_are_kept_encrypted_for_as_long_as_configured(assembly: Assembly, environment: str):
    bucket = assembly[environment, "people"].properties("AWS::S3::Bucket")
    rule = bucket["LifecycleConfiguration"]["Rules"][0]
    assert rule["ExpirationInDays"] == {"dev": 365, "prod": 2557}[environment]
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]
    assert (encryption["SSEAlgorithm"], text(encryption["KMSMasterKeyID"])) == ("aws:kms", "arn:LogsKey")


@BOTH
def test_a_person_hears_of_decisions_erasures_and_attempts_on_trail_keys_and_root(assembly: Assembly, environment: str):
    people = assembly[environment, "people"]
    alarms = [alarm["Properties"] for alarm in people.of_type("AWS::CloudWatch::Alarm").values()]
    assert {alarm["AlarmName"]: alarm["MetricName"] for alarm in alarms} == {
        f"mailroom-{environment}-model-decided": "ModelDecisions",
        f"mailroom-{environment}-model-set-by-hand": "ModelsSetByHand",
        f"mailroom-{environment}-ledger-erased": "LedgerErasures",
        f"mailroom-{environment}-trail-touched": "TrailChanges",
        f"mailroom-{environment}-key-touched": "KeyChanges",
        f"mailroom-{environment}-root-used": "RootUses",
    }
    assert {text(action) for alarm in alarms for action in alarm["AlarmActions"]} == {"arn:AlarmTopic"}
    filters = {
        one["Properties"]["MetricTransformations"][0]["MetricName"]: one["Properties"]["MetricTransformations"][0]
        for one in people.of_type("AWS::Logs::MetricFilter").values()
    }
    for alarm in alarms:
        transformation = filters[alarm["MetricName"]]
        assert (alarm["Namespace"], alarm["Threshold"], transformation["MetricValue"]) == (
            transformation["MetricNamespace"],
            0,
            "1",
        )


@BOTH
def test_a_model_counts_as_set_by_hand_unless_the_function_deploy_set_it(assembly: Assembly, environment: str):
    patterns = [
        text(one["Properties"]["FilterPattern"])
        for one in assembly[environment, "people"].of_type("AWS::Logs::MetricFilter").values()
    ]
    issuer = "$.userIdentity.sessionContext.sessionIssuer.arn"
    assert (
        '{ ($.eventSource = "ssm.amazonaws.com") && ($.eventName = "PutParameter") && '
        f'($.requestParameters.name = "/mailroom/{environment}/approved-model") && ($.errorCode NOT EXISTS) && '
        f'(({issuer} NOT EXISTS) || ({issuer} != "arn:DeployerFunctionRole")) }}'
    ) in patterns
