"""SageMaker's pipeline executions: moto says Succeeded as soon as one is started, and knows no steps.

Here one stays Executing until ``local/pipelines`` has run it and told so (``executions/reports.py``).
"""

import json
import random
import string
import time
from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ConflictException, ValidationError
from moto.sagemaker.models import FakePipeline
from moto.sagemaker.responses import SageMakerResponse

from local.accounts.gaps.executions import jobs
from local.accounts.gaps.executions.announcements import announce_execution
from local.accounts.gaps.executions.pages import page
from local.accounts.gaps.executions.parameters import effective_parameters
from local.accounts.gaps.executions.record import CHANGING, ExecutionRecord, moment
from local.accounts.gaps.executions.registry import find_execution, find_pipeline
from local.pipelines.expressions import filled
from local.pipelines.run_values import RunValues

_ID_CHARACTERS = string.ascii_lowercase + string.digits
_ENDED_BADLY = ("Failed", "Stopped")


def install() -> None:
    """Put these in the place of moto's own calls, and add those that it lacks."""
    SageMakerResponse.start_pipeline_execution = _start
    SageMakerResponse.stop_pipeline_execution = _stop
    SageMakerResponse.retry_pipeline_execution = _retry
    SageMakerResponse.describe_pipeline_execution = _describe
    SageMakerResponse.describe_pipeline_definition_for_execution = _describe_definition
    SageMakerResponse.list_pipeline_executions = _list
    SageMakerResponse.list_pipeline_execution_steps = _list_steps
    SageMakerResponse.list_pipeline_parameters_for_execution = _list_parameters
    jobs.install()


def _start(response: SageMakerResponse) -> ActionResult:
    with CHANGING:
        pipeline = find_pipeline(response.sagemaker_backend, response._get_param("PipelineName"))
        token = response._get_param("ClientRequestToken")
        for known in pipeline.pipeline_executions.values():
            if known.token == token:
                return ActionResult({"PipelineExecutionArn": known.arn})
        record = _new(response, pipeline, token)
        pipeline.pipeline_executions[record.arn] = record
        pipeline.last_execution_time = moment(record.created_at)
        announce_execution(record, None)
    return ActionResult({"PipelineExecutionArn": record.arn})


def _new(response: SageMakerResponse, pipeline: FakePipeline, token: str) -> ExecutionRecord:
    definition = pipeline.pipeline_definition
    text = definition if isinstance(definition, str) else json.dumps(definition)
    content = json.loads(text)
    parallelism = response._get_param("ParallelismConfiguration") or pipeline.parallelism_configuration or {}
    now = time.time()
    record = ExecutionRecord(
        arn=f"{pipeline.arn}/execution/{''.join(random.choices(_ID_CHARACTERS, k=12))}",  # noqa: S311 - no secret
        pipeline_name=pipeline.pipeline_name,
        pipeline_arn=pipeline.arn,
        display_name=response._get_param("PipelineExecutionDisplayName"),
        description=response._get_param("PipelineExecutionDescription"),
        definition=text,
        parameters=effective_parameters(content, response._get_param("PipelineParameters") or []),
        max_parallel_steps=parallelism.get("MaxParallelExecutionSteps"),
        token=token,
        created_at=now,
        modified_at=now,
    )
    values = RunValues(arn=record.arn, started_at=record.created_at, parameters=record.parameters)
    record.experiment = filled(content.get("PipelineExperimentConfig") or {}, get=values.get, from_file=_no_file)
    return record


def _no_file(*_: Any) -> Any:
    raise ValidationError(message="PipelineExperimentConfig can name no file of a step.")


def _stop(response: SageMakerResponse) -> ActionResult:
    def change(record: ExecutionRecord) -> None:
        if record.status != "Executing":
            raise ConflictException(f"Pipeline execution is {record.status} and cannot be stopped.")
        record.status = "Stopping"

    return _changed(response, change)


def _retry(response: SageMakerResponse) -> ActionResult:
    def change(record: ExecutionRecord) -> None:
        if record.status not in _ENDED_BADLY:
            raise ConflictException(f"Pipeline execution is {record.status} and cannot be retried.")
        # What succeeded stays, with what it left; the rest runs again.
        record.steps = {name: step for name, step in record.steps.items() if step.status == "Succeeded"}
        record.status, record.reason = "Executing", None
        parallelism = response._get_param("ParallelismConfiguration") or {}
        record.max_parallel_steps = parallelism.get("MaxParallelExecutionSteps", record.max_parallel_steps)

    return _changed(response, change)


def _changed(response: SageMakerResponse, change: Any) -> ActionResult:
    token = response._get_param("ClientRequestToken")
    with CHANGING:
        record = _found(response)
        if token not in record.tokens:
            former = record.status
            change(record)
            record.tokens.add(token)
            record.modified_at = time.time()
            announce_execution(record, former)
    return ActionResult({"PipelineExecutionArn": record.arn})


def _describe(response: SageMakerResponse) -> ActionResult:
    with CHANGING:
        return ActionResult(_found(response).as_answer())


def _describe_definition(response: SageMakerResponse) -> ActionResult:
    record = _found(response)
    return ActionResult({"PipelineDefinition": record.definition, "CreationTime": moment(record.created_at)})


def _list(response: SageMakerResponse) -> ActionResult:
    pipeline = find_pipeline(response.sagemaker_backend, response._get_param("PipelineName"))
    after, before = response._get_param("CreatedAfter"), response._get_param("CreatedBefore")
    with CHANGING:
        kept = [
            record
            for record in pipeline.pipeline_executions.values()
            if (after is None or record.created_at > _seconds(after))
            and (before is None or record.created_at < _seconds(before))
        ]
        by_arn = response._get_param("SortBy") == "PipelineExecutionArn"
        kept.sort(key=lambda record: record.arn if by_arn else record.created_at, reverse=_descending(response))
        return page(response, "PipelineExecutionSummaries", [record.summary() for record in kept])


def _list_steps(response: SageMakerResponse) -> ActionResult:
    with CHANGING:
        steps = sorted(_found(response).steps.values(), key=lambda step: step.started_at, reverse=_descending(response))
        return page(response, "PipelineExecutionSteps", [step.as_answer() for step in steps])


def _list_parameters(response: SageMakerResponse) -> ActionResult:
    parameters = [{"Name": name, "Value": str(value)} for name, value in _found(response).parameters.items()]
    return page(response, "PipelineParameters", parameters)


def _found(response: SageMakerResponse) -> ExecutionRecord:
    return find_execution(response.sagemaker_backend, response._get_param("PipelineExecutionArn"))


def _descending(response: SageMakerResponse) -> bool:
    return response._get_param("SortOrder", "Descending") == "Descending"


def _seconds(value: Any) -> float:
    return float(value.timestamp() if hasattr(value, "timestamp") else value)
