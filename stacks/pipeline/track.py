"""Recording the run in MLflow: a step of its own, as training and evaluation have no network to do it over."""

from typing import Any

from stacks.pipeline.evaluate import EVALUATION
from stacks.pipeline.expressions import EXECUTION_ID, join, model_archive, processing_output
from stacks.pipeline.prefixes import GATES
from stacks.pipeline.processing import INPUT, ProcessingJob
from stacks.pipeline.settings import PipelineSettings
from stacks.pipeline.steps import EVALUATE, TRACK, TRAIN


def track_step(settings: PipelineSettings, *, mlflow_app: str, role: str) -> dict[str, Any]:
    """The step ``track``."""
    return ProcessingJob(
        name=TRACK,
        description="Records settings, scores and reports of the run in MLflow",
        module="model.track",
        role=role,
        inputs={EVALUATION: processing_output(EVALUATE, EVALUATION)},
        outputs={},
        arguments=["--evaluation", f"{INPUT}/{EVALUATION}"],
        environment={
            "MLFLOW_TRACKING_URI": mlflow_app,
            "MLFLOW_EXPERIMENT_NAME": settings.experiment,
            "PIPELINE_EXECUTION": EXECUTION_ID,
            "MODEL_ARCHIVE": model_archive(TRAIN),
            "EVALUATION": processing_output(EVALUATE, EVALUATION),
            # Not the gate's output, which this step would then wait for.
            "GATE": join("/", f"s3://{settings.buckets.artefacts}/{GATES}", EXECUTION_ID),
        },
        isolated=False,  # it calls MLflow
        max_hours=1,
    ).step(settings)
