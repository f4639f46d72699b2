"""A processing step: inputs in, the container's command, outputs out.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html
"""

import json
from collections.abc import Mapping
from typing import Any

from local.pipelines.attempt import Attempt
from local.pipelines.errors import StepFailedError, StoppedError
from local.pipelines.job.environment import job_environment
from local.pipelines.job.failure_reason import failure_of
from local.pipelines.job.process import Cause, JobProcess
from local.pipelines.job.s3_folders import download_input, upload
from local.pipelines.job.sandbox import Sandbox
from local.pipelines.job.training_environment import HOST
from local.pipelines.steps.job_step import StartedJob, run_job

_DEFAULT_SECONDS = 86_400
_CONFIG = "/opt/ml/config"
_MESSAGE = "/opt/ml/output/message"


def run_processing(attempt: Attempt) -> None:
    """Run the step's job."""
    sagemaker = attempt.account.client("sagemaker")
    run_job(
        attempt, "processing", create=sagemaker.create_processing_job, name_parameter="ProcessingJobName", work=_work
    )


def _work(attempt: Attempt, job: StartedJob, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    s3 = attempt.account.client("s3")
    outputs = arguments.get("ProcessingOutputConfig", {}).get("Outputs", [])
    with Sandbox(attempt.folder / f"{attempt.step.name}.job") as sandbox:
        for given in arguments.get("ProcessingInputs", []):
            download_input(s3, given["S3Input"]["S3Uri"], sandbox.path(given["S3Input"]["LocalPath"]))
        for wanted in outputs:
            sandbox.path(wanted["S3Output"]["LocalPath"]).mkdir(parents=True)
        _write_config(sandbox, job, arguments)
        job.record.begin()
        _run(attempt, job, arguments, sandbox)
        for wanted in outputs:
            upload(s3, sandbox.path(wanted["S3Output"]["LocalPath"]), wanted["S3Output"]["S3Uri"])
        message = sandbox.path(_MESSAGE)
        return {"ExitMessage": message.read_text(encoding="utf-8")} if message.is_file() else {}


def _run(attempt: Attempt, job: StartedJob, arguments: Mapping[str, Any], sandbox: Sandbox) -> None:
    application = arguments["AppSpecification"]
    command = [*application.get("ContainerEntrypoint", []), *application.get("ContainerArguments", [])]
    if not application.get("ContainerEntrypoint"):
        raise StepFailedError(
            "ClientError: The step has no ContainerEntrypoint; what an image would run by itself is not known here."
        )
    isolated = bool(arguments.get("NetworkConfig", {}).get("EnableNetworkIsolation"))
    seconds = arguments.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _DEFAULT_SECONDS)
    printed_before = attempt.log.stat().st_size if attempt.log.is_file() else 0
    ended = JobProcess(
        command=sandbox.here(command),
        folder=sandbox.root,
        environment=job_environment(
            {"PROCESSING_JOB_ARN": job.arn, **sandbox.here(dict(arguments.get("Environment", {})))},
            home=sandbox.root / "home",
            isolated=isolated,
            credentials=attempt.account.credentials,
            mlflow_url=attempt.settings.mlflow_url,
        ),
        log=attempt.log,
        isolated=isolated,
        max_seconds=seconds,
        grace_seconds=attempt.grace_seconds,
    ).run(attempt.stop, before_stop=lambda: attempt.tell("Stopping"))
    if ended.cause is Cause.STOPPED:
        raise StoppedError(f"The step {attempt.step.name} was stopped.")
    if not ended.is_success:
        printed = attempt.log.read_bytes()[printed_before:].decode(errors="replace")
        raise failure_of(ended, log=printed, max_seconds=seconds)


def _write_config(sandbox: Sandbox, job: StartedJob, arguments: Mapping[str, Any]) -> None:
    folder = sandbox.path(_CONFIG)
    folder.mkdir(parents=True)
    described = {"ProcessingJobArn": job.arn, "ProcessingJobName": job.name, **arguments}
    (folder / "processingjobconfig.json").write_text(json.dumps(described, default=str), encoding="utf-8")
    (folder / "resourceconfig.json").write_text(json.dumps({"current_host": HOST, "hosts": [HOST]}), encoding="utf-8")
