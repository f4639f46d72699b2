"""One execution of the training pipeline."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

MONTH_PARAMETER = "ExportMonth"
DIGEST_PARAMETER = "ExportDigest"
_RUNNING = {"Executing", "Stopping"}


def request_token(dag_id: str, run_id: str) -> str:
    """The same token for every try of the same DAG run, so that a retry joins the execution instead of training twice.

    64 hexadecimal digits; SageMaker asks for 32 to 128 letters, digits and hyphens. A run that is cleared after a
    failure joins its failed execution again: trigger a new run instead.
    """
    return hashlib.sha256(f"{dag_id}/{run_id}".encode()).hexdigest()


def start(sagemaker: Any, *, pipeline_name: str, month: str, parameters: Mapping[str, str], token: str) -> str:
    """Start the pipeline on ``month``, or join the execution that ``token`` has started; returns its ARN.

    ``parameters`` are the pipeline's others, by name; what is left out keeps its default.
    """
    chosen = {MONTH_PARAMETER: month, **parameters}
    answer = sagemaker.start_pipeline_execution(
        PipelineName=pipeline_name,
        PipelineExecutionDisplayName=f"monthly-{month}",
        PipelineExecutionDescription="Started by Airflow, DAG monthly_retrain",
        PipelineParameters=[{"Name": name, "Value": value} for name, value in chosen.items()],
        ClientRequestToken=token,
    )
    return str(answer["PipelineExecutionArn"])


def ended(sagemaker: Any, execution_arn: str) -> bool:
    """Whether the execution has ended, in whatever way."""
    description = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution_arn)
    return description["PipelineExecutionStatus"] not in _RUNNING


def steps_of(sagemaker: Any, execution_arn: str) -> list[Mapping[str, Any]]:
    """The execution's steps as SageMaker lists them, first to last."""
    steps: list[Mapping[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        answer = sagemaker.list_pipeline_execution_steps(
            PipelineExecutionArn=execution_arn, SortOrder="Ascending", **token
        )
        steps.extend(answer["PipelineExecutionSteps"])
        if "NextToken" not in answer:
            return steps
        token = {"NextToken": answer["NextToken"]}


def registered(steps: Sequence[Mapping[str, Any]]) -> str | None:
    """The ARN of the model package that the execution has registered, if it has."""
    found = [_metadata(step, "RegisterModel").get("Arn") for step in steps]
    return next((str(arn) for arn in reversed(found) if arn), None)


def step_reason(step: Mapping[str, Any]) -> str | None:
    """Why a step failed; the text of a Fail step is promised in its metadata alone."""
    found = step.get("FailureReason") or _metadata(step, "Fail").get("ErrorMessage")
    return str(found) if found else None


def _metadata(step: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    # A step that never began has none.
    found: Mapping[str, Any] = (step.get("Metadata") or {}).get(kind) or {}
    return found
