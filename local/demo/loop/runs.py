"""A run of the deployed pipeline, from its start to what it registered or why it did not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.demo.loop.epochs import epochs_told
from local.demo.loop.world import World
from local.demo.plan import DemoError
from local.pipelines.follow import follow


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineRun:
    """How a run ended; ``package`` is the ARN of what it registered, ``reason`` says why it registered nothing, and
    ``refused`` why, if it was the gate that let it register nothing."""

    environment: str
    execution: str
    package: str | None
    reason: str | None
    refused: str | None


def run_pipeline(
    world: World, environment: str, *, month: str, name: str, token: str, overrides: Mapping[str, str] | None = None
) -> PipelineRun:
    """Start the environment's pipeline on the exports up to ``month``, and follow it to its end.

    ``token`` is SageMaker's: the same starts nothing anew.
    """
    parameters = {"ExportMonth": month, **world.parameters(**(overrides or {}))}
    started = world.client(environment, "sagemaker").start_pipeline_execution(
        PipelineName=world.config(environment).own_name,
        PipelineExecutionDisplayName=name,
        PipelineParameters=[{"Name": key, "Value": value} for key, value in parameters.items()],
        ClientRequestToken=token,
    )
    return followed(world, environment, started["PipelineExecutionArn"])


def followed(world: World, environment: str, execution: str) -> PipelineRun:
    """Follow a run that was started to its end, and say each step and epoch."""

    def say(line: str) -> None:
        print(f"[{environment}] {line}", flush=True)

    with epochs_told(world.run_log(execution, "train"), say):
        end = follow(world.account(environment), execution, say=say)
    reasons = [*end.reasons.values(), *([end.reason] if end.reason else [])]
    return PipelineRun(
        environment=environment,
        execution=execution,
        package=end.model_package,
        reason=None if end.model_package else next(iter(reasons), f"the run is {end.status}"),
        refused=end.reasons.get("refuse"),
    )


def registered(run: PipelineRun) -> str:
    """The ARN that the run registered.

    Raises:
        DemoError: it registered none.
    """
    if run.package is None:
        raise DemoError(f"The training in {run.environment} registered no model: {run.reason}")
    return run.package


def versions(world: World, environment: str) -> list[str]:
    """The ARNs of all registered versions, the newest first."""
    found = world.client(environment, "sagemaker").get_paginator("list_model_packages")
    pages = found.paginate(ModelPackageGroupName=world.config(environment).own_name, ModelPackageType="Versioned")
    summaries = [summary for page in pages for summary in page["ModelPackageSummaryList"]]
    return [one["ModelPackageArn"] for one in sorted(summaries, key=lambda one: -one["ModelPackageVersion"])]


def metadata(world: World, environment: str, package: str) -> Mapping[str, str]:
    """What the registry knows of a version."""
    found = world.client(environment, "sagemaker").describe_model_package(ModelPackageName=package)
    known: Mapping[str, str] = found.get("CustomerMetadataProperties", {})
    return known


def evaluation_file(world: World, environment: str, package: str, name: str) -> Any:
    """A JSON file of the version's evaluation; None if there is none of that name."""
    place = metadata(world, environment, package).get("evaluation")
    if place is None:
        return None
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    s3 = world.client(environment, "s3")
    try:
        answer = s3.get_object(Bucket=bucket, Key=f"{prefix.rstrip('/')}/{name}")
    except s3.exceptions.NoSuchKey:
        return None
    return json.loads(answer["Body"].read())
