"""What a step's arguments refer to: the execution, and what earlier steps have left."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from local.pipelines.account import Account, StepState
from local.pipelines.definition import Definition
from local.pipelines.errors import DefinitionError, StepFailedError
from local.pipelines.expressions import filled
from local.pipelines.paths import value_at
from local.pipelines.run_values import RunValues


class StepValues:
    """A step's properties are what the account's Describe call says of its job or package, as in SageMaker."""

    def __init__(
        self, account: Account, definition: Definition, run: RunValues, steps: Callable[[], Mapping[str, StepState]]
    ) -> None:
        self._account = account
        self._definition = definition
        self._run = run
        self._steps = steps

    def filled(self, value: Any) -> Any:
        """``value`` with its expressions replaced.

        Raises:
            DefinitionError: it refers to what no execution can have.
            StepFailedError: an earlier step has not left what it refers to.
        """
        return filled(value, get=self._get, from_file=self._from_file)

    def _get(self, name: str) -> Any:
        if not name.startswith("Steps."):
            return self._run.get(name)
        step, _, path = name.removeprefix("Steps.").partition(".")
        try:
            return value_at(self._described(step), path)
        except (LookupError, ValueError):
            raise DefinitionError(f"The definition asks for {name}, which the step {step} does not have.") from None

    def _from_file(self, reference: str, path: str) -> Any:
        step, kind, file = [*reference.removeprefix("Steps.").split(".", 2), "", ""][:3]
        declared = self._definition.step(step).property_files.get(file)
        if kind != "PropertyFiles" or declared is None:
            raise DefinitionError(f"The definition reads {reference}, which is no property file of the step {step}.")
        try:
            outputs = value_at(self._described(step), "ProcessingOutputConfig.Outputs")
            uri = urlsplit(f"{value_at(outputs, declared['OutputName'])['S3Output']['S3Uri']}/{declared['FilePath']}")
            body = self._account.client("s3").get_object(Bucket=uri.netloc, Key=uri.path.lstrip("/"))["Body"].read()
            return value_at(json.loads(body), path)
        except (ClientError, LookupError, ValueError):
            raise StepFailedError(
                f"ClientError: The property file {file} of the step {step} holds no value at {path}."
            ) from None

    def _described(self, step: str) -> Mapping[str, Any]:
        state = self._steps().get(step)
        metadata = state.metadata if state is not None else {}
        sagemaker = self._account.client("sagemaker")
        described: Mapping[str, Any] = {}
        match metadata:
            case {"ProcessingJob": {"Arn": arn}}:
                described = sagemaker.describe_processing_job(ProcessingJobName=arn.rpartition("/")[2])
            case {"TrainingJob": {"Arn": arn}}:
                described = sagemaker.describe_training_job(TrainingJobName=arn.rpartition("/")[2])
            case {"RegisterModel": {"Arn": arn}}:
                described = sagemaker.describe_model_package(ModelPackageName=arn)
        return described
