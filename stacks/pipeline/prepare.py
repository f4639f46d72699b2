"""Exports in, a cleaned and split dataset out; and a copy of the champion, for later steps that have no network.

The champion is what the endpoint serves at this moment, and not the newest approved version: one whose deployment was
rolled back stays approved. Asking the endpoint rather than reading a fixed prefix means that nothing has to be kept in
step, and that there being none is an ordinary case: the output then holds champion.json alone, which says so, and never
is the empty prefix that SageMaker refuses as an input.
"""

from typing import Any

from stacks.pipeline.expressions import EXECUTION_ID, STARTED_AT, join, parameter
from stacks.pipeline.parameters import EXPORT_DIGEST, EXPORT_MONTH, TASKS
from stacks.pipeline.prefixes import CHAMPION, PREPARED
from stacks.pipeline.processing import INPUT, OUTPUT, ProcessingJob
from stacks.pipeline.settings import PipelineSettings
from stacks.pipeline.steps import PREPARE

DATASET = "dataset"


def prepare_step(settings: PipelineSettings) -> dict[str, Any]:
    """The step ``prepare`` with the outputs ``dataset`` and ``champion``."""
    datasets = f"s3://{settings.buckets.datasets}"
    return ProcessingJob(
        name=PREPARE,
        description="Fetches the champion; cleans, checks and splits the exports up to the month",
        module="model.steps.prepare",
        role=settings.roles.prepare,
        inputs={"exports": f"s3://{settings.buckets.exports}/{settings.data}/"},
        outputs={
            DATASET: join("/", f"{datasets}/{PREPARED}", EXECUTION_ID),
            CHAMPION: join("/", f"{datasets}/{CHAMPION}", EXECUTION_ID),
        },
        arguments=[
            *("--exports", f"{INPUT}/exports"),
            *("--dataset", f"{OUTPUT}/{DATASET}"),
            *("--champion", f"{OUTPUT}/{CHAMPION}"),
        ],
        environment={
            "EXPORT_MONTH": parameter(EXPORT_MONTH),
            "EXPORT_DIGEST": parameter(EXPORT_DIGEST),
            "STARTED_AT": STARTED_AT,
            "TASKS": parameter(TASKS),
            "ENDPOINT_NAME": settings.endpoint,
            "SYNTHETIC": "true" if settings.data == "test" else "false",
        },
        isolated=False,  # it asks for the champion
        max_hours=4,
    ).step(settings)
