"""Pipeline executions as SageMaker's API tells them, and the words of whoever runs them."""

import json
import secrets
import time

import pytest
from botocore.exceptions import ClientError

from local.accounts.credentials import Credentials, assume
from local.accounts.errors import EmulatorError
from local.accounts.private_calls import call

pytestmark = pytest.mark.slow

ROLE = "arn:aws:iam::111122223333:role/pipeline"
PARAMETERS = [
    {"Name": "Month", "Type": "String", "DefaultValue": "previous"},
    {"Name": "Count", "Type": "Integer", "DefaultValue": 3},
    {"Name": "Kind", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]},
]


@pytest.fixture(scope="module")
def account(emulated: str) -> Credentials:
    return assume(emulated, account="111122223333", region="eu-central-1")


@pytest.fixture
def sagemaker(account: Credentials):
    return account.client("sagemaker")


@pytest.fixture
def pipeline(sagemaker) -> str:
    name = f"p-{secrets.token_hex(6)}"
    create(sagemaker, name)
    return name


def create(sagemaker, name, **more):
    body = {"Version": "2020-12-01", "Parameters": PARAMETERS, "Steps": [], **more}
    sagemaker.create_pipeline(PipelineName=name, PipelineDefinition=json.dumps(body), RoleArn=ROLE)


def start(sagemaker, pipeline, **more) -> str:
    return sagemaker.start_pipeline_execution(PipelineName=pipeline, **more)["PipelineExecutionArn"]


def tell_step(account, arn, **facts):
    step = {"name": "train", "type": "Training", "status": "Starting", "started_at": 1_700_000_000.0, "attempts": 1}
    call(account, "execution-step", {"arn": arn, "step": {**step, **facts}})


def test_an_execution_that_nobody_has_run_is_executing(sagemaker, pipeline):
    arn = start(sagemaker, pipeline, PipelineExecutionDisplayName="commit-1", PipelineExecutionDescription="First.")
    described = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    varying = {"CreationTime", "LastModifiedTime", "ResponseMetadata"}
    assert {name: value for name, value in described.items() if name not in varying} == {
        "PipelineArn": f"arn:aws:sagemaker:eu-central-1:111122223333:pipeline/{pipeline}",
        "PipelineExecutionArn": arn,
        "PipelineExecutionDisplayName": "commit-1",
        "PipelineExecutionStatus": "Executing",
        "PipelineExecutionDescription": "First.",
    }
    assert sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"] == []


def test_a_start_that_is_repeated_with_its_token_is_the_same_execution_of_that_pipeline(sagemaker, pipeline):
    create(sagemaker, f"{pipeline}-other")
    token = "t" * 32
    arns = [start(sagemaker, name, ClientRequestToken=token) for name in (pipeline, pipeline, f"{pipeline}-other")] + [
        start(sagemaker, pipeline)
    ]
    assert (arns[0] == arns[1], len(set(arns))) == (True, 3)


def test_the_parameters_of_an_execution_are_those_given_and_the_defaults_of_the_others(sagemaker, pipeline):
    arn = start(sagemaker, pipeline, PipelineParameters=[{"Name": "Count", "Value": "5"}])
    listed = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)["PipelineParameters"]
    assert listed == [
        {"Name": "Month", "Value": "previous"},
        {"Name": "Count", "Value": "5"},
        {"Name": "Kind", "Value": "a"},
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"Monht": "2026-01"}, "Unknown pipeline parameters: Monht; the pipeline has: Count, Kind, Month."),
        ({"Count": "many"}, "The pipeline parameter Count is not of type Integer."),
        ({"Kind": "c"}, "The pipeline parameter Kind must be one of ['a', 'b']."),
        ({"Month": ""}, "The pipeline parameter Month is too short (length: 0, required minimum: 1)."),
    ],
)
def test_parameters_that_the_definition_does_not_take_are_refused(sagemaker, pipeline, given, sentence):
    with pytest.raises(ClientError) as caught:
        start(sagemaker, pipeline, PipelineParameters=[{"Name": key, "Value": text} for key, text in given.items()])
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationException", sentence)
    assert sagemaker.list_pipeline_executions(PipelineName=pipeline)["PipelineExecutionSummaries"] == []


def test_an_execution_keeps_the_definition_that_it_was_started_with(sagemaker, pipeline):
    arn = start(sagemaker, pipeline)
    sagemaker.update_pipeline(PipelineName=pipeline, PipelineDefinition='{"Steps": []}')
    frozen = sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)["PipelineDefinition"]
    assert json.loads(frozen)["Parameters"] == PARAMETERS


def test_the_grouping_of_an_execution_is_filled_in(sagemaker, pipeline):
    grouping = {"ExperimentName": "letters", "TrialName": {"Get": "Execution.PipelineExecutionId"}}
    create(sagemaker, f"{pipeline}-grouped", PipelineExperimentConfig=grouping)
    arn = start(sagemaker, f"{pipeline}-grouped")
    described = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert described["PipelineExperimentConfig"] == {
        "ExperimentName": "letters",
        "TrialName": arn.rpartition("/")[2],
    }


def test_steps_are_told_as_they_were_reported(account, sagemaker, pipeline):
    arn = start(sagemaker, pipeline)
    job = {"TrainingJob": {"Arn": "arn:aws:sagemaker:eu-central-1:111122223333:training-job/one"}}
    tell_step(account, arn)
    tell_step(
        account, arn, status="Failed", metadata=job, ended_at=1_700_000_060.0, reason="Too few mails.", attempts=2
    )
    (step,) = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    seconds = (step.pop("EndTime") - step.pop("StartTime")).total_seconds()
    assert (seconds, step) == (
        60.0,
        {
            "StepName": "train",
            "StepStatus": "Failed",
            "FailureReason": "Too few mails.",
            "Metadata": job,
            "AttemptCount": 2,
        },
    )


def test_lists_come_in_pages_the_newest_first_unless_asked_otherwise(sagemaker, pipeline):
    arns = [start(sagemaker, pipeline) for _ in range(3)]
    pages = sagemaker.get_paginator("list_pipeline_executions").paginate(
        PipelineName=pipeline, PaginationConfig={"PageSize": 2}
    )
    listed = [[one["PipelineExecutionArn"] for one in page["PipelineExecutionSummaries"]] for page in pages]
    assert listed == [[arns[2], arns[1]], [arns[0]]]
    ascending = sagemaker.list_pipeline_executions(PipelineName=pipeline, SortOrder="Ascending")
    assert [one["PipelineExecutionArn"] for one in ascending["PipelineExecutionSummaries"]] == arns


def test_only_what_runs_can_be_stopped_and_only_what_ended_badly_retried(account, sagemaker, pipeline):
    arn = start(sagemaker, pipeline)
    with pytest.raises(ClientError, match="Pipeline execution is Executing and cannot be retried"):
        sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn)
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)
    with pytest.raises(ClientError, match="Pipeline execution is Stopping and cannot be stopped"):
        sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    call(account, "execution-end", {"arn": arn, "status": "Succeeded"})
    with pytest.raises(ClientError, match="Pipeline execution is Succeeded and cannot be retried"):
        sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn)


def test_a_retry_forgets_the_steps_that_did_not_succeed(account, sagemaker, pipeline):
    arn = start(sagemaker, pipeline)
    tell_step(account, arn, name="prepare", status="Succeeded")
    tell_step(account, arn, status="Failed", reason="Too few mails.")
    call(account, "execution-end", {"arn": arn, "status": "Failed", "reason": "Step failure."})
    sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn)
    described = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    assert (described["PipelineExecutionStatus"], "FailureReason" in described, [one["StepName"] for one in steps]) == (
        "Executing",
        False,
        ["prepare"],
    )


@pytest.mark.parametrize("operation", ["describe_pipeline_execution", "list_pipeline_execution_steps"])
def test_an_execution_that_is_not_there_is_not_found(sagemaker, operation):
    arn = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/none/execution/none"
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        getattr(sagemaker, operation)(PipelineExecutionArn=arn)


def test_a_pipeline_that_is_not_there_cannot_be_started(sagemaker):
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        start(sagemaker, "none")


def test_whoever_reports_on_an_execution_that_is_not_there_is_told_so(account):
    with pytest.raises(EmulatorError, match="does not exist"):
        call(account, "execution-status", {"arn": "none"})


def test_every_change_is_an_event_of_the_account(account, sagemaker, pipeline):
    queue = account.client("sqs").create_queue(QueueName=pipeline)["QueueUrl"]
    pattern = {
        "source": ["aws.sagemaker"],
        "detail": {"pipelineArn": [f"arn:aws:sagemaker:eu-central-1:111122223333:pipeline/{pipeline}"]},
    }
    events = account.client("events")
    events.put_rule(Name=pipeline, EventPattern=json.dumps(pattern))
    target = {"Id": "queue", "Arn": f"arn:aws:sqs:eu-central-1:111122223333:{pipeline}"}
    events.put_targets(Rule=pipeline, Targets=[target])
    arn = start(sagemaker, pipeline)
    tell_step(account, arn)
    tell_step(account, arn)
    tell_step(account, arn, status="Failed", reason="Too few mails.", ended_at=time.time())
    call(account, "execution-end", {"arn": arn, "status": "Failed", "reason": "Step failure."})
    received = []
    while batch := account.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in batch:
            account.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        received += [json.loads(message["Body"]) for message in batch]
    told = [
        (
            event["detail-type"].removeprefix("SageMaker Model Building Pipeline Execution "),
            event["detail"].get("previousPipelineExecutionStatus") or event["detail"].get("previousStepStatus"),
            event["detail"].get("currentPipelineExecutionStatus") or event["detail"].get("currentStepStatus"),
        )
        for event in received
    ]
    assert told == [
        ("Status Change", None, "Executing"),
        ("Step Status Change", None, "Starting"),
        ("Step Status Change", "Starting", "Failed"),
        ("Status Change", "Executing", "Failed"),
    ]
    assert {tuple(event["resources"]) for event in received} == {(arn.partition("/execution/")[0], arn)}
    assert received[2]["detail"]["failureReason"] == "Too few mails."


def processing(sagemaker, name):
    sagemaker.create_processing_job(
        ProcessingJobName=name,
        ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}},
        AppSpecification={"ImageUri": "image"},
        Environment={"MONTH": "2026-01"},
        RoleArn=ROLE,
    )


def test_a_job_is_in_progress_until_whoever_runs_it_has_told_otherwise(account, sagemaker, pipeline):
    processing(sagemaker, pipeline)
    described = sagemaker.describe_processing_job(ProcessingJobName=pipeline)
    assert (described["ProcessingJobStatus"], described["Environment"], "ProcessingEndTime" in described) == (
        "InProgress",
        {"MONTH": "2026-01"},
        False,
    )
    facts = {"ProcessingJobStatus": "Failed", "FailureReason": "No.", "ProcessingEndTime": 1_700_000_000.0}
    call(account, "job", {"kind": "processing", "name": pipeline, "facts": facts})
    described = sagemaker.describe_processing_job(ProcessingJobName=pipeline)
    assert (described["ProcessingJobStatus"], described["FailureReason"], described["ProcessingEndTime"].year) == (
        "Failed",
        "No.",
        2023,
    )


def test_a_jobs_name_is_taken_once(sagemaker, pipeline):
    processing(sagemaker, pipeline)
    with pytest.raises(ClientError, match="exists already"):
        processing(sagemaker, pipeline)


def test_facts_of_a_job_that_is_not_there_are_refused(account):
    with pytest.raises(EmulatorError, match=r"has no training job none\.$"):
        call(account, "job", {"kind": "training", "name": "none", "facts": {}})
