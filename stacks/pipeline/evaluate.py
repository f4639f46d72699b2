"""Challenger and champion, measured on the same mails that neither was trained on."""

from typing import Any

from stacks.pipeline.expressions import EXECUTION_ID, join, model_archive, processing_output
from stacks.pipeline.prefixes import CHAMPION, EVALUATIONS
from stacks.pipeline.prepare import DATASET
from stacks.pipeline.processing import INPUT, OUTPUT, ProcessingJob
from stacks.pipeline.settings import PipelineSettings
from stacks.pipeline.steps import EVALUATE, PREPARE, TRAIN

EVALUATION = "evaluation"
EVALUATION_FILE = "evaluation.json"


def evaluate_step(settings: PipelineSettings) -> dict[str, Any]:
    """The step ``evaluate`` with the output ``evaluation``: what model/steps/evaluate.py lists, which is all that a
    person needs who approves the version."""
    return ProcessingJob(
        name=EVALUATE,
        description="Measures the new model and the champion on the frozen test set, and compares them",
        module="model.steps.evaluate",
        role=settings.roles.evaluate,
        inputs={
            "model": model_archive(TRAIN),
            "data": processing_output(PREPARE, DATASET),
            CHAMPION: processing_output(PREPARE, CHAMPION),
        },
        outputs={EVALUATION: join("/", f"s3://{settings.buckets.artefacts}/{EVALUATIONS}", EXECUTION_ID)},
        arguments=[
            *("--model", f"{INPUT}/model"),
            *("--data", f"{INPUT}/data"),
            *("--champion", f"{INPUT}/{CHAMPION}"),
            *("--out", f"{OUTPUT}/{EVALUATION}"),
        ],
        isolated=True,
        max_hours=4,
    ).step(settings)
