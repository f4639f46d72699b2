"""Executions of small pipelines, from start to end, with the account's own API as the witness."""

import io
import itertools
import json
import tarfile
import threading
import time

import pytest

from local.pace import Pace
from local.pipelines.follow import EndState, follow
from tests.local.pipelines.small_pipelines import (
    BUCKET,
    archive_of,
    condition,
    fail,
    from_file,
    output_of,
    processing,
    register,
    tarball,
    training,
)

pytestmark = pytest.mark.slow

OUT = "/opt/ml/processing/output/out"
IN = "/opt/ml/processing/input"
PROGRAM = """
import json, os, sys
from pathlib import Path
assert os.environ["SM_HPS"] == json.dumps({"epochs": 2, "tasks": "a,b"}), os.environ["SM_HPS"]
assert sys.argv[1:] == ["--epochs", "2", "--tasks", "a,b"], sys.argv
for epoch in (1, 2):
    print(f"epoch {epoch} loss={1 / epoch}")
words = (Path(os.environ["SM_CHANNEL_TRAIN"]) / "words.txt").read_text()
Path(os.environ["SM_MODEL_DIR"], "model.txt").write_text(words.upper())
Path(os.environ["SM_OUTPUT_DATA_DIR"], "notes.txt").write_text("notes")
"""


@pytest.fixture(autouse=True)
def code(ground):
    ground.put("code/code.tar.gz", tarball(PROGRAM))


def whole(verdict="passed"):
    """Prepare, train, look, decide, register or refuse."""
    facts = json.dumps({"verdict": verdict, "text": "It is too short."})
    return (
        processing("prepare", f"echo -n hello > {OUT}/words.txt"),
        training("train", data=output_of("prepare"), hyperparameters={"epochs": "2", "tasks": "a,b"}),
        processing(
            "look",
            f"tar -xzf {IN}/model/model.tar.gz -C {OUT} && echo '{facts}' > {OUT}/facts.json",
            inputs={"model": archive_of("train")},
        ),
        condition(
            "decide",
            from_file("look", "verdict"),
            "passed",
            then=[register("register", archive_of("train"))],
            otherwise=[
                fail("refuse", {"Std:Join": {"On": " ", "Values": ["Refused:", from_file("look", "text")]}}),
            ],
        ),
    )


def test_a_whole_execution_hands_on_what_each_step_leaves_and_registers_the_model(ground):
    arn = ground.ran(*whole())
    assert (ground.status(arn), ground.statuses(arn)) == (
        "Succeeded",
        dict.fromkeys(["prepare", "train", "look", "decide", "register"], "Succeeded"),
    )
    execution = arn.rpartition("/")[2]
    assert ground.read(f"outputs/look/{execution}/model.txt") == "HELLO"
    steps = ground.steps(arn)
    assert steps["decide"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    assert [steps["register"]["Metadata"]["RegisterModel"]["Arn"]] == ground.packages(arn)
    assert all(step["AttemptCount"] == 1 and step["EndTime"] >= step["StartTime"] for step in steps.values())


def test_a_training_job_is_described_as_it_ran(ground):
    job = ground.job(ground.ran(*whole()), "train")
    output = f"s3://{BUCKET}/models/{job['TrainingJobName']}/output"
    assert {
        "status": (job["TrainingJobStatus"], job["SecondaryStatus"]),
        "metrics": [(one["MetricName"], one["Value"]) for one in job["FinalMetricDataList"]],
        "artefacts": job["ModelArtifacts"],
        "definitions": job["AlgorithmSpecification"]["MetricDefinitions"],
        "transitions": [one["Status"] for one in job["SecondaryStatusTransitions"]],
    } == {
        "status": ("Completed", "Completed"),
        "metrics": [("train:loss", 0.5)],
        "artefacts": {"S3ModelArtifacts": f"{output}/model.tar.gz"},
        "definitions": [{"Name": "train:loss", "Regex": r"loss=([0-9.]+)"}],
        "transitions": ["Downloading", "Training", "Uploading", "Completed"],
    }
    assert job["TrainingStartTime"] <= job["TrainingEndTime"]
    body = ground.s3.get_object(Bucket=BUCKET, Key=f"models/{job['TrainingJobName']}/output/output.tar.gz")["Body"]
    with tarfile.open(fileobj=io.BytesIO(body.read())) as tar:
        assert tar.getnames() == ["notes.txt"]


def test_what_the_gate_refuses_fails_with_the_fail_steps_message_and_registers_nothing(ground):
    arn = ground.ran(*whole("failed"))
    said = []
    end = follow(ground.credentials, arn, say=said.append)
    assert end == EndState(
        status="Failed",
        reason="Step failure: One or multiple steps failed.",
        reasons={"refuse": "Refused: It is too short."},
        model_package=None,
    )
    assert ground.steps(arn)["refuse"]["Metadata"] == {"Fail": {"ErrorMessage": "Refused: It is too short."}}
    assert (ground.packages(arn), "register" in ground.statuses(arn)) == ([], False)
    assert said[-1].startswith("refuse       Failed")
    assert said[-1].endswith("\n  Refused: It is too short.")


def test_a_step_that_fails_says_the_programs_own_sentence_and_what_follows_never_runs(ground):
    script = "echo 'a line of a mail'; echo 'error: The export is empty.'; echo 'another line of a mail'; exit 2"
    arn = ground.ran(processing("prepare", script), processing("next", "true", inputs={"data": output_of("prepare")}))
    assert (ground.status(arn), ground.statuses(arn)) == ("Failed", {"prepare": "Failed"})
    reason = "AlgorithmError: The export is empty., exit code: 2"
    job = ground.job(arn, "prepare")
    assert (ground.steps(arn)["prepare"]["FailureReason"], job["FailureReason"], job["ProcessingJobStatus"]) == (
        reason,
        reason,
        "Failed",
    )


def test_a_failure_without_a_sentence_quotes_nothing_of_the_log(ground):
    arn = ground.ran(processing("prepare", "echo 'a line of a mail'; exit 3"))
    assert ground.steps(arn)["prepare"]["FailureReason"] == (
        "AlgorithmError: See job logs for more information, exit code: 3"
    )
    assert ground.log(arn, "prepare") == "a line of a mail\n"


def test_an_input_without_objects_is_refused(ground):
    arn = ground.ran(processing("prepare", "true", inputs={"data": f"s3://{BUCKET}/nothing/"}))
    assert ground.steps(arn)["prepare"]["FailureReason"] == (
        'ClientError: Data download failed: No S3 objects found under S3 URL "s3://letters/nothing/" '
        "given in input data source."
    )


def test_a_process_that_is_killed_is_an_internal_error_that_is_tried_again(ground):
    retries = [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 60, "MaxAttempts": 1}]
    arn = ground.ran(processing("one", "echo attempt; kill -9 $$", RetryPolicies=retries))
    step = ground.steps(arn)["one"]
    assert (step["StepStatus"], step["AttemptCount"], ground.log(arn, "one")) == ("Failed", 2, "attempt\n" * 2)
    assert step["FailureReason"] == (
        "InternalServerError: We encountered an internal error. Please try again. (The process was ended by signal 9.)"
    )


def test_a_non_zero_exit_is_not_tried_again(ground):
    retries = [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR", "Step.SERVICE_FAULT"], "MaxAttempts": 5}]
    arn = ground.ran(processing("one", "exit 1", RetryPolicies=retries))
    assert ground.steps(arn)["one"]["AttemptCount"] == 1


def test_an_unknown_bucket_is_the_definitions_error_and_not_a_fault_of_the_service(ground):
    retries = [{"ExceptionType": ["Step.SERVICE_FAULT"], "MaxAttempts": 5}]
    arn = ground.ran(processing("one", "true", inputs={"data": "s3://nobodys/x"}, RetryPolicies=retries))
    step = ground.steps(arn)["one"]
    assert (step["AttemptCount"], "NoSuchBucket" in step["FailureReason"]) == (1, True)


def test_a_processing_job_that_runs_for_too_long_is_stopped_and_its_step_has_failed(ground):
    arn = ground.ran(processing("one", "sleep 600", max_seconds=1))
    step, job = ground.steps(arn)["one"], ground.job(arn, "one")
    assert (step["StepStatus"], step["FailureReason"]) == (
        "Failed",
        "ClientError: The job was stopped: MaxRuntimeInSeconds (1) exceeded.",
    )
    assert (job["ProcessingJobStatus"], "FailureReason" in job) == ("Stopped", False)


def test_a_training_job_that_runs_for_too_long_is_described_as_stopped_for_that_and_its_step_has_failed(ground):
    ground.put("code/code.tar.gz", tarball("import time; time.sleep(600)"))
    ground.put("data/words", "words")
    arn = ground.ran(training("train", data=f"s3://{BUCKET}/data/", max_seconds=1))
    step, job = ground.steps(arn)["train"], ground.job(arn, "train")
    assert {
        "step": (step["StepStatus"], step["FailureReason"]),
        "job": (job["TrainingJobStatus"], job["SecondaryStatus"], "FailureReason" in job),
        "last": (
            job["SecondaryStatusTransitions"][-1]["Status"],
            job["SecondaryStatusTransitions"][-1]["StatusMessage"],
        ),
    } == {
        "step": ("Failed", "ClientError: The job was stopped: MaxRuntimeInSeconds (1) exceeded."),
        "job": ("Stopped", "MaxRuntimeExceeded", False),
        "last": ("MaxRuntimeExceeded", "Resources released due to exceeding max runtime"),
    }
    assert (ground.status(arn), ground.packages(arn)) == ("Failed", [])


def test_a_failure_leaves_the_steps_that_run_beside_it_to_end(ground):
    arn = ground.ran(processing("bad", "exit 1"), processing("good", "sleep 1"))
    assert (ground.statuses(arn), ground.status(arn)) == ({"bad": "Failed", "good": "Succeeded"}, "Failed")


def test_no_more_steps_run_at_a_time_than_the_execution_allows(ground):
    script = f"date +%s.%N > {OUT}/begin; sleep 0.3; date +%s.%N > {OUT}/end"
    pipeline = ground.pipeline(*(processing(name, script) for name in ("one", "two", "three")))
    arn = ground.start(pipeline, ParallelismConfiguration={"MaxParallelExecutionSteps": 1})
    ground.run(arn)
    execution = arn.rpartition("/")[2]
    spans = sorted(
        tuple(float(ground.read(f"outputs/{name}/{execution}/{edge}")) for edge in ("begin", "end"))
        for name in ("one", "two", "three")
    )
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans))


def test_a_step_of_a_type_that_is_not_run_here_fails_the_execution_with_a_sentence(ground):
    arn = ground.ran({"Name": "tune", "Type": "Tuning", "Arguments": {}})
    described = ground.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert (described["PipelineExecutionStatus"], described["FailureReason"]) == (
        "Failed",
        "The step tune is of type Tuning, which is not run here; "
        "known are Condition, Fail, Processing, RegisterModel, Training.",
    )


def running(ground, arn):
    """The execution runs on a thread, and its step ``one`` has printed something."""
    thread = threading.Thread(target=ground.run, args=(arn,), kwargs={"pace": Pace(times=100)})
    thread.start()
    log = ground.folder / arn.rpartition("/")[2] / "one.log"
    while not (log.is_file() and log.stat().st_size):
        time.sleep(0.02)
    return thread


def test_a_stop_ends_the_running_process_and_the_execution_is_stopped(ground):
    script = "trap 'echo asked; exit 0' TERM; echo begun; for i in $(seq 600); do sleep 0.1; done"
    arn = ground.start(ground.pipeline(processing("one", script), processing("two", "true", DependsOn=["one"])))
    thread = running(ground, arn)
    ground.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    assert ground.status(arn) in ("Stopping", "Stopped")
    thread.join()
    assert (ground.status(arn), ground.statuses(arn), ground.log(arn, "one")) == (
        "Stopped",
        {"one": "Stopped"},
        "begun\nasked\n",
    )
    assert ground.job(arn, "one")["ProcessingJobStatus"] == "Stopped"


def test_a_process_that_does_not_heed_the_stop_is_killed(ground):
    arn = ground.start(ground.pipeline(processing("one", "trap '' TERM; echo begun; while true; do sleep 0.1; done")))
    thread = running(ground, arn)
    ground.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    thread.join()
    assert ground.status(arn) == "Stopped"


def test_an_execution_that_is_stopped_before_it_runs_runs_nothing(ground):
    arn = ground.start(ground.pipeline(processing("one", "true")))
    ground.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    ground.run(arn)
    assert (ground.status(arn), ground.statuses(arn)) == ("Stopped", {})


def test_a_retry_goes_on_from_the_step_that_failed(ground):
    second = processing(
        "second", "cat /opt/ml/processing/input/switch/switch", inputs={"switch": "s3://letters/switch"}
    )
    last = processing("last", "true", DependsOn=["second"])
    arn = ground.start(ground.pipeline(processing("first", "echo once"), {**second, "DependsOn": ["first"]}, last))
    ground.run(arn)
    assert ground.statuses(arn) == {"first": "Succeeded", "second": "Failed"}
    ground.put("switch", "on")
    ground.sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn)
    assert ground.status(arn) == "Executing"
    ground.run(arn)
    assert (ground.status(arn), ground.log(arn, "first"), ground.log(arn, "second")) == ("Succeeded", "once\n", "on")


def test_the_runs_of_a_pipeline_are_trials_of_one_experiment_with_a_component_for_each_job(ground):
    pipeline = ground.pipeline(
        *whole(),
        PipelineExperimentConfig={
            "ExperimentName": "letters",
            "TrialName": {"Get": "Execution.PipelineExecutionId"},
        },
    )
    arns = [ground.start(pipeline) for _ in range(2)]
    for arn in arns:
        ground.run(arn)
    trials = ground.sagemaker.list_trials(ExperimentName="letters")["TrialSummaries"]
    assert [trial["TrialName"] for trial in trials] == [arn.rpartition("/")[2] for arn in arns]
    components = ground.sagemaker.list_trial_components(TrialName=trials[0]["TrialName"])["TrialComponentSummaries"]
    job = ground.job(arns[0], "train")
    names = [component["TrialComponentName"] for component in components]
    assert (len(names), f"{job['TrainingJobName']}-aws-training-job" in names) == (3, True)
    described = ground.sagemaker.describe_trial_component(
        TrialComponentName=f"{job['TrainingJobName']}-aws-training-job"
    )
    assert (described["DisplayName"], described["Status"], described["Parameters"]["epochs"]) == (
        "train",
        {"PrimaryStatus": "Completed"},
        {"StringValue": "2"},
    )
    assert job["ExperimentConfig"]["TrialName"] == arns[0].rpartition("/")[2]
