"""python -m experiments.launch --env dev --set epochs=2: train as the pipeline does, with other settings or other code.

The code is this checkout's, the data those that a run of the pipeline has prepared (the newest unless told otherwise).
The job's log is shown until it ends; then its settings and scores are recorded in MLflow, as the pipeline's are.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from config.environment import EnvironmentConfig
from config.load import load_environment
from experiments.deployed_pipeline import DeployedPipeline, deployed_pipeline
from experiments.errors import ExperimentError
from experiments.experiment import Experiment, experiment
from experiments.prepared_runs import prepared_run
from experiments.source import upload
from experiments.tracking import record_job
from experiments.wire import request_sent
from mailroom.errors import MailroomError
from mailroom.hyperparameters import hyperparameters_from


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Start the experiment, or with --dry-run print what would be sent; 0, or 2 after one sentence on what is wrong."""
    options = _parser().parse_args(arguments)
    try:
        config = load_environment(options.env)
        session = boto3.Session(region_name=config.region)
        pipeline = _pipeline(config, session)
        if options.record:
            _record(options.record, pipeline, session, environment)
            return 0
        planned = _planned(options, config, pipeline, session)
        if options.dry_run:
            print(json.dumps(request_sent(planned, session), indent=2, ensure_ascii=False))
        else:
            job = _start(planned, session, wait=not options.no_wait)
            if not options.no_wait:
                _record(job, pipeline, session, environment)
    except MailroomError as error:
        print(error, file=sys.stderr)
        return 2
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refuses: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def _pipeline(config: EnvironmentConfig, session: boto3.Session) -> DeployedPipeline:
    pipeline = deployed_pipeline(config.own_name, session.client("sagemaker"))
    if pipeline.account != config.account:
        raise ExperimentError(
            f"These credentials are for the account {pipeline.account}, and {config.name} is {config.account}: "
            "take on a role there first."
        )
    return pipeline


def _planned(
    options: argparse.Namespace, config: EnvironmentConfig, pipeline: DeployedPipeline, session: boto3.Session
) -> Experiment:
    execution = prepared_run(
        config.own_name, session.client("sagemaker"), execution=options.execution, month=options.month
    )
    parameters = {"Hyperparameters": json.dumps(_overrides(options.set), sort_keys=True)}
    if options.base_model:
        parameters["BaseModel"] = options.base_model
    job = pipeline.training_job(execution, parameters)
    own = {name: value for name, value in job["HyperParameters"].items() if not name.startswith("sagemaker_")}
    hyperparameters_from(own)  # now, and not after the minutes in which a machine is found
    print(f"Data: what the run {execution} prepared", file=sys.stderr)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return experiment(job, config=config, label=options.name, stamp=stamp)


def _overrides(pairs: Sequence[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    if not all(name and equals for name, equals, _ in split):
        raise ExperimentError("A setting must have the form NAME=VALUE, such as epochs=2.")
    return {name: value for name, _, value in split}


def _start(planned: Experiment, session: boto3.Session, *, wait: bool) -> str:
    # The SDK takes seconds to import.
    from experiments.trainer import trainer_of

    upload(planned.source, session.client("s3"))
    trainer = trainer_of(planned, session)
    print(f"Outputs: {planned.request['OutputDataConfig']['S3OutputPath']}", flush=True)
    trainer.train(wait=wait, logs=wait)
    job: Any = trainer._latest_training_job
    name = str(job.training_job_name)
    print(f"Training job: {name}")
    return name


def _record(job: str, pipeline: DeployedPipeline, session: boto3.Session, environment: Mapping[str, str]) -> None:
    if pipeline.tracking is None:
        print("There is no MLflow app in this environment, so the experiment is not recorded.")
        return
    print(f"MLflow run {record_job(job, tracking=pipeline.tracking, session=session, environment=environment)}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m experiments.launch", description=__doc__)
    parser.add_argument("--env", required=True, help="dev or prod")
    data = parser.add_mutually_exclusive_group()
    data.add_argument("--month", metavar="YYYY-MM", help="train on what a run up to this export prepared")
    data.add_argument("--execution", metavar="ID", help="train on what this run of the pipeline prepared")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a hyperparameter; repeatable")
    parser.add_argument("--base-model", metavar="PREFIX", help="staged base weights, such as base-models/NAME")
    parser.add_argument("--name", default="trial", help="part of the job's name (trial)")
    parser.add_argument("--no-wait", action="store_true", help="start the job and go; --record records it later")
    parser.add_argument("--dry-run", action="store_true", help="print the request and start nothing")
    parser.add_argument("--record", metavar="JOB", help="start nothing; record this job, which has ended, in MLflow")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
