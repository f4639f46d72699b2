"""A processing job of the project's own code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.instances import has_local_storage
from stacks.pipeline.expressions import Text
from stacks.pipeline.retries import JOB_RETRIES
from stacks.pipeline.settings import PipelineSettings

INPUT = "/opt/ml/processing/input"
OUTPUT = "/opt/ml/processing/output"
CODE = "/opt/ml/code"
# A processing job, unlike a training job, leaves a tarball packed. $0 is the tarball, "$@" the module with its
# arguments.
UNPACK_AND_RUN = f'mkdir -p {CODE} && tar -xzf "$0" -C {CODE} && cd {CODE} && exec python3 -m "$@"'


@dataclass(frozen=True, kw_only=True)
class ProcessingJob:
    """``module`` runs with ``arguments``; ``inputs`` and ``outputs`` map a folder's name to its S3 URI, and folder
    ``data`` lies at /opt/ml/processing/input/data. ``property_files`` maps a name to (output, file)."""

    name: str
    description: str
    module: str
    role: str
    inputs: Mapping[str, Text]
    outputs: Mapping[str, Text]
    isolated: bool
    max_hours: int
    arguments: Sequence[Text] = ()
    environment: Mapping[str, Text] = field(default_factory=dict)
    property_files: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def step(self, settings: PipelineSettings) -> dict[str, Any]:
        """The job as a pipeline step."""
        files = [
            {"PropertyFileName": name, "OutputName": output, "FilePath": file}
            for name, (output, file) in self.property_files.items()
        ]
        return {
            "Name": self.name,
            "Type": "Processing",
            "Description": self.description,
            "Arguments": self._arguments(settings),
            "RetryPolicies": JOB_RETRIES,
            **({"PropertyFiles": files} if files else {}),
        }

    def _arguments(self, settings: PipelineSettings) -> dict[str, Any]:
        machine = settings.processing
        volume_key = {} if has_local_storage(machine.instance_type) else {"VolumeKmsKeyId": settings.key}
        inputs = {"code": settings.code.uri, **self.inputs}
        tarball = f"{INPUT}/code/{settings.code.key}"
        return {
            "ProcessingResources": {
                "ClusterConfig": {
                    "InstanceCount": 1,
                    "InstanceType": machine.instance_type,
                    "VolumeSizeInGB": machine.volume_gb,
                    **volume_key,
                }
            },
            "AppSpecification": {
                "ImageUri": settings.training_image,
                "ContainerEntrypoint": ["/bin/bash", "-euc", UNPACK_AND_RUN, tarball, self.module],
                **({"ContainerArguments": list(self.arguments)} if self.arguments else {}),
            },
            "Environment": {"AWS_DEFAULT_REGION": settings.region, **self.environment},
            "ProcessingInputs": [_input(name, uri) for name, uri in inputs.items()],
            "ProcessingOutputConfig": {
                "KmsKeyId": settings.key,
                "Outputs": [_output(name, uri) for name, uri in self.outputs.items()],
            },
            "NetworkConfig": {
                "EnableNetworkIsolation": self.isolated,
                "EnableInterContainerTrafficEncryption": True,
                "VpcConfig": settings.vpc.config(),
            },
            "RoleArn": self.role,
            "StoppingCondition": {"MaxRuntimeInSeconds": self.max_hours * 3600},
        }


def _input(name: str, uri: Text) -> dict[str, Any]:
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": f"{INPUT}/{name}",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
        },
    }


def _output(name: str, uri: Text) -> dict[str, Any]:
    return {
        "OutputName": name,
        "S3Output": {"S3Uri": uri, "LocalPath": f"{OUTPUT}/{name}", "S3UploadMode": "EndOfJob"},
    }
