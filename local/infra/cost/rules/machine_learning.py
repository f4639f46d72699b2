"""Endpoint instances, pipeline jobs and Studio."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.infra.assembly import Resource
from local.infra.cost.line import Line
from local.infra.cost.prices import NotPricedError
from local.infra.cost.rules.context import Context, Rule, literal
from local.infra.intrinsics import as_text


def endpoint_config(resource: Resource, context: Context) -> Iterator[Line]:
    """Instances cost by the hour, whether mails come or not; a serverless endpoint by memory times duration."""
    for variant in resource.properties["ProductionVariants"]:
        serverless = variant.get("ServerlessConfig")
        if serverless:
            gigabytes = literal(serverless.get("MemorySizeInMB"), "MemorySizeInMB") / 1024
            seconds = context.mails * context.table.assume("endpoint_seconds_per_mail")
            yield context.millions("serverless endpoint", seconds * gigabytes, "serverless-endpoint-gb-second")
        else:
            instance = literal(variant.get("InstanceType"), "InstanceType")
            count = literal(variant.get("InitialInstanceCount"), "InitialInstanceCount")
            yield context.fixed(f"endpoint, {count} x {instance}", count * context.hours, instance)
    data = context.mails * context.table.assume("kb_per_mail") / 2**20
    yield context.by_use("data to and from the endpoint", data, "endpoint-data")


def pipeline(resource: Resource, context: Context) -> Iterator[Line]:
    """The jobs of a pipeline's steps; the pipeline itself is free."""
    definition = _definition(resource)
    runs = context.table.assume("training_runs_per_month")
    for step in _steps(definition["Steps"]):
        arguments = step.get("Arguments", {})
        if step["Type"] == "Training":
            cluster = arguments["ResourceConfig"]
            hours = runs * context.table.assume("training_hours_per_run")
            if arguments.get("EnableManagedSpotTraining"):
                hours *= 1 - context.table.assume("spot_discount")
        elif step["Type"] == "Processing":
            cluster = arguments["ProcessingResources"]["ClusterConfig"]
            hours = runs * context.table.assume("processing_hours_per_step")
        else:
            continue
        instance = _resolved(cluster["InstanceType"], definition)
        count = _resolved(cluster["InstanceCount"], definition)
        yield context.by_use(f"pipeline step {step['Name']}, {instance}", hours * int(count), instance)


def _definition(resource: Resource) -> Mapping[str, Any]:
    body = resource.properties["PipelineDefinition"].get("PipelineDefinitionBody")
    if body is None:
        raise NotPricedError("its definition lies in S3")
    try:
        definition: Mapping[str, Any] = json.loads(as_text(body))
    except ValueError as error:
        raise NotPricedError("its definition is only known at deployment") from error
    return definition


def _steps(steps: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for step in steps:
        yield step
        arguments = step.get("Arguments", {})
        yield from _steps([*arguments.get("IfSteps", ()), *arguments.get("ElseSteps", ())])


def _resolved(value: Any, definition: Mapping[str, Any]) -> Any:
    """A literal, or the default value of the pipeline's parameter that it names."""
    if not isinstance(value, Mapping):
        return value
    name = str(value.get("Get", "")).removeprefix("Parameters.")
    for parameter in definition.get("Parameters", ()):
        if parameter["Name"] == name and "DefaultValue" in parameter:
            return parameter["DefaultValue"]
    raise NotPricedError(f"the pipeline parameter {name!r} has no default")


def space(resource: Resource, context: Context) -> Iterator[Line]:
    """A Studio space: its instance by the hour of use, its volume always."""
    settings = resource.properties.get("SpaceSettings", {})
    app = settings.get("CodeEditorAppSettings") or settings.get("JupyterLabAppSettings") or {}
    instance = literal(app.get("DefaultResourceSpec", {}).get("InstanceType"), "InstanceType")
    volume = settings.get("SpaceStorageSettings", {}).get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb", 5)
    yield context.by_use(f"Studio space, {instance}", context.table.assume("studio_hours_per_month"), instance)
    yield context.fixed(f"Studio space, volume of {volume} GB", volume, "ml-volume")


def domain(resource: Resource, context: Context) -> Iterator[Line]:
    """A Studio domain makes one file system, unless it is told not to."""
    if resource.properties.get("HomeEfsFileSystemCreation") != "Disabled":
        yield context.by_use("Studio's file system", context.table.assume("studio_efs_gb"), "efs-storage")


RULES: dict[str, Rule] = {
    "AWS::SageMaker::Domain": domain,
    "AWS::SageMaker::EndpointConfig": endpoint_config,
    "AWS::SageMaker::Pipeline": pipeline,
    "AWS::SageMaker::Space": space,
}
