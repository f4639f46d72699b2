"""An experiment's job, once it has ended, as a run in MLflow beside those of the pipeline."""

import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from experiments.deployed_pipeline import Tracking
from experiments.errors import ExperimentError
from model.track.record import record
from model.track.run import EXECUTION_TAG, Run, training_metrics
from model.track.server import server_at

_METRICS = "metrics.json"
_STATUS = {"Completed": "FINISHED", "Failed": "FAILED", "Stopped": "KILLED"}
"""How MLflow calls what SageMaker says of a job that has ended."""


def record_job(job: str, *, tracking: Tracking, session: boto3.Session, environment: Mapping[str, str]) -> str:
    """Record the training job ``job`` and return the id of its run; a second time it is the same run.

    Raises:
        ExperimentError: the job has not ended.
        MlflowError: MLflow does not answer, or refuses.
        botocore.exceptions.ClientError: SageMaker or S3 refuses.
    """
    described = session.client("sagemaker").describe_training_job(TrainingJobName=job)
    if described["TrainingJobStatus"] not in _STATUS:
        raise ExperimentError(f"The training job {job} has not ended: record it when it has.")
    return record(
        _run(job, described, _training(described, session.client("s3"))),
        (),
        experiment=tracking.experiment,
        server=server_at(tracking.uri, environment),
    )


def _run(job: str, described: Mapping[str, Any], training: Mapping[str, Any]) -> Run:
    given = described["HyperParameters"].items()
    channels = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in described["InputDataConfig"]
    }
    return Run(
        name=job,
        execution=job,
        params={name: value for name, value in given if not name.startswith("sagemaker_")},
        metrics=tuple(training_metrics(training)),
        tags={
            **{f"channel.{name}": uri for name, uri in channels.items()},
            "kind": "experiment",
            "training_job": described["TrainingJobArn"],
            "model_archive": described.get("ModelArtifacts", {}).get("S3ModelArtifacts", "none"),
            "mlflow.source.type": "JOB",
            EXECUTION_TAG: job,
        },
        status=_STATUS[described["TrainingJobStatus"]],
    )


def _training(described: Mapping[str, Any], s3: Any) -> Mapping[str, Any]:
    """The metrics.json that model/train.py wrote, which SageMaker packs with all else that a job writes; {} if none."""
    root = described["OutputDataConfig"]["S3OutputPath"].rstrip("/")
    bucket, _, folder = root.removeprefix("s3://").partition("/")
    key = f"{folder}/{described['TrainingJobName']}/output/output.tar.gz"
    try:
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":  # a job that failed early has written nothing
            return {}
        raise
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.removeprefix("./") == _METRICS else None
            if file is not None:
                metrics: Mapping[str, Any] = json.load(file)
                return metrics
    return {}
