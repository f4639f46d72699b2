"""The boundary of all roles, and the role that deploys them."""

import json
from typing import Any

import pytest

from tests.support.iam import allows, role_statements, text
from tests.support.templates import Assembly, statements

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}


def _boundary(assembly: Assembly, environment: str) -> list[dict[str, Any]]:
    return statements(assembly[environment, "ci"].properties("AWS::IAM::ManagedPolicy")["PolicyDocument"])


def _own(environment: str) -> dict[str, str]:
    return {"aws:ResourceAccount": ACCOUNTS[environment]}


def _stack(environment: str, part: str) -> str:
    return f"arn:aws:cloudformation:eu-central-1:{ACCOUNTS[environment]}:stack/mailroom-{environment}-{part}/1-2-3"


def _bootstrap(environment: str, kind: str) -> str:
    account = ACCOUNTS[environment]
    return f"arn:aws:iam::{account}:role/cdk-hnb659fds-{kind}-role-{account}-eu-central-1"


@pytest.mark.parametrize("environment", ["dev", "prod", "options", "serverless"])
def test_every_role_of_every_stack_carries_the_boundary_of_its_environment(assembly: Assembly, environment: str):
    name = environment if environment in ACCOUNTS else "dev"
    boundary = f"arn:aws:iam::{ACCOUNTS[name]}:policy/mailroom-{name}-boundary"
    carried = {
        (template.name, role): resource["Properties"].get("PermissionsBoundary")
        for template in assembly.stage(environment)
        for role, resource in template.of_type("AWS::IAM::Role").items()
    }
    assert len(carried) > 5
    assert carried == dict.fromkeys(carried, boundary)


@BOTH
def test_the_boundary_is_deployed_before_every_other_stack(assembly: Assembly, environment: str):
    manifest = json.loads((assembly.folder / f"assembly-{environment}" / "manifest.json").read_text(encoding="utf-8"))
    stacks = {
        artifact["displayName"].partition(" ")[0].rpartition("/")[2]: artifact
        for artifact in manifest["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    ci = next(name for name, artifact in manifest["artifacts"].items() if artifact is stacks["ci"])
    without = [part for part, artifact in stacks.items() if ci not in artifact.get("dependencies", [])]
    assert without == ["ci"]


@BOTH
def test_the_boundary_fits_into_a_managed_policy(assembly: Assembly, environment: str):
    policy = assembly[environment, "ci"].properties("AWS::IAM::ManagedPolicy")
    assert policy["ManagedPolicyName"] == f"mailroom-{environment}-boundary"
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert len(json.dumps(policy["PolicyDocument"], separators=(",", ":"))) <= 6144


@BOTH
@pytest.mark.parametrize(
    "action", ["s3:GetObject", "dynamodb:PutItem", "sagemaker:InvokeEndpoint", "kms:Decrypt", "logs:PutLogEvents"]
)
def test_a_role_may_use_the_apps_services_in_its_own_account_alone(assembly: Assembly, environment: str, action: str):
    boundary = _boundary(assembly, environment)
    assert allows(boundary, action, context=_own(environment))
    assert not allows(boundary, action, context={"aws:ResourceAccount": "999999999999"})


@BOTH
@pytest.mark.parametrize("action", ["cloudwatch:PutMetricData", "sagemaker:ListTrainingJobs", "sqs:ReceiveMessage"])
def test_what_is_done_to_nothing_in_particular_is_nothing_of_another_account(
    assembly: Assembly, environment: str, action: str
):
    assert allows(_boundary(assembly, environment), action)


@BOTH
def test_containers_and_airflows_queue_come_from_accounts_of_aws(assembly: Assembly, environment: str):
    boundary = _boundary(assembly, environment)
    foreign = {"aws:ResourceAccount": "763104351884"}
    assert allows(boundary, "ecr:BatchGetImage", "arn:aws:ecr:eu-central-1:763104351884:repository/x", foreign)
    assert allows(boundary, "sqs:SendMessage", "arn:aws:sqs:eu-central-1:763104351884:airflow-celery-1", foreign)
    assert not allows(boundary, "sqs:SendMessage", "arn:aws:sqs:eu-central-1:763104351884:theirs", foreign)


@BOTH
@pytest.mark.parametrize("job", ["CreateTrainingJob", "CreateProcessingJob", "CreateHyperParameterTuningJob"])
def test_no_role_runs_a_container_outside_the_network(assembly: Assembly, environment: str, job: str):
    boundary = _boundary(assembly, environment)
    own = _own(environment)
    assert allows(boundary, f"sagemaker:{job}", context={**own, "sagemaker:VpcSubnets": "subnet-1"})
    assert not allows(boundary, f"sagemaker:{job}", context=own)


@BOTH
@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:CreateUser",
        "ec2:CreateInternetGateway",
        "ec2:RunInstances",
        "lambda:UpdateFunctionCode",
        "cloudtrail:StopLogging",
        "kms:ScheduleKeyDeletion",
        "kms:PutKeyPolicy",
        "s3:PutBucketPolicy",
        "s3:DeleteBucket",
        "dynamodb:DeleteTable",
        "logs:DeleteLogGroup",
        "organizations:LeaveOrganization",
        "bedrock:InvokeModel",
    ],
)
def test_no_role_widens_rights_opens_the_network_or_destroys_records(assembly: Assembly, environment: str, action: str):
    assert not allows(_boundary(assembly, environment), action, context=_own(environment))


@pytest.mark.parametrize("environment", ["dev", "prod", "options", "serverless"])
def test_no_role_is_given_a_right_that_the_boundary_takes_away(assembly: Assembly, environment: str):
    name = environment if environment in ACCOUNTS else "dev"
    boundary = _boundary(assembly, environment)
    context = {**_own(name), "sagemaker:VpcSubnets": "subnet-1", "kms:GrantIsForAWSResource": "true"}
    lost = {
        (template.name, role, action)
        for template in assembly.stage(environment)
        for role, resource in template.of_type("AWS::IAM::Role").items()
        for policy in resource["Properties"].get("Policies", [])
        for statement in statements(policy["PolicyDocument"])
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
        if not allows(boundary, action, _resource(name, action, statement["Resource"][0]), context)
    }
    assert lost == set()


def _resource(environment: str, action: str, resource: Any) -> str:
    if action == "iam:PassRole" and not isinstance(resource, str):
        # A role that the same stack makes, whose name begins with the stack's.
        return f"arn:aws:iam::{ACCOUNTS[environment]}:role/mailroom-{environment}-training-X"
    return text(resource)


@BOTH
def test_a_role_hands_on_only_roles_of_its_environment(assembly: Assembly, environment: str):
    boundary = _boundary(assembly, environment)
    account, own = ACCOUNTS[environment], _own(environment)
    assert allows(boundary, "iam:PassRole", f"arn:aws:iam::{account}:role/mailroom-{environment}-training-x", own)
    assert not allows(boundary, "iam:PassRole", f"arn:aws:iam::{account}:role/administrator", own)
    assert not allows(boundary, "sts:AssumeRole", _bootstrap(environment, "deploy"), own)


@BOTH
def test_jenkins_signs_in_with_its_external_id_for_an_hour_at_most(assembly: Assembly, environment: str):
    role = assembly[environment, "ci"].properties("AWS::IAM::Role")
    branch = {"dev": "develop", "prod": "main"}[environment]
    assert role["RoleName"] == f"mailroom-{environment}-jenkins"
    assert role["MaxSessionDuration"] == 3600
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": f"mailroom-{branch}"}},
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNTS[environment]}:role/jenkins/{branch}"},
        }
    ]


def _jenkins(assembly: Assembly, environment: str, action: str, resource: str = "*", **context: str) -> bool:
    """Whether both Jenkins's own policy and the boundary let the call through."""
    known = {**_own(environment), **{key.replace("__", ":"): value for key, value in context.items()}}
    own = role_statements(assembly[environment, "ci"], f"mailroom-{environment}-jenkins")
    return allows(own, action, resource, known) and allows(_boundary(assembly, environment), action, resource, known)


@BOTH
@pytest.mark.parametrize("action", ["CreateChangeSet", "ExecuteChangeSet", "UpdateStack", "DescribeStacks"])
def test_jenkins_deploys_the_stacks_of_its_environment_and_no_other(assembly: Assembly, environment: str, action: str):
    role = {"cloudformation__RoleArn": _bootstrap(environment, "cfn-exec")}
    other = {"dev": "prod", "prod": "dev"}[environment]
    call = f"cloudformation:{action}"
    assert _jenkins(assembly, environment, call, _stack(environment, "api"), **role)
    payroll = _stack(environment, "api").replace("mailroom-", "payroll-")
    assert not _jenkins(assembly, environment, call, payroll, **role)
    assert not _jenkins(assembly, environment, call, _stack(other, "api"), **role)


@BOTH
def test_jenkins_deploys_in_the_name_of_the_narrow_execution_role_alone(assembly: Assembly, environment: str):
    account, stack = ACCOUNTS[environment], _stack(environment, "api")
    for action in ("CreateChangeSet", "CreateStack", "UpdateStack"):
        call = f"cloudformation:{action}"
        assert not _jenkins(assembly, environment, call, stack)
        administrator = f"arn:aws:iam::{account}:role/administrator"
        assert not _jenkins(assembly, environment, call, stack, cloudformation__RoleArn=administrator)
    to_cloudformation = {"iam__PassedToService": "cloudformation.amazonaws.com"}
    execution = _bootstrap(environment, "cfn-exec")
    assert _jenkins(assembly, environment, "iam:PassRole", execution, **to_cloudformation)
    assert not _jenkins(assembly, environment, "iam:PassRole", execution, iam__PassedToService="lambda.amazonaws.com")


@BOTH
def test_jenkins_publishes_code_but_does_not_take_on_the_bootstraps_deploy_role(assembly: Assembly, environment: str):
    assert _jenkins(assembly, environment, "sts:AssumeRole", _bootstrap(environment, "file-publishing"))
    for kind in ("deploy", "cfn-exec", "lookup", "image-publishing"):
        assert not _jenkins(assembly, environment, "sts:AssumeRole", _bootstrap(environment, kind))


@BOTH
@pytest.mark.parametrize("part", ["ci", "people"])
def test_jenkins_cannot_change_the_stacks_that_bound_it_and_record_it(assembly: Assembly, environment: str, part: str):
    role = {"cloudformation__RoleArn": _bootstrap(environment, "cfn-exec")}
    stack = _stack(environment, part)
    # The command line compares, and leaves alone what has not changed.
    for action in ("DescribeStacks", "GetTemplate"):
        assert _jenkins(assembly, environment, f"cloudformation:{action}", stack)
    for action in ("CreateChangeSet", "ExecuteChangeSet", "UpdateStack", "CreateStack", "RollbackStack"):
        assert not _jenkins(assembly, environment, f"cloudformation:{action}", stack, **role)
    own = role_statements(assembly[environment, "ci"], f"mailroom-{environment}-jenkins")
    everything = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}
    for action in ("DeleteStack", "CancelUpdateStack", "UpdateTerminationProtection"):
        assert not allows([everything, *own], f"cloudformation:{action}", stack)


# What `make deploy` calls with the caller's own credentials: action, on what, what the request says beside. All else
# happens under the bootstrap's roles.
DEPLOY = [
    # The account, and what the CDK's command line does to a stack.
    ("ssm:GetParameter", "arn:aws:ssm:REGION:ACCOUNT:parameter/cdk-bootstrap/hnb659fds/version", {}),
    ("sts:AssumeRole", "BOOTSTRAP-file-publishing", {}),
    *(
        (f"cloudformation:{action}", "arn:aws:cloudformation:REGION:ACCOUNT:stack/mailroom-ENV-api/1-2-3", {})
        for action in (
            "DeleteChangeSet",
            "DescribeChangeSet",
            "DescribeEvents",
            "DescribeStackEvents",
            "DescribeStackResources",
            "DescribeStacks",
            "ExecuteChangeSet",
            "GetTemplate",
            "GetTemplateSummary",
            "RollbackStack",
            "UpdateTerminationProtection",
        )
    ),
    *(
        (
            f"cloudformation:{action}",
            "arn:aws:cloudformation:REGION:ACCOUNT:stack/mailroom-ENV-api/1-2-3",
            {"cloudformation:RoleArn": "BOOTSTRAP-cfn-exec"},
        )
        for action in ("CreateChangeSet", "CreateStack", "UpdateStack")
    ),
    ("iam:PassRole", "BOOTSTRAP-cfn-exec", {"iam:PassedToService": "cloudformation.amazonaws.com"}),
    ("s3:GetObject", "arn:aws:s3:::cdk-hnb659fds-assets-ACCOUNT-REGION/1a2b.json", {}),
    # Whether the approved model is still there (approved_model.py); its stack's description stands above.
    ("ssm:GetParameter", "arn:aws:ssm:REGION:ACCOUNT:parameter/mailroom/ENV/approved-model", {}),
    ("sagemaker:DescribeModelPackage", "arn:aws:sagemaker:REGION:ACCOUNT:model-package/mailroom-ENV/7", {}),
]
DAG_BUCKET = "arn:aws:s3:::mailroom-ENV-orchestration-dags5bce03f2-k1l2m3n4o5p6"
AIRFLOW_KEY = {"kms:ResourceAliases": ["alias/mailroom-ENV-airflow"], "kms:ViaService": "s3.REGION.amazonaws.com"}
# What upload_dags.py calls where there is an Airflow; a head request asks for the right to get.
UPLOAD = [
    ("s3:ListBucket", DAG_BUCKET, {}),
    *((f"s3:{action}Object", f"{DAG_BUCKET}/dags/monthly_retrain.py", {}) for action in ("Get", "Put", "Delete")),
    *(
        (f"kms:{action}", "arn:aws:kms:REGION:ACCOUNT:key/1-2", AIRFLOW_KEY)
        for action in ("Decrypt", "GenerateDataKey")
    ),
]


def _there(environment: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_there(environment, one) for one in value]
    if value.startswith("BOOTSTRAP-"):
        return _bootstrap(environment, value.removeprefix("BOOTSTRAP-"))
    account = ACCOUNTS[environment]
    return value.replace("REGION", "eu-central-1").replace("ACCOUNT", account).replace("ENV", environment)


def _refused(assembly: Assembly, environment: str, stack: str, name: str, calls: list[Any]) -> list[str]:
    """The calls that the role ``name`` of ``stack`` or the boundary does not let through."""
    own = role_statements(assembly[environment, stack], f"mailroom-{environment}-{name}")
    boundary = _boundary(assembly, environment)
    refused = []
    for action, resource, context in calls:
        known = {**_own(environment), **{key: _there(environment, value) for key, value in context.items()}}
        place = _there(environment, resource)
        if not (allows(own, action, place, known) and allows(boundary, action, place, known)):
            refused.append(action)
    return refused


DEPLOYERS = pytest.mark.parametrize(("stack", "name"), [("ci", "jenkins"), ("people", "platform-engineer")])


@BOTH
@DEPLOYERS
def test_whoever_deploys_may_make_every_call_that_deploying_makes(
    assembly: Assembly, environment: str, stack: str, name: str
):
    assert _refused(assembly, environment, stack, name, DEPLOY) == []


@DEPLOYERS
def test_whoever_deploys_uploads_dags_where_there_is_an_airflow(assembly: Assembly, stack: str, name: str):
    assert _refused(assembly, "prod", stack, name, UPLOAD) == []
    assert _refused(assembly, "dev", stack, name, UPLOAD) == [action for action, *_ in UPLOAD]


@DEPLOYERS
def test_whoever_uploads_dags_uses_no_other_bucket_and_no_other_key(assembly: Assembly, stack: str, name: str):
    datasets = "arn:aws:s3:::mailroom-ENV-data-datasets1-x/prepared/train.jsonl"
    data_key = {**AIRFLOW_KEY, "kms:ResourceAliases": ["alias/mailroom-ENV-data"]}
    by_hand = {"kms:ResourceAliases": AIRFLOW_KEY["kms:ResourceAliases"]}
    key = "arn:aws:kms:REGION:ACCOUNT:key/1-2"
    calls = [
        ("s3:GetObject", datasets, {}),
        ("s3:PutObject", datasets, {}),
        ("kms:Decrypt", key, data_key),
        ("kms:Decrypt", key, by_hand),
    ]
    assert _refused(assembly, "prod", stack, name, calls) == [action for action, *_ in calls]


@BOTH
def test_jenkins_puts_the_approved_model_back_and_sets_no_other_parameter(assembly: Assembly, environment: str):
    parameters = f"arn:aws:ssm:eu-central-1:{ACCOUNTS[environment]}:parameter"
    assert _jenkins(assembly, environment, "ssm:PutParameter", f"{parameters}/mailroom/{environment}/approved-model")
    assert not _jenkins(assembly, environment, "ssm:PutParameter", f"{parameters}/mailroom/{environment}/other")
    assert not _jenkins(assembly, environment, "ssm:PutParameter", f"{parameters}/cdk-bootstrap/hnb659fds/version")


EXPORTS = "arn:aws:s3:::mailroom-ENV-data-exports25637afb-k1l2m3n4o5p6"
DATA_KEY = {"kms:ResourceAliases": ["alias/mailroom-ENV-data"], "kms:ViaService": "s3.REGION.amazonaws.com"}
# What `make stage-test-data` calls; the data stack's description stands in DEPLOY.
STAGE_TEST_DATA = [
    ("s3:PutObject", f"{EXPORTS}/test/2026-02/export.jsonl", {}),
    ("kms:GenerateDataKey", "arn:aws:kms:REGION:ACCOUNT:key/1-2", DATA_KEY),
]


def test_jenkins_brings_test_data_to_dev_and_no_mail_to_prod(assembly: Assembly):
    assert _refused(assembly, "dev", "ci", "jenkins", STAGE_TEST_DATA) == []
    assert _refused(assembly, "prod", "ci", "jenkins", STAGE_TEST_DATA) == ["s3:PutObject", "kms:GenerateDataKey"]
    production = [("s3:PutObject", f"{EXPORTS}/production/2026-02/export.jsonl", {})]
    assert _refused(assembly, "prod", "ci", "jenkins", production) == ["s3:PutObject"]


@BOTH
def test_jenkins_reads_and_removes_no_export_and_writes_beside_the_test_data_none(assembly: Assembly, environment: str):
    export = f"{EXPORTS}/test/2026-02/export.jsonl"
    by_hand = {"kms:ResourceAliases": DATA_KEY["kms:ResourceAliases"]}
    calls = [
        *((f"s3:{action}", export, {}) for action in ("GetObject", "DeleteObject", "DeleteObjectVersion")),
        ("s3:PutObject", f"{EXPORTS}/elsewhere/export.jsonl", {}),
        ("s3:PutObject", export.replace("exports", "datasets"), {}),
        ("kms:Decrypt", "arn:aws:kms:REGION:ACCOUNT:key/1-2", DATA_KEY),
        ("kms:GenerateDataKey", "arn:aws:kms:REGION:ACCOUNT:key/1-2", by_hand),
    ]
    assert _refused(assembly, environment, "ci", "jenkins", calls) == [action for action, *_ in calls]


def test_the_exports_bucket_is_called_as_jenkins_knows_it(assembly: Assembly):
    # CloudFormation makes its name of the stack's and the logical id, in small letters.
    buckets = assembly["dev", "data"].of_type("AWS::S3::Bucket")
    (logical_id,) = [name for name in buckets if name.startswith("Exports")]
    assert "BucketName" not in buckets[logical_id]["Properties"]
    assert EXPORTS.startswith(f"arn:aws:s3:::mailroom-ENV-data-{logical_id.lower()}-")


# What `make run-pipeline` and `make smoke-test` call; the latter's stack and version stand in DEPLOY.
RUN_PIPELINE = [
    ("sagemaker:StartPipelineExecution", "arn:aws:sagemaker:REGION:ACCOUNT:pipeline/mailroom-ENV", {}),
    *(
        (f"sagemaker:{action}", "arn:aws:sagemaker:REGION:ACCOUNT:pipeline/mailroom-ENV/execution/1a2b", {})
        for action in ("DescribePipelineExecution", "ListPipelineExecutionSteps", "RetryPipelineExecution")
    ),
    ("sagemaker:DescribeModelPackage", "arn:aws:sagemaker:REGION:ACCOUNT:model-package/mailroom-ENV/7", {}),
]
SMOKE_TEST = [
    ("sagemaker:ListModelPackages", "arn:aws:sagemaker:REGION:ACCOUNT:model-package-group/mailroom-ENV", {}),
    ("sagemaker:DescribeEndpoint", "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/mailroom-ENV", {}),
    ("sagemaker:InvokeEndpoint", "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/mailroom-ENV", {}),
]


@BOTH
def test_jenkins_may_make_every_call_that_running_the_pipeline_makes(assembly: Assembly, environment: str):
    assert _refused(assembly, environment, "ci", "jenkins", RUN_PIPELINE) == []


def test_jenkins_asks_the_test_endpoint_and_not_the_one_that_reads_customers_mail(assembly: Assembly):
    assert _refused(assembly, "dev", "ci", "jenkins", SMOKE_TEST) == []
    assert _refused(assembly, "prod", "ci", "jenkins", SMOKE_TEST) == ["sagemaker:InvokeEndpoint"]


@BOTH
def test_jenkins_asks_no_other_endpoint_and_watches_no_other_pipeline(assembly: Assembly, environment: str):
    calls = [
        (action, resource.replace("mailroom-ENV", "payroll"), context)
        for action, resource, context in [*RUN_PIPELINE, *SMOKE_TEST]
    ]
    assert _refused(assembly, environment, "ci", "jenkins", calls) == [action for action, *_ in calls]


@BOTH
def test_jenkins_sees_what_is_deployed_to_show_what_would_change(assembly: Assembly, environment: str):
    calls = [
        ("cloudformation:ListStacks", "*", {}),
        ("cloudformation:GetTemplate", "arn:aws:cloudformation:REGION:ACCOUNT:stack/mailroom-ENV-api/1-2-3", {}),
    ]
    assert _refused(assembly, environment, "ci", "jenkins", calls) == []


@BOTH
def test_jenkins_approves_nothing(assembly: Assembly, environment: str):
    package = f"arn:aws:sagemaker:eu-central-1:{ACCOUNTS[environment]}:model-package/mailroom-{environment}/1"
    assert not _jenkins(assembly, environment, "sagemaker:UpdateModelPackage", package)
    everything = {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}
    own = role_statements(assembly[environment, "ci"], f"mailroom-{environment}-jenkins")
    assert not allows([everything, *own], "sagemaker:UpdateModelPackage", package)
