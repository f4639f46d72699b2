"""A training step: SageMaker's script mode, as the sagemaker-training toolkit does it in a container.

https://github.com/aws/sagemaker-training-toolkit
"""

import sys
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.pipelines.attempt import Attempt
from local.pipelines.errors import StepFailedError, StoppedError
from local.pipelines.job import training_environment
from local.pipelines.job.checkpoints import Checkpoints
from local.pipelines.job.environment import job_environment
from local.pipelines.job.failure_reason import failure_of
from local.pipelines.job.metrics import Metric, metrics_in
from local.pipelines.job.process import Cause, Ended, JobProcess
from local.pipelines.job.s3_folders import download_input, upload_file
from local.pipelines.job.sandbox import Sandbox
from local.pipelines.steps.job_step import StartedJob, run_job

_CODE = "/opt/ml/code"
_MODEL = "/opt/ml/model"
_FAILURE = "/opt/ml/output/failure"
_DATA = "/opt/ml/output/data"
# The archive goes to another process of this machine, not over a network.
_FAST = 1


def run_training(attempt: Attempt) -> None:
    """Run the step's job."""
    sagemaker = attempt.account.client("sagemaker")
    run_job(attempt, "training", create=sagemaker.create_training_job, name_parameter="TrainingJobName", work=_work)


def _work(attempt: Attempt, job: StartedJob, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    s3 = attempt.account.client("s3")
    with Sandbox(attempt.folder / f"{attempt.step.name}.job") as sandbox:
        job.record.move("Downloading")
        for name, uri in training_environment.channels_of(arguments):
            download_input(s3, uri, sandbox.path(f"/opt/ml/input/data/{name}"))
        checkpoints = _checkpoints(s3, sandbox, arguments)
        if checkpoints is not None:
            checkpoints.restore()
        for folder in (_CODE, _MODEL, _DATA, "/opt/ml/output/intermediate"):
            sandbox.path(folder).mkdir(parents=True)
        training_environment.write_config(sandbox, arguments)
        _unpack_code(sandbox, arguments)
        job.record.begin()
        ended, printed = _run(attempt, job, arguments, sandbox, checkpoints)
        if checkpoints is not None:
            checkpoints.sync()
        definitions = arguments["AlgorithmSpecification"].get("MetricDefinitions", [])
        job.record.tell(FinalMetricDataList=_final(metrics_in(printed.splitlines(), definitions)))
        output = f"{arguments['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}/output"
        job.record.move("Uploading")
        _pack(s3, sandbox.path(_DATA), f"{output}/output.tar.gz", even_if_empty=False)
        _check(attempt, ended, printed, arguments, sandbox)
        _pack(s3, sandbox.path(_MODEL), f"{output}/model.tar.gz", even_if_empty=True)
        return {"ModelArtifacts": {"S3ModelArtifacts": f"{output}/model.tar.gz"}}


def _checkpoints(s3: Any, sandbox: Sandbox, arguments: Mapping[str, Any]) -> Checkpoints | None:
    config = arguments.get("CheckpointConfig")
    if config is None:
        return None
    return Checkpoints(s3, folder=sandbox.path(config.get("LocalPath", "/opt/ml/checkpoints")), uri=config["S3Uri"])


def _unpack_code(sandbox: Sandbox, arguments: Mapping[str, Any]) -> None:
    given = arguments.get("HyperParameters", {})
    missing = [name for name in ("sagemaker_program", "sagemaker_submit_directory") if not given.get(name)]
    if missing:
        raise StepFailedError(f"AlgorithmError: The hyperparameter {missing[0]} must say what to run, exit code: 1")
    source = sandbox.path(given["sagemaker_submit_directory"])
    try:
        with tarfile.open(source) as tar:
            tar.extractall(sandbox.path(_CODE), filter="data")
    except (OSError, tarfile.TarError):
        raise StepFailedError(
            f"AlgorithmError: {given['sagemaker_submit_directory']} is no tarball that can be unpacked, exit code: 1"
        ) from None


def _run(
    attempt: Attempt,
    job: StartedJob,
    arguments: Mapping[str, Any],
    sandbox: Sandbox,
    checkpoints: Checkpoints | None,
) -> tuple[Ended, str]:
    own = training_environment.variables(sandbox, arguments, job_name=job.name, job_arn=job.arn)
    code = sandbox.path(_CODE)
    program = arguments["HyperParameters"]["sagemaker_program"]
    hyperparameters = sandbox.here(training_environment.script_hyperparameters(arguments))
    isolated = bool(arguments.get("EnableNetworkIsolation"))
    printed_before = attempt.log.stat().st_size if attempt.log.is_file() else 0
    ended = JobProcess(
        command=[sys.executable, program, *training_environment.script_arguments(hyperparameters)],
        folder=code,
        environment=job_environment(
            {"PYTHONPATH": str(code), **own, **sandbox.here(dict(arguments.get("Environment", {})))},
            home=sandbox.root / "home",
            isolated=isolated,
            credentials=attempt.account.credentials,
            mlflow_url=attempt.settings.mlflow_url,
        ),
        log=attempt.log,
        isolated=isolated,
        max_seconds=_max_seconds(arguments),
        grace_seconds=attempt.grace_seconds,
    ).run(
        attempt.stop,
        before_stop=lambda: attempt.tell("Stopping"),
        watch=(lambda: None) if checkpoints is None else checkpoints.sync_now_and_then,
    )
    return ended, attempt.log.read_bytes()[printed_before:].decode(errors="replace")


def _check(attempt: Attempt, ended: Ended, printed: str, arguments: Mapping[str, Any], sandbox: Sandbox) -> None:
    if ended.cause is Cause.STOPPED:
        raise StoppedError(f"The step {attempt.step.name} was stopped.")
    if not ended.is_success:
        failure_file = sandbox.path(_FAILURE)
        raise failure_of(ended, log=printed, failure_file=failure_file, max_seconds=_max_seconds(arguments))


def _max_seconds(arguments: Mapping[str, Any]) -> float:
    return float(arguments["StoppingCondition"]["MaxRuntimeInSeconds"])


def _final(metrics: tuple[Metric, ...]) -> list[dict[str, Any]]:
    now = time.time()
    return [{"MetricName": metric.name, "Value": metric.values[-1], "Timestamp": now} for metric in metrics]


def _pack(s3: Any, folder: Path, uri: str, *, even_if_empty: bool) -> None:
    if not even_if_empty and not any(folder.iterdir()):
        return
    archive = folder.with_name(f"{folder.name}.tar.gz")
    with tarfile.open(archive, "w:gz", compresslevel=_FAST) as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, arcname=path.name)
    upload_file(s3, archive, uri)
    archive.unlink()
