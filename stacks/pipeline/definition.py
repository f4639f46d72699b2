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
from stacks.pipeline.track import track_step
from stacks.pipeline.train import train_step

VERSION = "2020-12-01"
MAX_BYTES = 1 << 20
"""SageMaker's limit of a definition."""


def pipeline_definition(settings: PipelineSettings) -> dict[str, Any]:
    """prepare → train → evaluate → gate → register, and evaluate → track beside it where there is an MLflow app."""
    steps = [prepare_step(settings), train_step(settings), evaluate_step(settings)]
    if settings.mlflow_app is not None and settings.roles.track is not None:
        steps.append(track_step(settings, mlflow_app=settings.mlflow_app, role=settings.roles.track))
    steps += [gate_step(settings), decide_step(register_step(settings))]
    return {
        "Version": VERSION,
        "Metadata": {},
        "Parameters": pipeline_parameters(
            tasks=settings.tasks, base_model_prefix=f"{BASE_MODELS}/{settings.base_model}"
        ),
        # https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
        "PipelineExperimentConfig": {"ExperimentName": settings.experiment, "TrialName": EXECUTION_ID},
        "Steps": steps,
    }
