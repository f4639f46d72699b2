"""Recording an experiment's job at the end of a launch, or later."""

import sys
from collections.abc import Mapping

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from experiments.deployed_pipeline import Tracking
from experiments.tracking import record_job
from model.track.errors import MlflowError

_NOT_ALLOWED = frozenset({401, 403})


def record_command(environment_name: str, job: str) -> str:
    """What a person types to record the job."""
    return f"make experiment ENV={environment_name} RECORD={job}"


def recorded(
    job: str,
    environment_name: str,
    tracking: Tracking | None,
    session: boto3.Session,
    environment: Mapping[str, str],
) -> int:
    """Record the job, and say so; 0, or 1 after one sentence on why it could not be, and how it can.

    Raises:
        ExperimentError: the job has not ended.
    """
    if tracking is None:
        print("There is no MLflow app in this environment, so the experiment is not recorded.")
        return 0
    try:
        run = record_job(job, tracking=tracking, session=session, environment=environment)
    except MlflowError as error:
        print(_sentence(error, job, record_command(environment_name, job)), file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        said, command = " ".join(str(error).split()), record_command(environment_name, job)
        print(f"The experiment {job} was not recorded: {said} Try again: {command}", file=sys.stderr)
        return 1
    print(f"MLflow run {run}")
    return 0


def _sentence(error: MlflowError, job: str, command: str) -> str:
    if error.status in _NOT_ALLOWED:
        # stacks/constructs/rights/data_scientist.py, RecordInMlflow
        return (
            f"The training job {job} has ended; MLflow takes its record from inside the network alone, or from the "
            f"networks of studio.networks. Record it from Studio: {command}"
        )
    return f"The experiment {job} was not recorded: {error} Try again: {command}"
