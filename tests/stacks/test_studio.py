"""Studio: inside the network, stopped when idle, and nobody approves from it."""

from typing import Any

import pytest

from tests.support.templates import Assembly, Template, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ACCOUNT = {"dev": "111122223333", "prod": "444455556666"}
OWNER = "user-profile/${sagemaker:DomainId}/${sagemaker:UserProfileName}"


@pytest.fixture
def stack(assembly: Assembly, environment: str) -> Template:
    return assembly[environment, "studio"]


@pytest.fixture
def sagemaker(environment: str) -> str:
    return f"arn:aws:sagemaker:eu-central-1:{ACCOUNT[environment]}"


def _rights(stack: Template, prefix: str) -> dict[str, dict[str, Any]]:
    (policy,) = stack.named("AWS::IAM::Role", prefix)["Properties"]["Policies"]
    return {statement["Sid"]: statement for statement in statements(policy["PolicyDocument"])}


def _where(resource: Any) -> str:
    """The end of an ARN that begins with another stack's bucket, or the ARN itself."""
    return resource if isinstance(resource, str) else resource["Fn::Join"][1][-1]


@BOTH
def test_the_domain_runs_inside_the_network_and_asks_for_iam(stack: Template, environment: str):
    domain = stack.properties("AWS::SageMaker::Domain")
    plain = {key: value for key, value in domain.items() if isinstance(value, str)}
    assert plain == {
        "DomainName": f"mailroom-{environment}",
        "AuthMode": "IAM",
        "AppNetworkAccessType": "VpcOnly",
        "HomeEfsFileSystemCreation": "Disabled",
        "TagPropagation": "ENABLED",
    }
    assert len(domain["SubnetIds"]) == 2
    assert "DataKey" in domain["KmsKeyId"]["Fn::ImportValue"]


@BOTH
def test_no_file_system_is_made_that_would_outlive_the_domain(stack: Template):
    domain = stack.properties("AWS::SageMaker::Domain")
    assert domain["HomeEfsFileSystemCreation"] == "Disabled"
    assert domain["DefaultUserSettings"]["AutoMountHomeEFS"] == "Disabled"


@BOTH
def test_docker_is_off_and_the_trail_names_the_user_of_each_call(stack: Template):
    settings = stack.properties("AWS::SageMaker::Domain")["DomainSettings"]
    assert settings["DockerSettings"] == {"EnableDockerAccess": "DISABLED"}
    assert settings["ExecutionRoleIdentityConfig"] == "USER_PROFILE_NAME"
    role = stack.named("AWS::IAM::Role", "Role")["Properties"]
    (trust,) = statements(role["AssumeRolePolicyDocument"])
    assert trust["Action"] == ["sts:AssumeRole", "sts:SetSourceIdentity"]
    assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}


@BOTH
@pytest.mark.parametrize("app", ["CodeEditorAppSettings", "JupyterLabAppSettings"])
def test_an_idle_app_stops_and_nobody_can_put_that_off(stack: Template, app: str):
    settings = stack.properties("AWS::SageMaker::Domain")["DefaultUserSettings"]
    assert settings[app] == {
        "AppLifecycleManagement": {
            "IdleSettings": {
                "LifecycleManagement": "ENABLED",
                "IdleTimeoutInMinutes": 60,
                "MinIdleTimeoutInMinutes": 60,
                "MaxIdleTimeoutInMinutes": 60,
            }
        },
        "DefaultResourceSpec": {"InstanceType": "ml.t3.medium"},
    }


@BOTH
def test_the_other_applications_are_hidden_and_cell_outputs_are_not_shared(stack: Template):
    settings = stack.properties("AWS::SageMaker::Domain")["DefaultUserSettings"]
    assert settings["StudioWebPortalSettings"]["HiddenAppTypes"] == [
        "Canvas",
        "DetailedProfiler",
        "JupyterServer",
        "RStudioServerPro",
        "TensorBoard",
    ]
    assert settings["SharingSettings"] == {"NotebookOutputOption": "Disabled"}


@BOTH
def test_each_user_has_a_profile_and_a_private_code_editor(stack: Template):
    profiles = stack.of_type("AWS::SageMaker::UserProfile")
    assert [profile["Properties"]["UserProfileName"] for profile in profiles.values()] == ["data-scientist"]
    space = stack.only("AWS::SageMaker::Space")
    rest = {key: value for key, value in space["Properties"].items() if key not in ("DomainId", "Tags")}
    assert rest == {
        "SpaceName": "data-scientist-code",
        "SpaceDisplayName": "Code Editor of data-scientist",
        "OwnershipSettings": {"OwnerUserProfileName": "data-scientist"},
        "SpaceSharingSettings": {"SharingType": "Private"},
        "SpaceSettings": {
            "AppType": "CodeEditor",
            "CodeEditorAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}},
            "SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 20}},
        },
    }
    assert space["DependsOn"] == list(profiles)


@BOTH
def test_the_apps_reach_the_network_s_endpoints_and_nothing_reaches_them(stack: Template):
    group = stack.properties("AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group
    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [(443, 443)]
    assert stack.of_type("AWS::EC2::SecurityGroupIngress") == {}


@BOTH
def test_the_apps_log_into_a_group_that_is_encrypted_and_expires(stack: Template, environment: str):
    group = stack.properties("AWS::Logs::LogGroup")
    assert (group["LogGroupName"], group["RetentionInDays"]) == (
        "/aws/sagemaker/studio",
        {"dev": 30, "prod": 365}[environment],
    )
    assert "LogsKey" in group["KmsKeyId"]["Fn::ImportValue"]


def test_in_a_shared_account_only_prod_makes_the_group_that_both_write_to(assembly: Assembly):
    stack = assembly["options", "studio"]
    assert stack.of_type("AWS::Logs::LogGroup") == {}
    assert _rights(stack, "Role")["WriteAppLogs"]["Resource"] == [
        "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/sagemaker/studio:*"
    ]


@BOTH
def test_nobody_approves_or_registers_a_model_from_studio(stack: Template):
    rights = _rights(stack, "Role")
    assert rights["NeverApproves"] == {
        "Sid": "NeverApproves",
        "Effect": "Deny",
        "Action": [
            "sagemaker:CreateModelPackage",
            "sagemaker:DeleteModelPackage",
            "sagemaker:DeleteModelPackageGroup",
            "sagemaker:PutModelPackageGroupPolicy",
            "sagemaker:UpdateModelPackage",
        ],
        "Resource": ["*"],
    }


@BOTH
def test_prepared_data_and_models_are_read_and_one_folder_is_written(stack: Template):
    rights = _rights(stack, "Role")
    buckets = [resource["Fn::ImportValue"] for resource in rights["ListData"]["Resource"]]
    assert [("GetAttArtefacts" in name, "GetAttDatasets" in name) for name in buckets] == [(True, False), (False, True)]
    writes = {
        action: [_where(resource) for resource in statement["Resource"]]
        for statement in rights.values()
        for action in statement["Action"]
        if action.startswith(("s3:Put", "s3:Delete", "s3:Abort"))
    }
    assert writes == {
        "s3:AbortMultipartUpload": ["/experiments/*"],
        "s3:DeleteObject": ["/experiments/*"],
        "s3:PutObject": ["/experiments/*"],
    }


@BOTH
def test_an_experiment_runs_in_the_network_s_subnets_encrypted_on_the_pipeline_s_machine(
    stack: Template, environment: str, sagemaker: str
):
    start = _rights(stack, "Role")["StartExperiments"]
    assert start["Action"] == ["sagemaker:CreateTrainingJob"]
    assert start["Resource"] == [f"{sagemaker}:training-job/mailroom-{environment}-experiment-*"]
    conditions = start["Condition"]
    assert "DataKey" in conditions["ArnEquals"]["sagemaker:OutputKmsKey"]["Fn::ImportValue"]
    among = conditions["ForAllValues:StringEquals"]
    assert among["sagemaker:InstanceTypes"] == [{"dev": "ml.g4dn.xlarge", "prod": "ml.g5.xlarge"}[environment]]
    assert len(among["sagemaker:VpcSubnets"]) == 2


@BOTH
def test_no_job_starts_outside_the_network_with_a_network_or_without_keys(stack: Template):
    rights = _rights(stack, "Role").values()
    denied = {right["Sid"]: right.get("Condition") for right in rights if right["Effect"] == "Deny"}
    assert set(denied) == {
        "NeverApproves",
        "NoJobOutsideTheNetwork",
        "NoJobWithoutSecurityGroup",
        "NoOutputWithoutKey",
        "NoTrainingWithNetwork",
        "NoVolumeWithoutKey",
    }
    assert denied["NoJobOutsideTheNetwork"] == {"Null": {"sagemaker:VpcSubnets": "true"}}
    assert denied["NoTrainingWithNetwork"] == {"BoolIfExists": {"sagemaker:NetworkIsolation": "false"}}


@BOTH
def test_an_experiment_gets_a_role_of_its_own_that_cannot_touch_registered_models(stack: Template, environment: str):
    passed = _rights(stack, "Role")["PassExperimentRole"]
    experiment = stack.named("AWS::IAM::Role", "ExperimentRole")["Properties"]["RoleName"]
    assert experiment == f"mailroom-{environment}-experiment"
    assert passed["Resource"] == [f"arn:aws:iam::{ACCOUNT[environment]}:role/{experiment}"]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    writes = {
        action: [_where(resource) for resource in statement["Resource"]]
        for statement in _rights(stack, "ExperimentRole").values()
        for action in statement["Action"]
        if action.startswith(("s3:Put", "s3:Delete", "s3:Abort"))
    }
    assert writes == {"s3:AbortMultipartUpload": ["/experiments/*"], "s3:PutObject": ["/experiments/*"]}


@BOTH
def test_an_app_starts_in_one_s_own_private_space_on_the_configured_machine(stack: Template, sagemaker: str):
    rights = _rights(stack, "Role")
    assert rights["RunOwnApp"]["Condition"] == {
        "ArnLike": {"sagemaker:OwnerUserProfileArn": f"{sagemaker}:{OWNER}"},
        "StringEquals": {"sagemaker:SpaceSharingType": "Private"},
        "ForAllValues:StringEquals": {"sagemaker:InstanceTypes": ["ml.t3.medium", "system"]},
    }
    assert rights["ChangeOwnSpace"]["Condition"] == {
        "ArnLike": {"sagemaker:OwnerUserProfileArn": f"{sagemaker}:{OWNER}"},
        "StringEquals": {"sagemaker:SpaceSharingType": "Private"},
    }


@BOTH
def test_every_right_on_everything_is_a_listing_a_search_or_a_denial(stack: Template):
    everything = {
        action
        for right in _rights(stack, "Role").values()
        if right["Resource"] == ["*"] and right["Effect"] == "Allow"
        for action in right["Action"]
    }
    assert {action for action in everything if not action.startswith("sagemaker:List")} == {"sagemaker:Search"}


def test_mlflow_is_open_to_studio_where_it_is_on(assembly: Assembly):
    use = _rights(assembly["dev", "studio"], "Role")["UseMlflow"]
    assert use["Action"] == [
        "sagemaker:CallMlflowAppApi",
        "sagemaker:CreatePresignedMlflowAppUrl",
        "sagemaker:DescribeMlflowApp",
    ]
    assert "UseMlflow" not in _rights(assembly["options", "studio"], "Role")
