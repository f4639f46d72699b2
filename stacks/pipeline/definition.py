"""The whole definition."""

from typing import Any

from stacks.pipeline.evaluate import evaluate_step
from stacks.pipeline.expressions import EXECUTION_ID
from stacks.pipeline.gate import decide_step, gate_step
from stacks.pipeline.parameters import pipeline_parameters
from stacks.pipeline.prefixes import BASE_MODELS
from stacks.pipeline.prepare import prepare_step
from stacks.pipeline.register import register_step
from stacks.pipeline.settings import PipelineSettings
from stacks.pipeline.track import track_gate_step, track_step
from stacks.pipeline.train import train_step

VERSION = "2020-12-01"
MAX_BYTES = 1 << 20
"""SageMaker's limit of a definition."""


def pipeline_definition(settings: PipelineSettings) -> dict[str, Any]:
    """prepare → train → evaluate → gate → decide → register or refuse; where there is an MLflow app, train → track and
    gate → track-gate beside it."""
    trained, judged = _tracking(settings)
    steps = [
        *(prepare_step(settings), train_step(settings), *trained),
        *(evaluate_step(settings), gate_step(settings), *judged),
        decide_step(register_step(settings)),
    ]
    return {
        "Version": VERSION,
        "Metadata": {"taxonomy_sha256": settings.taxonomy_sha256},
        "Parameters": pipeline_parameters(
            export_month=settings.export_month,
            tasks=settings.tasks,
            base_model_prefix=f"{BASE_MODELS}/{settings.base_model}",
        ),
        # https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
        "PipelineExperimentConfig": {"ExperimentName": settings.experiment, "TrialName": EXECUTION_ID},
        "Steps": steps,
    }


def _tracking(settings: PipelineSettings) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The steps that record, after training and after the gate."""
    app, role = settings.mlflow_app, settings.roles.track
    if app is None or role is None:
        return [], []
    return (
        [track_step(settings, mlflow_app=app, role=role)],
        [track_gate_step(settings, mlflow_app=app, role=role)],
    )
