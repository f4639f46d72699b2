"""python -m experiments.launch --env dev --set epochs=2: train as the pipeline does, with other settings or other code.

The code is this checkout's, the data those that a run of the pipeline has prepared (the newest unless told otherwise).
The job's log is shown until it ends; then its settings and scores are recorded in MLflow, as the pipeline's are,
whichever way it ended. docs/experiments.md
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from config.environment import EnvironmentConfig
from config.load import load_environment
from experiments.deployed_pipeline import DeployedPipeline, deployed_pipeline
from experiments.errors import ExperimentError
from experiments.experiment import Experiment, experiment
from experiments.following import follow
from experiments.prepared_runs import prepared_run, require_dataset
from experiments.recording import record_command, recorded
from experiments.source import upload
from experiments.wire import request_sent
from mailroom.errors import MailroomError
from mailroom.hyperparameters import hyperparameters_from


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Start the experiment, or with --dry-run print what would be sent.

    Returns 0; 1 after one sentence on a job that left no model, or that could not be watched or recorded; or 2 after
    one on what is wrong, and then nothing was started.
    """
    options = _parser().parse_args(arguments)
    try:
        config = load_environment(options.env)
        session = boto3.Session(region_name=config.region)
        pipeline = _pipeline(config, session)
        if options.record:
            return recorded(options.record, config.name, pipeline.tracking, session, environment)
        planned = _planned(options, config, pipeline, session)
        if options.dry_run:
            print(json.dumps(request_sent(planned, session), indent=2, ensure_ascii=False))
            return 0
        job = _start(planned, session)
    except MailroomError as error:
        print(error, file=sys.stderr)
        return 2
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refuses: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    if options.no_wait:
        print(f"Record it when it has ended: {record_command(config.name, job)}")
        return 0
    return _watched(job, config.name, pipeline, session, environment)


def _watched(
    job: str, environment_name: str, pipeline: DeployedPipeline, session: boto3.Session, environment: Mapping[str, str]
) -> int:
    later = f"Record it when it has ended: {record_command(environment_name, job)}"
    try:
        ended = follow(job, session, say=print)
    except KeyboardInterrupt:
        print(f"The training job {job} goes on. {later}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"The training job {job} goes on unwatched: {' '.join(str(error).split())} {later}", file=sys.stderr)
        return 1
    print(ended.text, file=sys.stdout if ended.is_success else sys.stderr)
    status = recorded(job, environment_name, pipeline.tracking, session, environment)
    return status if ended.is_success else 1


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
    require_dataset(pipeline.dataset(execution), session.client("s3"), execution=execution)
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


def _start(planned: Experiment, session: boto3.Session) -> str:
    # The SDK takes seconds to import.
    from experiments.trainer import start

    upload(planned.source, session.client("s3"))
    name = start(planned, session)
    print(f"Outputs: {planned.request['OutputDataConfig']['S3OutputPath']}")
    print(f"Training job: {name}", flush=True)
    return name


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
