"""SageMaker Experiments: the runs of a pipeline are trials of one experiment, and each job a component of its trial.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from local.pipelines.account import Account, ExecutionState, JobKind
from local.pipelines.attempt import Attempt

_SUFFIX: Mapping[JobKind, str] = {"training": "aws-training-job", "processing": "aws-processing-job"}
_LONGEST_VALUE = 2500
"""Characters of a parameter's value."""
_LONGEST_MESSAGE = 1024


def create_trial(account: Account, execution: ExecutionState) -> None:
    """Make the execution's experiment and trial, where it has a grouping and they are not there yet."""
    if not execution.experiment:
        return
    sagemaker = account.client("sagemaker")
    experiment, trial = execution.experiment["ExperimentName"], execution.experiment["TrialName"]
    pages = sagemaker.get_paginator("list_experiments").paginate()
    if experiment not in {one["ExperimentName"] for page in pages for one in page["ExperimentSummaries"]}:
        sagemaker.create_experiment(ExperimentName=experiment)
    try:
        sagemaker.describe_trial(TrialName=trial)
    except ClientError:
        sagemaker.create_trial(TrialName=trial, ExperimentName=experiment)


def job_config(attempt: Attempt) -> dict[str, str]:
    """The ExperimentConfig with which the step's job is created; empty without a grouping."""
    grouping = attempt.execution.experiment
    return {**grouping, "TrialComponentDisplayName": attempt.step.name} if grouping else {}


class TrialComponent:
    """A job's component; one without a name is none, and changes nothing."""

    def __init__(self, sagemaker: Any, name: str | None) -> None:
        self._sagemaker = sagemaker
        self._name = name

    def succeeded(self, facts: Mapping[str, Any]) -> None:
        """Its job has completed; ``facts`` as Describe tells them."""
        artefact = facts.get("ModelArtifacts", {}).get("S3ModelArtifacts")
        outputs = {"OutputArtifacts": {"SageMaker.ModelArtifact": {"Value": artefact}}} if artefact else {}
        self._update({"PrimaryStatus": "Completed"}, **outputs)

    def failed(self, reason: str) -> None:
        """Its job has not completed."""
        self._update({"PrimaryStatus": "Failed", "Message": reason[:_LONGEST_MESSAGE]})

    def _update(self, status: Mapping[str, str], **more: Any) -> None:
        if self._name is not None:
            self._sagemaker.update_trial_component(
                TrialComponentName=self._name, Status=status, EndTime=time.time(), **more
            )


@contextmanager
def trial_component(
    attempt: Attempt, kind: JobKind, job: str, arn: str, arguments: Mapping[str, Any]
) -> Iterator[TrialComponent]:
    """The component of a job for as long as it runs; what is raised meanwhile is its failure."""
    sagemaker = attempt.account.client("sagemaker")
    trial = attempt.execution.experiment.get("TrialName")
    name = None if trial is None else f"{job}-{_SUFFIX[kind]}"
    if name is not None:
        parameters = arguments.get("HyperParameters") or arguments.get("Environment") or {}
        sagemaker.create_trial_component(
            TrialComponentName=name,
            DisplayName=attempt.step.name,
            Status={"PrimaryStatus": "InProgress"},
            StartTime=time.time(),
            Parameters={key: {"StringValue": text[:_LONGEST_VALUE]} for key, text in parameters.items()},
            InputArtifacts={key: {"Value": uri} for key, uri in _inputs(arguments)},
            MetadataProperties={"GeneratedBy": arn},
        )
        sagemaker.associate_trial_component(TrialComponentName=name, TrialName=trial)
    component = TrialComponent(sagemaker, name)
    try:
        yield component
    except Exception as error:
        component.failed(str(error))
        raise


def _inputs(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in arguments.get("ProcessingInputs", []):
        yield one["InputName"], one["S3Input"]["S3Uri"]
    for one in arguments.get("InputDataConfig", []):
        yield one["ChannelName"], one["DataSource"]["S3DataSource"]["S3Uri"]
