"""Runs of the pipeline that prepared a dataset, which an experiment can train on again."""

from collections.abc import Iterator, Mapping
from typing import Any

from experiments.deployed_pipeline import PREPARE
from experiments.errors import ExperimentError
from model.steps.months import month_asked_for

_MONTH = "ExportMonth"


def prepared_run(pipeline: str, sagemaker: Any, *, execution: str | None = None, month: str | None = None) -> str:
    """The id of the run named ``execution``, or of the newest one that prepared a dataset (up to the export ``month``).

    ``sagemaker`` is a boto3 client, whose errors are raised.

    Raises:
        ExperimentError: there is no such run, or it has prepared nothing.
    """
    for run in _runs(pipeline, sagemaker):
        arn, name = run["PipelineExecutionArn"], run["PipelineExecutionArn"].rpartition("/")[2]
        if execution not in (None, name) or (month is not None and _month(run, sagemaker) != month):
            continue
        if _has_prepared(arn, sagemaker):
            return str(name)
    asked = f" named {execution}" if execution else f" for {month}" if month else ""
    raise ExperimentError(f"No run of the pipeline {pipeline}{asked} has prepared a dataset: start the pipeline first.")


def require_dataset(uri: str, s3: Any, *, execution: str) -> None:
    """Raise ExperimentError if nothing is left of the dataset at ``uri`` that the run ``execution`` prepared.

    ``s3`` is a boto3 client, whose errors are raised.
    """
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    if not s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/", MaxKeys=1).get("Contents"):
        raise ExperimentError(
            f"What the run {execution} prepared is no longer there, as datasets expire: run the pipeline for that "
            "month again."
        )


def _runs(pipeline: str, sagemaker: Any) -> Iterator[Mapping[str, Any]]:
    pages = sagemaker.get_paginator("list_pipeline_executions").paginate(
        PipelineName=pipeline, SortBy="CreationTime", SortOrder="Descending"
    )
    for page in pages:
        yield from page["PipelineExecutionSummaries"]


def _month(run: Mapping[str, Any], sagemaker: Any) -> str:
    pages = sagemaker.get_paginator("list_pipeline_parameters_for_execution").paginate(
        PipelineExecutionArn=run["PipelineExecutionArn"]
    )
    values = {one["Name"]: one["Value"] for page in pages for one in page["PipelineParameters"]}
    return month_asked_for(values[_MONTH], started_at=run["StartTime"].isoformat())


def _has_prepared(arn: str, sagemaker: Any) -> bool:
    pages = sagemaker.get_paginator("list_pipeline_execution_steps").paginate(PipelineExecutionArn=arn)
    return any(
        step["StepName"] == PREPARE and step["StepStatus"] == "Succeeded"
        for page in pages
        for step in page["PipelineExecutionSteps"]
    )
