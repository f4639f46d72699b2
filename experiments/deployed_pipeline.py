"""The deployed pipeline's definition: what its training job is told, and where its dataset lies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.errors import ExperimentError

TRACK = "track"
TRAIN = "train"
PREPARE = "prepare"
DATASET = "dataset"


@dataclass(frozen=True, kw_only=True)
class Tracking:
    """The ARN of an MLflow app, and the name of an experiment there."""

    uri: str
    experiment: str


@dataclass(frozen=True, kw_only=True)
class DeployedPipeline:
    """The pipeline of an ``account`` and its definition.

    https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
    """

    account: str
    definition: Mapping[str, Any]

    def training_job(self, execution: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """What the step ``train`` hands to CreateTrainingJob in the run ``execution`` with these ``parameters``.

        Raises:
            ExperimentError: a parameter is unknown, or the definition says something that is not known here.
        """
        job: dict[str, Any] = _resolved(self._step(TRAIN)["Arguments"], self._known(execution, parameters))
        return job

    def dataset(self, execution: str) -> str:
        """The S3 URI of the dataset that the run ``execution`` prepared."""
        outputs = self._step(PREPARE)["Arguments"]["ProcessingOutputConfig"]["Outputs"]
        (output,) = (one for one in outputs if one["OutputName"] == DATASET)
        uri: str = _resolved(output["S3Output"]["S3Uri"], {"Execution.PipelineExecutionId": execution})
        return uri

    @property
    def tracking(self) -> Tracking | None:
        """Where the step ``track`` records runs; None if there is no such step."""
        variables = [step["Arguments"]["Environment"] for step in self.definition["Steps"] if step["Name"] == TRACK]
        if not variables:
            return None
        return Tracking(uri=variables[0]["MLFLOW_TRACKING_URI"], experiment=variables[0]["MLFLOW_EXPERIMENT_NAME"])

    def _known(self, execution: str, parameters: Mapping[str, str]) -> dict[str, str]:
        defaults = {one["Name"]: one["DefaultValue"] for one in self.definition["Parameters"]}
        unknown = sorted(set(parameters) - set(defaults))
        if unknown:
            raise ExperimentError(
                f"The deployed pipeline knows no parameter {unknown[0]!r}: deploy this checkout's stacks first."
            )
        values = {f"Parameters.{name}": value for name, value in {**defaults, **parameters}.items()}
        dataset = f"Steps.{PREPARE}.ProcessingOutputConfig.Outputs['{DATASET}'].S3Output.S3Uri"
        return {**values, "Execution.PipelineExecutionId": execution, dataset: self.dataset(execution)}

    def _step(self, name: str) -> Mapping[str, Any]:
        for step in self.definition["Steps"]:
            if step["Name"] == name:
                found: Mapping[str, Any] = step
                return found
        raise ExperimentError(f"The deployed pipeline has no step {name!r}.")


def deployed_pipeline(name: str, sagemaker: Any) -> DeployedPipeline:
    """The pipeline ``name`` as it is deployed; ``sagemaker`` is a boto3 client, whose errors are raised."""
    found = sagemaker.describe_pipeline(PipelineName=name)
    account = found["PipelineArn"].split(":")[4]
    return DeployedPipeline(account=account, definition=json.loads(found["PipelineDefinition"]))


def _resolved(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_resolved(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Get"}:
        if value["Get"] not in known:
            raise ExperimentError(f"The deployed pipeline's training job refers to {value['Get']}, unknown here.")
        return known[value["Get"]]
    if set(value) == {"Std:Join"}:
        joined: str = value["Std:Join"]["On"].join(_resolved(value["Std:Join"]["Values"], known))
        return joined
    return {key: _resolved(one, known) for key, one in value.items()}
