"""Recording the run in MLflow: in steps of their own, as training, evaluation and gate have no network to do it over.

After the training, whatever becomes of its model; and after the gate, what was measured and what the verdict is.
Nothing waits for either.
"""

from typing import Any

from stacks.pipeline.evaluate import EVALUATION
from stacks.pipeline.expressions import EXECUTION_ID, Text, model_archive, processing_output
from stacks.pipeline.processing import INPUT, ProcessingJob
from stacks.pipeline.settings import PipelineSettings
from stacks.pipeline.steps import EVALUATE, GATE, TRACK, TRACK_GATE, TRAIN

_MODEL = "model"


def track_step(settings: PipelineSettings, *, mlflow_app: str, role: str) -> dict[str, Any]:
    """The step ``track``: how the training went."""
    return ProcessingJob(
        name=TRACK,
        description="Records settings and course of the training in MLflow",
        module="model.track",
        role=role,
        inputs={_MODEL: model_archive(TRAIN)},
        outputs={},
        arguments=["--model", f"{INPUT}/{_MODEL}"],
        environment=_run(settings, mlflow_app),
        isolated=False,  # it calls MLflow
        max_hours=1,
    ).step(settings)


def track_gate_step(settings: PipelineSettings, *, mlflow_app: str, role: str) -> dict[str, Any]:
    """The step ``track-gate``: what was measured, and whether the model passed."""
    evaluation, gate = processing_output(EVALUATE, EVALUATION), processing_output(GATE, GATE)
    return ProcessingJob(
        name=TRACK_GATE,
        description="Records scores, reports and the gate's verdict in MLflow",
        module="model.track.verdict",
        role=role,
        inputs={EVALUATION: evaluation, GATE: gate},
        outputs={},
        arguments=[*("--evaluation", f"{INPUT}/{EVALUATION}"), *("--gate", f"{INPUT}/{GATE}")],
        environment={**_run(settings, mlflow_app), "EVALUATION": evaluation, "GATE": gate},
        isolated=False,  # it calls MLflow
        max_hours=1,
    ).step(settings)


def _run(settings: PipelineSettings, mlflow_app: str) -> dict[str, Text]:
    """By which both find the same run, and the archive that it names."""
    return {
        "MLFLOW_TRACKING_URI": mlflow_app,
        "MLFLOW_EXPERIMENT_NAME": settings.experiment,
        "PIPELINE_EXECUTION": EXECUTION_ID,
        "MODEL_ARCHIVE": model_archive(TRAIN),
    }
