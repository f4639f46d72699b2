"""The pipeline's definition from settings in plain text, and ways to look into it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from stacks.pipeline.definition import pipeline_definition
from stacks.pipeline.settings import (
    Buckets,
    GateLimits,
    PipelineSettings,
    ProcessingMachine,
    Roles,
    SourceCode,
    TrainingMachine,
    Vpc,
)

ROOT = Path(__file__).parents[2]

SETTINGS = PipelineSettings(
    region="eu-central-1",
    data="test",
    export_month="2026-02",
    buckets=Buckets(exports="exports-bucket", datasets="datasets-bucket", artefacts="artefacts-bucket"),
    roles=Roles(prepare="r-prepare", train="r-train", evaluate="r-evaluate", gate="r-gate", track="r-track"),
    vpc=Vpc(subnets=("subnet-a", "subnet-b"), security_groups=("sg-1",)),
    key="key-arn",
    code=SourceCode(bucket="assets-bucket", key="0123abcd.gz"),
    training_image="training-image",
    inference_image="inference-image",
    inference_instance_types=("ml.c6i.large",),
    training=TrainingMachine(
        instance_type="ml.g4dn.xlarge", instance_count=1, volume_gb=50, max_hours=4, spot=True, max_wait_hours=12
    ),
    processing=ProcessingMachine(instance_type="ml.m5.xlarge", volume_gb=30),
    tasks=("queue", "topic"),
    base_model="distilbert-base-german-cased",
    hyperparameters={"epochs": "4"},
    limits=GateLimits(minimum_scores={"queue": 0.4, "topic": 0.3}, test_mails=10, margin=0.05, coverage=0.8),
    package_group="mailroom-dev",
    endpoint="mailroom-dev",
    taxonomy_sha256="c0ffee",
    experiment="mailroom-dev",
    approval_status="Approved",
    mlflow_app="arn:aws:sagemaker:eu-central-1:111122223333:mlflow-app/app-1",
)


def definition(**changes: Any) -> dict[str, Any]:
    """The definition with other settings where a test wants them."""
    return pipeline_definition(replace(SETTINGS, **changes))


def all_steps(whole: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every step by name, those in the branches of a condition too."""
    found: dict[str, dict[str, Any]] = {}
    for step in whole["Steps"]:
        found[step["Name"]] = step
        for branch in ("IfSteps", "ElseSteps"):
            found |= {inner["Name"]: inner for inner in step["Arguments"].get(branch, ())}
    return found


def references(value: Any) -> Iterator[str]:
    """Every ``Get`` anywhere in a value."""
    if isinstance(value, dict):
        if set(value) == {"Get"}:
            yield value["Get"]
        else:
            for inner in value.values():
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
