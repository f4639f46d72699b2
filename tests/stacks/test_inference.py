"""The endpoint stack: nothing without an approved model, and a new model comes by the parameter alone."""

from typing import Any
from unittest.mock import ANY

import pytest

from tests.support.templates import Assembly, Resource, Template, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ACCOUNT = {"dev": "111122223333", "prod": "444455556666", "options": "111122223333"}


@pytest.fixture
def stack(assembly: Assembly, environment: str) -> Template:
    return assembly[environment, "inference"]


@BOTH
def test_the_approved_package_comes_in_as_a_parameter_that_is_read_from_ssm(stack: Template, environment: str):
    assert stack.json["Parameters"]["ApprovedModel"] == {
        "Type": "AWS::SSM::Parameter::Value<String>",
        "Default": f"/mailroom/{environment}/approved-model",
        "Description": "The SSM parameter that holds the approved model package's ARN, or none",
    }
    assert stack.json["Conditions"]["HasApprovedModel"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "ApprovedModel"}, "none"]}]
    }


@BOTH
def test_without_a_model_neither_endpoint_nor_scaling_is_made(stack: Template):
    conditional = {
        resource["Type"]
        for resource in stack.json["Resources"].values()
        if resource.get("Condition") == "HasApprovedModel"
    }
    assert conditional == {
        "AWS::SageMaker::Model",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Endpoint",
        "AWS::CloudWatch::Alarm",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
    }


@BOTH
def test_the_model_is_the_approved_package_isolated_inside_the_network(stack: Template):
    model = stack.properties("AWS::SageMaker::Model")
    assert model["PrimaryContainer"] == {"ModelPackageName": {"Ref": "ApprovedModel"}}
    assert model["EnableNetworkIsolation"] is True
    assert len(model["VpcConfig"]["Subnets"]) == 2
    assert len(model["VpcConfig"]["SecurityGroupIds"]) == 1
    assert "ModelName" not in model


@BOTH
def test_model_and_configuration_have_no_name_and_the_endpoint_keeps_its_own(stack: Template, environment: str):
    assert "EndpointConfigName" not in stack.properties("AWS::SageMaker::EndpointConfig")
    assert stack.properties("AWS::SageMaker::Endpoint")["EndpointName"] == f"mailroom-{environment}"


@BOTH
def test_the_one_variant_has_a_stable_name_and_encrypted_storage(stack: Template, environment: str):
    config = stack.properties("AWS::SageMaker::EndpointConfig")
    (variant,) = config["ProductionVariants"]
    assert (variant["VariantName"], variant["InstanceType"], variant["InitialInstanceCount"]) == {
        "dev": ("main", "ml.c6i.large", 1),
        "prod": ("main", "ml.c6i.xlarge", 2),
    }[environment]
    assert "Fn::ImportValue" in config["KmsKeyId"]


def test_an_endpoint_with_disks_of_its_own_names_no_key_since_sagemaker_would_refuse_it(assembly: Assembly):
    config = assembly["options", "inference"].properties("AWS::SageMaker::EndpointConfig")
    assert config["ProductionVariants"][0]["InstanceType"] == "ml.g5.xlarge"
    assert "KmsKeyId" not in config


@BOTH
def test_data_capture_is_off(stack: Template):
    assert "DataCaptureConfig" not in stack.properties("AWS::SageMaker::EndpointConfig")


def test_data_capture_can_be_turned_on_encrypted_into_a_prefix_of_its_own(assembly: Assembly):
    stack = assembly["options", "inference"]
    capture = stack.properties("AWS::SageMaker::EndpointConfig")["DataCaptureConfig"]
    assert (capture["EnableCapture"], capture["InitialSamplingPercentage"], capture["CaptureOptions"]) == (
        True,
        5,
        [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    )
    assert "Fn::ImportValue" in capture["KmsKeyId"]
    assert "data-capture" in str(capture["DestinationS3Uri"])


def deployment(stack: Template) -> dict:
    return stack.properties("AWS::SageMaker::Endpoint")["DeploymentConfig"]


def test_a_fleet_of_two_gets_a_new_model_by_canary(assembly: Assembly):
    policy = deployment(assembly["prod", "inference"])["BlueGreenUpdatePolicy"]
    assert policy == {
        "TrafficRoutingConfiguration": {
            "Type": "CANARY",
            "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 50},
            "WaitIntervalInSeconds": 900,
        },
        "TerminationWaitInSeconds": 300,
        "MaximumExecutionTimeoutInSeconds": 5700,
    }


def test_a_single_instance_gets_a_new_model_all_at_once(assembly: Assembly):
    policy = deployment(assembly["dev", "inference"])["BlueGreenUpdatePolicy"]
    assert policy["TrafficRoutingConfiguration"] == {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 600}


def alarms(stack: Template, condition: str | None) -> dict[str, Resource]:
    """Properties by name, of those on whatever serves, or of those that are there with a model alone."""
    return {
        name_of(one["Properties"]["AlarmName"]): one["Properties"]
        for one in stack.of_type("AWS::CloudWatch::Alarm").values()
        if one.get("Condition") == condition
    }


def name_of(name: Any) -> str:
    if isinstance(name, str):
        return name
    beginning, config = name["Fn::Join"][1]
    assert config == {"Fn::GetAtt": [config["Fn::GetAtt"][0], "EndpointConfigName"]}
    return f"{beginning}CONFIG"


def metrics(alarm: Resource) -> list[Resource]:
    """Those that an alarm looks at; one on a single metric names it itself."""
    return [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", ()) if "MetricStat" in one] or [alarm]


def dimensions(alarm: Resource) -> list[dict[str, Any]]:
    """Those of each metric that an alarm looks at."""
    return [{one["Name"]: one["Value"] for one in metric.get("Dimensions", ())} for metric in metrics(alarm)]


@BOTH
def test_alarms_on_whatever_the_endpoint_serves_are_for_people_and_turn_nothing_back(stack: Template, environment: str):
    found = alarms(stack, None)
    assert {name: alarm["Threshold"] for name, alarm in found.items()} == {
        f"mailroom-{environment}-model-errors": {"dev": 0.05, "prod": 0.02}[environment],
        f"mailroom-{environment}-model-latency": 4_000_000,
        f"mailroom-{environment}-item-errors": 0.1,
        f"mailroom-{environment}-label-mix": 0.4,
    }
    variant = {"EndpointName": f"mailroom-{environment}", "VariantName": "main"}
    assert [one for alarm in found.values() for one in dimensions(alarm)] == [*[variant] * 4, {}, {}, {}]


@BOTH
def test_errors_slowness_failed_mails_another_label_mix_or_a_rejection_turn_a_new_model_back(
    stack: Template, environment: str
):
    watched = deployment(stack)["AutoRollbackConfiguration"]["Alarms"]
    made = stack.of_type("AWS::CloudWatch::Alarm")
    named = {name_of(made[alarm["AlarmName"]["Ref"]]["Properties"]["AlarmName"]) for alarm in watched}
    found = alarms(stack, "HasApprovedModel")
    assert named == set(found)
    assert {name: alarm["Threshold"] for name, alarm in found.items()} == {
        f"mailroom-{environment}-rollback-model-errors-CONFIG": {"dev": 0.05, "prod": 0.02}[environment],
        f"mailroom-{environment}-rollback-model-latency-CONFIG": 4_000_000,
        f"mailroom-{environment}-rollback-item-errors-CONFIG": 0.1,
        f"mailroom-{environment}-rollback-label-mix-CONFIG": 0.4,
        f"mailroom-{environment}-rollback-withdrawn-CONFIG": 0,
    }


@BOTH
def test_what_turns_a_model_back_is_measured_of_that_model_alone(stack: Template, environment: str):
    (config,) = stack.of_type("AWS::SageMaker::EndpointConfig")
    fleet = {
        "EndpointConfigName": {"Fn::GetAtt": [config, "EndpointConfigName"]},
        "EndpointName": f"mailroom-{environment}",
        "VariantName": "main",
    }
    assert {name.split("-", 3)[3]: dimensions(alarm) for name, alarm in alarms(stack, "HasApprovedModel").items()} == {
        "model-errors-CONFIG": [fleet] * 3,
        "model-latency-CONFIG": [fleet],
        "item-errors-CONFIG": [{"Model": {"Ref": "ModelVersion"}}] * 2,
        "label-mix-CONFIG": [{"Model": {"Ref": "ComparedVersion"}}],
        "withdrawn-CONFIG": [{"Version": {"Ref": "ApprovedModel"}}],
    }
    for name in ("ModelVersion", "ComparedVersion"):
        parameter = stack.json["Parameters"][name]
        assert (parameter["Type"], parameter["Default"]) == ("String", "none")


@BOTH
def test_the_alarms_look_at_minutes_and_a_night_without_mail_is_no_failure(stack: Template):
    for name, alarm in (alarms(stack, None) | alarms(stack, "HasApprovedModel")).items():
        periods = (
            {alarm["Period"]}
            if "Period" in alarm
            else {query["MetricStat"]["Period"] for query in alarm["Metrics"] if "MetricStat" in query}
        )
        # A rejection is one line; of what is measured, one minute in three may be an odd one.
        needed = 1 if "withdrawn" in name else 2
        assert (periods, alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (
            {60},
            needed,
            3,
            "notBreaching",
        )


@BOTH
def test_the_alarms_on_answers_are_on_metrics_that_the_logs_are_filtered_for(
    assembly: Assembly, stack: Template, environment: str
):
    own = f"mailroom-{environment}"
    filtered = {
        (one["MetricName"], *(dimension["Key"] for dimension in one.get("Dimensions", ())))
        for metric_filter in assembly[environment, "observability"].of_type("AWS::Logs::MetricFilter").values()
        for one in metric_filter["Properties"]["MetricTransformations"]
        if one["MetricNamespace"] == own
    }
    used = set()
    for alarm in (alarms(stack, None) | alarms(stack, "HasApprovedModel")).values():
        for metric in [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", ()) if "MetricStat" in one] or [
            alarm
        ]:
            if metric["Namespace"] == own:
                used.add((metric["MetricName"], *(dimension["Name"] for dimension in metric.get("Dimensions", ()))))
    assert used == {
        ("RelayedMails",),
        ("RelayedErrors",),
        ("LabelMixJump",),
        ("AnsweredMails", "Model"),
        ("AnsweredErrors", "Model"),
        ("ModelLabelMixJump", "Model"),
        ("Withdrawals", "Version"),
    }
    assert used <= filtered


@BOTH
def test_too_few_mails_a_minute_say_nothing_of_their_share(stack: Template):
    expressions = [
        query["Expression"]
        for name, alarm in (alarms(stack, None) | alarms(stack, "HasApprovedModel")).items()
        for query in alarm.get("Metrics", ())
        if "item-errors" in name and "Expression" in query
    ]
    assert expressions == ["IF(mails >= 20, errors / mails, 0)"] * 2


@BOTH
def test_the_service_may_look_at_the_alarms_that_turn_a_model_back_and_no_others(stack: Template, environment: str):
    watched = rights(stack, "ClassifierRole")["WatchRollbackAlarms"]
    pattern = f"arn:aws:cloudwatch:eu-central-1:{ACCOUNT[environment]}:alarm:mailroom-{environment}-rollback-*"
    assert (watched["Action"], watched["Resource"]) == (["cloudwatch:DescribeAlarms"], [pattern])
    beginning = f"mailroom-{environment}-rollback-"
    assert all(name.startswith(beginning) for name in alarms(stack, "HasApprovedModel"))
    assert not any(name.startswith(beginning) for name in alarms(stack, None))


@BOTH
def test_scaling_follows_the_invocations_and_survives_a_change_of_model(stack: Template, environment: str):
    target = stack.properties("AWS::ApplicationAutoScaling::ScalableTarget")
    assert (target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]) == {
        "dev": ("endpoint/mailroom-dev/variant/main", 1, 2),
        "prod": ("endpoint/mailroom-prod/variant/main", 2, 6),
    }[environment]
    tracking = stack.properties("AWS::ApplicationAutoScaling::ScalingPolicy")
    assert tracking["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 120
    endpoint = stack.properties("AWS::SageMaker::Endpoint")
    assert endpoint["RetainAllVariantProperties"] is True
    assert endpoint["ExcludeRetainedVariantProperties"] == [{"VariantPropertyType": "DataCaptureConfig"}]


def test_a_serverless_endpoint_has_no_network_isolation_capture_scaling_or_canary(assembly: Assembly):
    stack = assembly["serverless", "inference"]
    model = stack.properties("AWS::SageMaker::Model")
    assert (model["EnableNetworkIsolation"], "VpcConfig" in model) == (False, False)
    config = stack.properties("AWS::SageMaker::EndpointConfig")
    assert config["ProductionVariants"][0]["ServerlessConfig"] == {"MemorySizeInMB": 3072, "MaxConcurrency": 5}
    assert "KmsKeyId" not in config
    assert "DeploymentConfig" not in stack.properties("AWS::SageMaker::Endpoint")
    assert stack.of_type("AWS::ApplicationAutoScaling::ScalableTarget") == {}
    assert alarms(stack, "HasApprovedModel") == {}


def rights(stack: Template, prefix: str) -> dict[str, dict]:
    (policy,) = stack.named("AWS::IAM::Role", prefix)["Properties"]["Policies"]
    return {statement["Sid"]: statement for statement in statements(policy["PolicyDocument"])}


@BOTH
def test_the_container_may_read_models_and_nothing_else_of_the_buckets(stack: Template):
    found = rights(stack, "ClassifierRole")
    s3 = {
        sid: statement["Action"]
        for sid, statement in found.items()
        if any(action.startswith("s3:") for action in statement["Action"])
    }
    assert s3 == {"ReadModels": ["s3:GetObject"]}
    assert "/models/*" in str(found["ReadModels"]["Resource"])


def test_with_data_capture_the_container_may_add_files_of_any_size_to_its_own_prefix(assembly: Assembly):
    plain = rights(assembly["dev", "inference"], "ClassifierRole")
    found = rights(assembly["options", "inference"], "ClassifierRole")
    assert {sid: statement["Action"] for sid, statement in found.items() if sid not in plain} == {
        "CaptureData": ["s3:PutObject"],
        "EncryptCapture": ["kms:Decrypt", "kms:GenerateDataKey"],
    }
    assert "/data-capture/*" in str(found["CaptureData"]["Resource"])


@BOTH
def test_only_the_service_of_this_account_takes_the_containers_role_on(stack: Template, environment: str):
    trust = stack.named("AWS::IAM::Role", "ClassifierRole")["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust == [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT[environment]}},
        }
    ]


@BOTH
def test_every_change_of_this_group_in_the_registry_reaches_the_queue(stack: Template, environment: str):
    rule = stack.properties("AWS::Events::Rule")
    assert rule["EventPattern"] == {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {"ModelPackageGroupName": [f"mailroom-{environment}"]},
    }
    (target,) = rule["Targets"]
    assert "DeployerQueue" in str(target["Arn"])
    assert "DeployerDeadLetters" in str(target["DeadLetterConfig"])


@BOTH
def test_a_message_waits_longer_than_the_longest_update_and_is_then_kept_two_weeks(stack: Template):
    queue = stack.named("AWS::SQS::Queue", "DeployerQueue")["Properties"]
    longest = stack.properties("AWS::SageMaker::Endpoint")["DeploymentConfig"]["BlueGreenUpdatePolicy"][
        "MaximumExecutionTimeoutInSeconds"
    ]
    assert queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"] > longest
    assert queue["VisibilityTimeout"] >= 6 * stack.properties("AWS::Lambda::Function")["Timeout"]
    dead = stack.named("AWS::SQS::Queue", "DeployerDeadLetters")["Properties"]
    assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600


@BOTH
def test_queues_are_encrypted_with_the_accounts_own_key(stack: Template):
    for queue in stack.of_type("AWS::SQS::Queue").values():
        assert "Fn::ImportValue" in queue["Properties"]["KmsMasterKeyId"]


@BOTH
def test_the_deployer_runs_alone_and_is_told_all_it_needs(stack: Template, environment: str):
    function = stack.properties("AWS::Lambda::Function")
    assert function["ReservedConcurrentExecutions"] == 1
    assert function["Environment"]["Variables"] == {
        "STACK_NAME": f"mailroom-{environment}-inference",
        "PARAMETER_NAME": f"/mailroom/{environment}/approved-model",
        "PARAMETER_KEY": "ApprovedModel",
        "VERSION_KEY": "ModelVersion",
        "COMPARED_KEY": "ComparedVersion",
        "REJECTIONS_NAME": f"/mailroom/{environment}/rejections",
        "MODEL_PACKAGE_GROUP": f"mailroom-{environment}",
        "ENDPOINT_NAME": f"mailroom-{environment}",
        "TAXONOMY_VERSION": "2026.1",
        "ARCHIVES_URL": {"Fn::Join": ["", ["s3://", {"Fn::ImportValue": ANY}, "/models/"]]},
        "IMAGE_REPOSITORY": "763104351884.dkr.ecr.eu-central-1.amazonaws.com/huggingface-pytorch-inference",
    }
    assert stack.properties("AWS::Lambda::EventSourceMapping")["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@BOTH
def test_the_deployer_can_update_its_stack_with_the_template_and_role_that_it_has_and_approve_nothing(
    stack: Template, environment: str
):
    found = rights(stack, "DeployerFunctionRole")
    update = found["UpdateStack"]
    assert update["Resource"] == [
        f"arn:aws:cloudformation:eu-central-1:{ACCOUNT[environment]}:stack/mailroom-{environment}-inference/*"
    ]
    assert update["Condition"] == {"Null": {"cloudformation:RoleArn": "true", "cloudformation:TemplateUrl": "true"}}
    actions = {action for statement in found.values() for action in statement["Action"]}
    assert not actions & {"sagemaker:UpdateModelPackage", "iam:PassRole", "sagemaker:CreateModel"}
