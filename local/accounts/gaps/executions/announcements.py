"""The events of a pipeline execution: SageMaker tells the account's default bus whenever it or a step changes.

Fields: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moto.core.utils import unix_time
from moto.events.models import events_backends

from local.accounts.gaps.executions.record import ACTIVE, ExecutionRecord, StepRecord, moment

_EXECUTION = "SageMaker Model Building Pipeline Execution Status Change"
_STEP = "SageMaker Model Building Pipeline Execution Step Status Change"


def announce_execution(record: ExecutionRecord, former: str | None) -> None:
    """Tell that the execution's status was ``former``, None for one that has just been started."""
    detail = {
        "pipelineExecutionDisplayName": record.display_name,
        "pipelineExecutionDescription": record.description,
        "previousPipelineExecutionStatus": former,
        "currentPipelineExecutionStatus": record.status,
        "executionStartTime": moment(record.created_at),
        "executionEndTime": None if record.status in ACTIVE else moment(record.modified_at),
    }
    _put(_EXECUTION, record, detail)


def announce_step(record: ExecutionRecord, step: StepRecord, former: str | None) -> None:
    """Tell that the step's status was ``former``, None for one that has just been begun."""
    detail = {
        "metadata": _lower(step.metadata),
        "stepName": step.name,
        "stepType": step.type,
        "stepStartTime": moment(step.started_at),
        "stepEndTime": None if step.ended_at is None else moment(step.ended_at),
        "previousStepStatus": former,
        "currentStepStatus": step.status,
        "failureReason": step.reason,
    }
    _put(_STEP, record, detail)


def _put(kind: str, record: ExecutionRecord, detail: Mapping[str, Any]) -> None:
    place = {"pipelineArn": record.pipeline_arn, "pipelineExecutionArn": record.arn}
    told = {name: _text(value) for name, value in {**detail, **place}.items() if value is not None}
    _, _, _, region, account, _ = record.arn.split(":", 5)
    events_backends[account][region].put_events(
        [
            {
                "Source": "aws.sagemaker",
                "DetailType": kind,
                "Resources": [record.pipeline_arn, record.arn],
                "Time": unix_time(),
                "Detail": json.dumps(told),
            }
        ]
    )


def _text(value: Any) -> Any:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value


def _lower(value: Any) -> Any:
    """Events begin their fields' names in small letters, where the API has capitals."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _lower(inner) for name, inner in value.items()}
    return value
