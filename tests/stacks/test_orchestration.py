"""What starts the monthly training: Airflow in prod, an EventBridge schedule in dev."""

import re
from typing import Any

import pytest

from mailroom_feedback_helpers.store import PREFIX as FEEDBACK
from mailroom_retrain_helpers.outcome import EVALUATIONS
from mailroom_retrain_helpers.store import PREFIX as RETRAIN
from tests.support.templates import Assembly, Template, statements

ACCOUNT = {"prod": "444455556666", "options": "111122223333"}
ENVIRONMENT = {"prod": "prod", "options": "dev"}
WITH_AIRFLOW = pytest.mark.parametrize("stage", ["prod", "options"])
MODULES = ["DAGProcessing", "Scheduler", "Task", "WebServer", "Worker"]


@pytest.fixture
def stack(assembly: Assembly, stage: str) -> Template:
    return assembly[stage, "orchestration"]


@pytest.fixture
def name(stage: str) -> str:
    return f"mailroom-{ENVIRONMENT[stage]}"


def _rights(stack: Template) -> dict[str, dict[str, Any]]:
    (policy,) = stack.named("AWS::IAM::Role", "AirflowRole")["Properties"]["Policies"]
    return {statement["Sid"]: statement for statement in statements(policy["PolicyDocument"])}


def _id(stack: Template, kind: str, prefix: str) -> str:
    (found,) = [name for name in stack.of_type(kind) if name.startswith(prefix)]
    return found


def _arn(stack: Template, kind: str, prefix: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [_id(stack, kind, prefix), "Arn"]}


@WITH_AIRFLOW
def test_airflow_is_private_and_takes_its_dags_from_its_own_bucket(stack: Template, name: str):
    airflow = stack.properties("AWS::MWAA::Environment")
    plain = {key: value for key, value in airflow.items() if isinstance(value, str | int)}
    assert plain == {
        "Name": name,
        "AirflowVersion": "3.0.6",
        "DagS3Path": "dags",
        "EndpointManagement": "SERVICE",
        "EnvironmentClass": "mw1.small",
        "MinWorkers": 1,
        "MaxWorkers": 1,
        "WebserverAccessMode": "PRIVATE_ONLY",
        "WeeklyMaintenanceWindowStart": "SUN:20:00",
        "WorkerReplacementStrategy": "GRACEFUL",
    }
    assert airflow["SourceBucketArn"] == _arn(stack, "AWS::S3::Bucket", "Dags")
    assert airflow["KmsKey"] == _arn(stack, "AWS::KMS::Key", "Key")
    assert airflow["ExecutionRoleArn"] == _arn(stack, "AWS::IAM::Role", "AirflowRole")
    assert len(airflow["NetworkConfiguration"]["SubnetIds"]) == 2


@WITH_AIRFLOW
def test_airflow_ships_no_requirements_plugins_or_startup_script(stack: Template):
    keys = set(stack.properties("AWS::MWAA::Environment"))
    assert {key for key in keys if key.startswith(("Requirements", "Plugins", "StartupScript"))} == set()


@WITH_AIRFLOW
def test_the_dag_s_settings_are_airflow_s_configuration(stack: Template, stage: str, name: str):
    options = dict(stack.properties("AWS::MWAA::Environment")["AirflowConfigurationOptions"])
    for option, resource in {
        "exports_bucket": "Exports",
        "artefacts_bucket": "Artefacts",
        "ledger_table": "Ledger",
    }.items():
        assert resource in options.pop(f"mailroom.{option}")["Fn::ImportValue"]
    assert options == {
        "mailroom.environment": ENVIRONMENT[stage],
        "mailroom.pipeline_name": name,
        "mailroom.exports_prefix": {"prod": "production", "options": "test"}[stage],
        "mailroom.tasks": "line_of_business,queue,topic",
        "mailroom.schedule": "0 3 2 * *",
        "mailroom.feedback_schedule": "0 5 2 * *",
    }


@WITH_AIRFLOW
def test_every_module_logs_into_a_group_that_is_encrypted_and_expires_and_there_before_airflow(
    stack: Template, stage: str, name: str
):
    groups = stack.of_type("AWS::Logs::LogGroup")
    days = {"prod": 365, "options": 30}[stage]
    assert sorted(group["Properties"]["LogGroupName"] for group in groups.values()) == [
        f"airflow-{name}-{module}" for module in MODULES
    ]
    key = _arn(stack, "AWS::KMS::Key", "Key")
    for group in groups.values():
        assert (group["Properties"]["RetentionInDays"], group["Properties"]["KmsKeyId"]) == (days, key)
    airflow = stack.only("AWS::MWAA::Environment")
    assert set(groups) <= set(airflow["DependsOn"])
    assert {module: (log["Enabled"], log["LogLevel"]) for module, log in _logging(airflow).items()} == {
        "DagProcessingLogs": (True, "WARNING"),
        "SchedulerLogs": (True, "WARNING"),
        "TaskLogs": (True, "INFO"),
        "WebserverLogs": (True, "WARNING"),
        "WorkerLogs": (True, "WARNING"),
    }


def _logging(airflow: Any) -> dict[str, Any]:
    return dict(airflow["Properties"]["LoggingConfiguration"])


@WITH_AIRFLOW
def test_airflow_s_key_is_its_own_and_lets_cloudwatch_encrypt_airflow_s_groups_alone(
    stack: Template, stage: str, name: str
):
    key = stack.properties("AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    (logs,) = [entry for entry in statements(key["KeyPolicy"]) if "Service" in entry["Principal"]]
    assert logs["Principal"] == {"Service": "logs.eu-central-1.amazonaws.com"}
    assert logs["Condition"]["ArnLike"] == {
        "kms:EncryptionContext:aws:logs:arn": [f"arn:aws:logs:eu-central-1:{ACCOUNT[stage]}:log-group:airflow-{name}-*"]
    }
    assert stack.properties("AWS::KMS::Alias")["AliasName"] == f"alias/{name}-airflow"


@WITH_AIRFLOW
def test_the_dag_bucket_is_versioned_private_and_encrypted_with_airflow_s_key(stack: Template):
    bucket = stack.properties("AWS::S3::Bucket")
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": _arn(stack, "AWS::KMS::Key", "Key"),
    }
    assert bucket["LoggingConfiguration"]["LogFilePrefix"] == "dags/"


@WITH_AIRFLOW
def test_only_airflow_in_this_account_and_for_this_environment_takes_the_role_on(
    stack: Template, stage: str, name: str
):
    role = stack.named("AWS::IAM::Role", "AirflowRole")["Properties"]
    assert statements(role["AssumeRolePolicyDocument"]) == [
        {
            "Action": ["sts:AssumeRole"],
            "Effect": "Allow",
            "Principal": {"Service": ["airflow-env.amazonaws.com", "airflow.amazonaws.com"]},
            "Condition": {
                "StringEquals": {"aws:SourceAccount": ACCOUNT[stage]},
                "ArnLike": {"aws:SourceArn": f"arn:aws:airflow:eu-central-1:{ACCOUNT[stage]}:environment/{name}"},
            },
        }
    ]


@WITH_AIRFLOW
def test_the_role_starts_and_watches_the_one_pipeline_reads_what_it_registered_and_does_nothing_else_in_sagemaker(
    stack: Template, stage: str, name: str
):
    pipeline = f"arn:aws:sagemaker:eu-central-1:{ACCOUNT[stage]}:pipeline/{name}"
    rights = _rights(stack).values()
    assert {
        action: statement["Resource"]
        for statement in rights
        for action in statement["Action"]
        if action.startswith("sagemaker:")
    } == {
        "sagemaker:DescribePipeline": [pipeline],
        "sagemaker:StartPipelineExecution": [pipeline],
        "sagemaker:DescribePipelineExecution": [f"{pipeline}/execution/*"],
        "sagemaker:ListPipelineExecutionSteps": [f"{pipeline}/execution/*"],
        "sagemaker:DescribeModelPackage": [f"arn:aws:sagemaker:eu-central-1:{ACCOUNT[stage]}:model-package/{name}/*"],
    }


@WITH_AIRFLOW
def test_of_the_exports_the_role_reads_its_own_environment_s_alone(stack: Template, stage: str):
    prefix = {"prod": "production", "options": "test"}[stage]
    rights = _rights(stack)
    assert rights["ReadExports"]["Action"] == ["s3:GetObject"]
    (resource,) = rights["ReadExports"]["Resource"]
    assert resource["Fn::Join"][1][1:] == [f"/{prefix}/*"]
    assert rights["AskForExports"]["Condition"] == {"StringLike": {"s3:prefix": [f"{prefix}/*"]}}
    assert rights["DecryptExports"]["Action"] == ["kms:Decrypt"]
    assert rights["DecryptExports"]["Condition"] == {
        "StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}
    }


@WITH_AIRFLOW
def test_the_role_writes_its_reports_and_nothing_else_and_reads_what_runs_have_measured(stack: Template):
    rights = _rights(stack)
    writes = re.compile(r"s3:(Put|Delete|Abort|Restore|Replicate)|dynamodb:(Put|Update|Delete|BatchWrite|PartiQL)")
    assert [(sid, action) for sid, right in rights.items() for action in right["Action"] if writes.match(action)] == [
        ("WriteReports", "s3:PutObject")
    ]
    assert _of_artefacts(rights["WriteReports"]) == [f"/{FEEDBACK}/*", f"/{RETRAIN}/*"]
    assert (rights["ReadScores"]["Action"], _of_artefacts(rights["ReadScores"])) == (
        ["s3:GetObject"],
        [f"/{EVALUATIONS}/*"],
    )
    assert (rights["EncryptReports"]["Action"], rights["EncryptReports"]["Condition"]) == (
        ["kms:GenerateDataKey"],
        {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}},
    )


def _of_artefacts(right: dict[str, Any]) -> list[str]:
    """Which objects of the bucket of artefacts a statement is about."""
    joined = [resource["Fn::Join"][1] for resource in right["Resource"]]
    assert all("Artefacts" in bucket["Fn::ImportValue"] for bucket, _ in joined)
    return [objects for _, objects in joined]


@WITH_AIRFLOW
def test_of_the_ledger_the_role_reads_rows_of_the_table_and_nothing_by_mail(stack: Template):
    rights = _rights(stack)
    assert rights["ReadLedger"]["Action"] == ["dynamodb:BatchGetItem", "dynamodb:Scan"]
    (table,) = rights["ReadLedger"]["Resource"]
    assert "Ledger" in table["Fn::ImportValue"]
    assert (rights["DecryptLedger"]["Action"], rights["DecryptLedger"]["Condition"]) == (
        ["kms:Decrypt", "kms:DescribeKey"],
        {"StringEquals": {"kms:ViaService": "dynamodb.eu-central-1.amazonaws.com"}},
    )


@WITH_AIRFLOW
def test_what_airflow_needs_for_itself_is_held_to_its_own_things(stack: Template, stage: str, name: str):
    account = ACCOUNT[stage]
    rights = _rights(stack)
    assert rights["OwnHealth"]["Resource"] == [f"arn:aws:airflow:eu-central-1:{account}:environment/{name}"]
    assert rights["OwnLogs"]["Resource"] == [f"arn:aws:logs:eu-central-1:{account}:log-group:airflow-{name}-*"]
    assert rights["TaskQueue"]["Resource"] == ["arn:aws:sqs:eu-central-1:*:airflow-celery-*"]
    assert rights["OwnMetrics"]["Condition"] == {"StringEquals": {"cloudwatch:namespace": "AmazonMWAA"}}
    assert rights["OwnKey"]["Resource"] == [_arn(stack, "AWS::KMS::Key", "Key")]
    assert rights["OwnKey"]["Condition"] == {
        "StringEquals": {"kms:ViaService": ["s3.eu-central-1.amazonaws.com", "sqs.eu-central-1.amazonaws.com"]}
    }
    everything = {sid: right["Action"] for sid, right in rights.items() if right["Resource"] == ["*"]}
    assert everything == {
        "BeforeAnyResource": ["logs:DescribeLogGroups", "s3:GetAccountPublicAccessBlock"],
        "OwnMetrics": ["cloudwatch:PutMetricData"],
    }


@WITH_AIRFLOW
def test_browsers_come_in_from_the_configured_networks_alone(stack: Template, stage: str):
    ingress = stack.properties("AWS::EC2::SecurityGroup").get("SecurityGroupIngress", [])
    assert [(rule["CidrIp"], rule["FromPort"], rule["ToPort"]) for rule in ingress] == {
        "prod": [],
        "options": [("10.8.0.0/16", 443, 443)],
    }[stage]


@WITH_AIRFLOW
def test_airflow_s_parts_reach_each_other(stack: Template):
    group = {"Fn::GetAtt": [_id(stack, "AWS::EC2::SecurityGroup", "AirflowGroup"), "GroupId"]}
    rules = [rule["Properties"] for rule in stack.of_type("AWS::EC2::SecurityGroupIngress").values()]
    assert sorted((rule["FromPort"], rule["ToPort"]) for rule in rules) == [(443, 443), (5432, 5432)]
    assert [(rule["GroupId"], rule["SourceSecurityGroupId"]) for rule in rules] == [(group, group)] * 2
    egress = stack.properties("AWS::EC2::SecurityGroupEgress")
    assert (egress["FromPort"], egress["DestinationSecurityGroupId"]) == (5432, group)
    beside = {*stack.of_type("AWS::EC2::SecurityGroupIngress"), *stack.of_type("AWS::EC2::SecurityGroupEgress")}
    assert beside <= set(stack.only("AWS::MWAA::Environment")["DependsOn"])


@WITH_AIRFLOW
def test_the_upload_of_dags_finds_bucket_and_folder_in_the_outputs(stack: Template):
    assert stack.json["Outputs"]["DagBucketName"]["Value"] == {"Ref": _id(stack, "AWS::S3::Bucket", "Dags")}
    assert stack.json["Outputs"]["DagFolder"]["Value"] == "dags"


@WITH_AIRFLOW
def test_where_airflow_runs_no_schedule_starts_the_pipeline_beside_it(stack: Template):
    assert stack.of_type("AWS::Events::Rule") == {}


def test_without_airflow_a_schedule_starts_the_pipeline_for_the_configured_month(assembly: Assembly):
    stack = assembly["dev", "orchestration"]
    rule = stack.properties("AWS::Events::Rule")
    (target,) = rule["Targets"]
    assert (rule["Name"], rule["ScheduleExpression"], rule["State"]) == (
        "mailroom-dev-retrain",
        "cron(0 3 2 * ? *)",
        "ENABLED",
    )
    assert target == {
        "Id": "pipeline",
        "Arn": "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mailroom-dev",
        "RoleArn": _arn(stack, "AWS::IAM::Role", "ScheduleRole"),
        "SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": "ExportMonth", "Value": "2026-02"}]},
        "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 20},
        "DeadLetterConfig": {"Arn": _arn(stack, "AWS::SQS::Queue", "ScheduleDeadLetters")},
    }
    assert stack.of_type("AWS::MWAA::Environment") == stack.of_type("AWS::S3::Bucket") == {}


def test_the_schedule_s_role_may_start_the_pipeline_and_only_the_rule_takes_it_on(assembly: Assembly):
    role = assembly["dev", "orchestration"].properties("AWS::IAM::Role")
    (policy,) = role["Policies"]
    assert statements(policy["PolicyDocument"]) == [
        {
            "Action": ["sagemaker:StartPipelineExecution"],
            "Effect": "Allow",
            "Resource": ["arn:aws:sagemaker:eu-central-1:111122223333:pipeline/mailroom-dev"],
        }
    ]
    (trust,) = statements(role["AssumeRolePolicyDocument"])
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnEquals": {"aws:SourceArn": "arn:aws:events:eu-central-1:111122223333:rule/mailroom-dev-retrain"},
    }


def test_a_start_that_failed_is_kept_encrypted_and_only_the_rule_puts_it_there(assembly: Assembly):
    stack = assembly["dev", "orchestration"]
    queue = stack.properties("AWS::SQS::Queue")
    assert queue["MessageRetentionPeriod"] == 14 * 86400
    assert "DataKey" in queue["KmsMasterKeyId"]["Fn::ImportValue"]
    insecure, rule = statements(stack.properties("AWS::SQS::QueuePolicy")["PolicyDocument"])
    assert (insecure["Effect"], insecure["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert (rule["Effect"], rule["Action"], rule["Principal"]) == (
        "Allow",
        ["sqs:SendMessage"],
        {"Service": "events.amazonaws.com"},
    )
    assert rule["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:aws:events:eu-central-1:111122223333:rule/mailroom-dev-retrain"}
    }
