"""One execution of the training pipeline."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from mailroom_retrain_helpers.errors import TrainingError

MONTH_PARAMETER = "ExportMonth"
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


def finished(sagemaker: Any, execution_arn: str) -> bool:
    """Whether the execution has succeeded; False while it runs.

    Raises:
        TrainingError: it failed or was stopped, with the steps' reasons. Stopped is a failure too: nobody knows then
            whether the month needs a training.
    """
    description = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution_arn)
    status = description["PipelineExecutionStatus"]
    if status in _RUNNING:
        return False
    if status == "Succeeded":
        return True
    raise TrainingError(_reason(status, description, steps_of(sagemaker, execution_arn)))


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
    found = [step.get("Metadata", {}).get("RegisterModel", {}).get("Arn") for step in steps]
    return next((str(arn) for arn in reversed(found) if arn), None)


def _reason(status: str, description: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> str:
    reasons = [
        f"{step['StepName']}: {step.get('FailureReason', 'no reason given')}"
        for step in steps
        if step.get("StepStatus") == "Failed"
    ]
    whole = description.get("FailureReason")
    told = "; ".join(reasons or ([whole] if whole else []))
    model = registered(steps)
    came = "no new model came of it" if model is None else f"it had registered {model} before"
    return f"The training pipeline's execution is {status}{f' ({told})' if told else ''}; {came}."
