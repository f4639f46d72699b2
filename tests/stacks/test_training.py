"""The training stack: registry, pipeline, roles, logs and MLflow."""

import json
import re
from typing import Any

import pytest

from tests.support.pipeline import all_steps
from tests.support.templates import Assembly, Template, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
TRAINING_LOGS, PROCESSING_LOGS = "/aws/sagemaker/TrainingJobs", "/aws/sagemaker/ProcessingJobs"
GATEKEEPING = ("sagemaker:UpdateModelPackage", "sagemaker:CreateModelPackage")


def _definition(template: Template) -> dict[str, Any]:
    """The pipeline's definition as SageMaker gets it, with each token as the text of its JSON."""
    body = template.properties("AWS::SageMaker::Pipeline")["PipelineDefinition"]["PipelineDefinitionBody"]
    separator, parts = body["Fn::Join"]
    return json.loads(
        separator.join(part if isinstance(part, str) else json.dumps(part).replace('"', "'") for part in parts)
    )


def _rights(template: Template, prefix: str) -> dict[str, dict[str, Any]]:
    role = template.named("AWS::IAM::Role", prefix)
    (policy,) = role["Properties"]["Policies"]
    return {statement["Sid"]: statement for statement in statements(policy["PolicyDocument"])}


def _allowed(template: Template, prefix: str) -> set[str]:
    return {
        action
        for statement in _rights(template, prefix).values()
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }


@BOTH
def test_what_the_deployer_keeps_is_seeded_empty_and_has_nothing_whose_change_would_seed_it_again(
    assembly: Assembly, environment: str
):
    # CloudFormation writes a changed resource whole, so a new tag would set the value back.
    assert list(assembly[environment, "training"].of_type("AWS::SSM::Parameter").values()) == [
        {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": f"/mailroom/{environment}/{name}", "Type": "String", "Value": value},
        }
        for name, value in (("approved-model", "none"), ("rejections", "{}"))
    ]


@BOTH
def test_pipeline_and_package_group_have_the_environments_name(assembly: Assembly, environment: str):
    template = assembly[environment, "training"]
    pipeline = template.properties("AWS::SageMaker::Pipeline")
    group = template.properties("AWS::SageMaker::ModelPackageGroup")
    assert (pipeline["PipelineName"], group["ModelPackageGroupName"]) == (f"mailroom-{environment}",) * 2
    assert pipeline["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
    assert template.named("AWS::SageMaker::Pipeline", "Training")["DependsOn"] == list(
        template.of_type("AWS::SageMaker::ModelPackageGroup")
    )


@pytest.mark.parametrize(("environment", "data"), [("dev", "test"), ("prod", "production")])
def test_each_environment_trains_on_its_own_data_alone(assembly: Assembly, environment: str, data: str):
    template = assembly[environment, "training"]
    inputs = all_steps(_definition(template))["prepare"]["Arguments"]["ProcessingInputs"]
    (exports,) = [one["S3Input"]["S3Uri"] for one in inputs if one["InputName"] == "exports"]
    assert exports.endswith(f"/{data}/")
    resource = _rights(template, "TrainingJobsPrepare")["ReadExports"]["Resource"]
    assert [part["Fn::Join"][1][-1] for part in resource] == [f"/{data}/*"]


@pytest.mark.parametrize(("environment", "status"), [("dev", "Approved"), ("prod", "PendingManualApproval")])
def test_in_dev_the_gate_approves_and_in_prod_a_person_does(assembly: Assembly, environment: str, status: str):
    template = assembly[environment, "training"]
    register = all_steps(_definition(template))["register"]["Arguments"]
    assert register["ModelApprovalStatus"] == status
    rights = _rights(template, "TrainingRole")
    assert rights["Register"]["Condition"] == {"StringEquals": {"sagemaker:ModelApprovalStatus": status}}
    assert rights["NeverApproveLater"]["Effect"] == "Deny"
    assert rights["NeverApproveLater"]["Action"] == ["sagemaker:UpdateModelPackage"]


@BOTH
def test_the_champion_is_read_from_the_endpoint_of_this_environment_alone(assembly: Assembly, environment: str):
    template = assembly[environment, "training"]
    rights, name = _rights(template, "TrainingJobsPrepare"), f"mailroom-{environment}"
    account = {"dev": "111122223333", "prod": "444455556666"}[environment]
    prefix = f"arn:aws:sagemaker:eu-central-1:{account}"
    assert rights["FindChampion"]["Action"] == [
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "sagemaker:DescribeModel",
    ]
    assert sorted(rights["FindChampion"]["Resource"]) == [
        f"{prefix}:endpoint-config/*",
        f"{prefix}:endpoint/{name}",
        f"{prefix}:model/*",
    ]
    assert rights["ReadChampion"]["Action"] == ["sagemaker:DescribeModelPackage"]
    assert rights["ReadChampion"]["Resource"] == [f"{prefix}:model-package/{name}/*"]
    prepare = all_steps(_definition(template))["prepare"]["Arguments"]
    assert prepare["Environment"]["ENDPOINT_NAME"] == name


@BOTH
def test_a_version_names_the_code_that_its_jobs_ran_by_the_hash_of_its_content(assembly: Assembly, environment: str):
    steps = all_steps(_definition(assembly[environment, "training"]))
    named = steps["register"]["Arguments"]["CustomerMetadataProperties"]["code_fingerprint"]
    tarballs = [
        one["S3Input"]["S3Uri"]
        for one in steps["prepare"]["Arguments"]["ProcessingInputs"]
        if one["InputName"] == "code"
    ]
    assert re.fullmatch("[0-9a-f]{64}", named)
    assert tarballs[0].endswith(f"/{named}.gz")


@BOTH
def test_no_job_can_register_or_approve_a_model_or_start_another_job(assembly: Assembly, environment: str):
    template = assembly[environment, "training"]
    for job in ("Prepare", "Train", "Evaluate", "Gate", "Track"):
        allowed = _allowed(template, f"TrainingJobs{job}")
        assert not allowed & {
            *GATEKEEPING,
            "iam:PassRole",
            "sagemaker:CreateTrainingJob",
            "sagemaker:CreateProcessingJob",
        }


@BOTH
def test_no_policy_stands_beside_a_role(assembly: Assembly, environment: str):
    template = assembly[environment, "training"]
    assert template.of_type("AWS::IAM::Policy") == template.of_type("AWS::IAM::ManagedPolicy") == {}
    assert [
        role for role in template.of_type("AWS::IAM::Role").values() if "ManagedPolicyArns" in role["Properties"]
    ] == []


@BOTH
def test_the_pipeline_hands_over_the_jobs_roles_and_no_others_to_sagemaker_alone(assembly: Assembly, environment: str):
    template = assembly[environment, "training"]
    handed = _rights(template, "TrainingRole")["HandOverRoles"]
    jobs = [name for name in template.of_type("AWS::IAM::Role") if name.startswith("TrainingJobs")]
    assert sorted(arn["Fn::GetAtt"][0] for arn in handed["Resource"]) == sorted(jobs)
    assert handed["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    assert len(jobs) == 5


@BOTH
def test_what_starts_jobs_is_denied_those_outside_the_network_unisolated_or_unencrypted(
    assembly: Assembly, environment: str
):
    rights = _rights(assembly[environment, "training"], "TrainingRole")
    denied = {
        sid: statement["Condition"]
        for sid, statement in rights.items()
        if statement["Effect"] == "Deny" and "Condition" in statement
    }
    assert {sid: condition for sid, condition in denied.items() if sid != "NoVolumeWithoutKey"} == {
        "NoJobOutsideTheNetwork": {"Null": {"sagemaker:VpcSubnets": "true"}},
        "NoJobWithoutSecurityGroup": {"Null": {"sagemaker:VpcSecurityGroupIds": "true"}},
        "NoTrainingWithNetwork": {"BoolIfExists": {"sagemaker:NetworkIsolation": "false"}},
        "NoOutputWithoutKey": {"Null": {"sagemaker:OutputKmsKey": "true"}},
    }
    assert denied["NoVolumeWithoutKey"]["Null"] == {"sagemaker:VolumeKmsKey": "true"}
    assert "sagemaker:CreateTrainingJob" in rights["NoJobOutsideTheNetwork"]["Action"]
    assert "sagemaker:CreateProcessingJob" in rights["NoJobOutsideTheNetwork"]["Action"]


@BOTH
def test_every_job_of_the_definition_passes_the_denials(assembly: Assembly, environment: str):
    for name, step in all_steps(_definition(assembly[environment, "training"])).items():
        if step["Type"] not in ("Training", "Processing"):
            continue
        arguments = step["Arguments"]
        network = arguments if step["Type"] == "Training" else arguments["NetworkConfig"]
        assert len(network["VpcConfig"]["Subnets"]) == 2, name
        assert len(network["VpcConfig"]["SecurityGroupIds"]) == 1, name
        outputs = arguments["OutputDataConfig" if step["Type"] == "Training" else "ProcessingOutputConfig"]
        assert "ImportValue" in outputs["KmsKeyId"], name


@BOTH
def test_each_job_runs_under_its_own_role_and_both_that_record_under_one(assembly: Assembly, environment: str):
    steps = all_steps(_definition(assembly[environment, "training"]))
    roles = {name: step["Arguments"]["RoleArn"] for name, step in steps.items() if "RoleArn" in step["Arguments"]}
    assert set(roles) == {"prepare", "train", "track", "evaluate", "gate", "track-gate"}
    assert roles.pop("track-gate") == roles["track"]
    for name, role in roles.items():
        assert f"TrainingJobs{name.capitalize()}" in role


@BOTH
def test_the_gate_can_read_no_mail_and_nothing_but_the_gate_can_write_its_verdict(assembly: Assembly, environment: str):
    template = assembly[environment, "training"]
    read = json.dumps(
        [s["Resource"] for s in _rights(template, "TrainingJobsGate").values() if "s3:GetObject" in s["Action"]]
    )
    assert "/prepared/*/taxonomy.json" in read
    assert '/prepared/*"' not in read
    writers = [
        name
        for name in template.of_type("AWS::IAM::Role")
        if any(
            "s3:PutObject" in statement["Action"] and "/gates/*" in json.dumps(statement["Resource"])
            for statement in _rights(template, name).values()
        )
    ]
    assert [name.rstrip("0123456789ABCDEF") for name in writers] == ["TrainingJobsGate"]


@BOTH
def test_no_role_can_delete_an_object(assembly: Assembly, environment: str):
    template = assembly[environment, "training"]
    for name in template.of_type("AWS::IAM::Role"):
        assert not {action for action in _allowed(template, name) if action.startswith("s3:Delete") or action == "s3:*"}


@BOTH
def test_only_sagemaker_in_this_account_takes_on_the_roles(assembly: Assembly, environment: str):
    account = {"dev": "111122223333", "prod": "444455556666"}[environment]
    for role in assembly[environment, "training"].of_type("AWS::IAM::Role").values():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "sagemaker.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": account}}


@pytest.mark.parametrize(("environment", "days"), [("dev", 30), ("prod", 365)])
def test_the_logs_of_jobs_are_encrypted_and_expire(assembly: Assembly, environment: str, days: int):
    groups = [
        group["Properties"] for group in assembly[environment, "training"].of_type("AWS::Logs::LogGroup").values()
    ]
    assert {(group["LogGroupName"], group["RetentionInDays"]) for group in groups} == {
        (TRAINING_LOGS, days),
        (PROCESSING_LOGS, days),
    }
    assert all("Fn::ImportValue" in group["KmsKeyId"] for group in groups)


@BOTH
def test_the_group_of_jobs_lets_nobody_in_and_only_https_out(assembly: Assembly, environment: str):
    group = assembly[environment, "training"].properties("AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group
    assert [(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [
        ("tcp", 443, 443)
    ]


@BOTH
def test_runs_are_recorded_in_an_mlflow_app_that_registers_no_model(assembly: Assembly, environment: str):
    template = assembly[environment, "training"]
    app = template.properties("AWS::SageMaker::MlflowApp")
    assert app["Name"] == f"mailroom-{environment}"
    assert app["ModelRegistrationMode"] == "AutoModelRegistrationDisabled"
    assert app["ArtifactStoreUri"]["Fn::Join"][1][-1] == "/mlflow"
    (app_id,) = template.of_type("AWS::SageMaker::MlflowApp")
    record = _rights(template, "TrainingJobsTrack")["RecordRuns"]
    assert (record["Action"], record["Resource"]) == (
        ["sagemaker:CallMlflowAppApi"],
        [{"Fn::GetAtt": [app_id, "Arn"]}],
    )


def test_without_mlflow_there_is_no_app_no_role_and_no_step_for_it(assembly: Assembly):
    template = assembly["options", "training"]
    assert template.of_type("AWS::SageMaker::MlflowApp") == {}
    assert [name for name in template.of_type("AWS::IAM::Role") if "Track" in name or "Mlflow" in name] == []
    assert {"track", "track-gate"} & set(all_steps(_definition(template))) == set()


def test_on_demand_training_waits_for_nothing(assembly: Assembly):
    train = all_steps(_definition(assembly["options", "training"]))["train"]["Arguments"]
    assert train["EnableManagedSpotTraining"] is False
    assert "MaxWaitTimeInSeconds" not in train["StoppingCondition"]


@BOTH
def test_the_source_is_an_asset_whose_key_is_its_content(assembly: Assembly, environment: str):
    steps = all_steps(_definition(assembly[environment, "training"]))
    other = all_steps(_definition(assembly["dev" if environment == "prod" else "prod", "training"]))
    tarball = steps["train"]["Arguments"]["HyperParameters"]["sagemaker_submit_directory"]
    assert tarball == other["train"]["Arguments"]["HyperParameters"]["sagemaker_submit_directory"]
    assert len(tarball.rpartition("/")[2]) == len("0" * 64 + ".gz")
