"""Small pipelines of the same step types as the system's own, with jobs of a few lines of shell or Python."""

import io
import json
import secrets
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.accounts.credentials import Credentials
from local.pace import Pace
from local.pipelines.account import Account
from local.pipelines.attempt import Settings
from local.pipelines.execution_run import ExecutionRun

BUCKET = "letters"
GROUP = "letters"
ROLE = "arn:aws:iam::111122223333:role/pipeline"
FAST = Pace(times=10_000)
EXECUTION = {"Get": "Execution.PipelineExecutionId"}


def under(prefix: str) -> dict[str, Any]:
    """A prefix of the bucket that is the execution's own."""
    return {"Std:Join": {"On": "/", "Values": [f"s3://{BUCKET}/{prefix}", EXECUTION]}}


def output_of(step: str, name: str = "out") -> dict[str, str]:
    return {"Get": f"Steps.{step}.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri"}


def archive_of(step: str) -> dict[str, str]:
    return {"Get": f"Steps.{step}.ModelArtifacts.S3ModelArtifacts"}


def from_file(step: str, path: str) -> dict[str, Any]:
    return {"Std:JsonGet": {"PropertyFile": {"Get": f"Steps.{step}.PropertyFiles.facts"}, "Path": path}}


def processing(name: str, script: str, *, inputs: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A processing step that runs a script; its output is ``out``, and facts.json in it the property file ``facts``."""
    root = "/opt/ml/processing"
    arguments = {
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        },
        "AppSpecification": {
            "ImageUri": "image",
            "ContainerEntrypoint": ["/bin/bash", "-euc", script],
            **more.pop("application", {}),
        },
        "Environment": more.pop("environment", {}),
        "ProcessingInputs": [
            {
                "InputName": key,
                "S3Input": {
                    "S3Uri": uri,
                    "LocalPath": f"{root}/input/{key}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
            for key, uri in (inputs or {}).items()
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "out",
                    "S3Output": {
                        "S3Uri": under(f"outputs/{name}"),
                        "LocalPath": f"{root}/output/out",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
        "NetworkConfig": {"EnableNetworkIsolation": more.pop("isolated", True)},
        "RoleArn": ROLE,
        "StoppingCondition": {"MaxRuntimeInSeconds": more.pop("max_seconds", 60)},
    }
    files = [{"PropertyFileName": "facts", "OutputName": "out", "FilePath": "facts.json"}]
    return {"Name": name, "Type": "Processing", "Arguments": arguments, "PropertyFiles": files, **more}


def training(name: str, *, data: Any, code: str = "code/code.tar.gz", **more: Any) -> dict[str, Any]:
    """A training step that runs ``program.py`` of the code's tarball."""
    channel = {"TrainingInputMode": "File"}
    arguments = {
        "AlgorithmSpecification": {
            **channel,
            "TrainingImage": "image",
            "MetricDefinitions": [{"Name": "train:loss", "Regex": r"loss=([0-9.]+)"}],
        },
        "HyperParameters": {
            "sagemaker_program": "program.py",
            "sagemaker_submit_directory": f"/opt/ml/input/data/code/{code.rpartition('/')[2]}",
            **more.pop("hyperparameters", {}),
        },
        "RoleArn": ROLE,
        "InputDataConfig": [
            {
                "ChannelName": key,
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
                "InputMode": "File",
            }
            for key, uri in {"code": f"s3://{BUCKET}/{code}", "train": data}.items()
        ],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": more.pop("max_seconds", 60)},
        "EnableNetworkIsolation": True,
        "CheckpointConfig": {"S3Uri": under("checkpoints"), "LocalPath": "/opt/ml/checkpoints"},
    }
    return {"Name": name, "Type": "Training", "Arguments": arguments, **more}


def condition(name: str, left: Any, right: Any, *, then: list[Any], otherwise: list[Any]) -> dict[str, Any]:
    compared = {"Type": "Equals", "LeftValue": left, "RightValue": right}
    return {
        "Name": name,
        "Type": "Condition",
        "Arguments": {"Conditions": [compared], "IfSteps": then, "ElseSteps": otherwise},
    }


def fail(name: str, message: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}}


def register(name: str, archive: Any) -> dict[str, Any]:
    arguments = {
        "ModelPackageGroupName": GROUP,
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [{"Image": "image", "ModelDataUrl": archive}],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
        "CustomerMetadataProperties": {"pipeline_execution": EXECUTION},
    }
    return {"Name": name, "Type": "RegisterModel", "Arguments": arguments}


def tarball(program: str) -> bytes:
    """A source tarball that holds ``program`` as program.py."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as tar:
        member = tarfile.TarInfo("program.py")
        member.size = len(program.encode())
        tar.addfile(member, io.BytesIO(program.encode()))
    return written.getvalue()


@dataclass(frozen=True, kw_only=True)
class Ground:
    """An account with a bucket and a package group, and a folder for the executor."""

    credentials: Credentials
    folder: Path

    @property
    def sagemaker(self) -> Any:
        return self.credentials.client("sagemaker")

    @property
    def s3(self) -> Any:
        return self.credentials.client("s3")

    def put(self, key: str, body: bytes | str) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def read(self, key: str) -> str:
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()

    def pipeline(self, *steps: dict[str, Any], **more: Any) -> str:
        """Create a pipeline of these steps; returns its name."""
        name = f"p-{secrets.token_hex(6)}"
        body = {"Version": "2020-12-01", "Parameters": [], "Steps": list(steps), **more}
        self.sagemaker.create_pipeline(PipelineName=name, PipelineDefinition=json.dumps(body), RoleArn=ROLE)
        return name

    def start(self, pipeline: str, **more: Any) -> str:
        """Start an execution; returns its ARN."""
        return self.sagemaker.start_pipeline_execution(PipelineName=pipeline, **more)["PipelineExecutionArn"]

    def run(self, arn: str, *, account: Account | None = None, pace: Pace = FAST) -> None:
        """Run an execution to its end, in this process."""
        settings = Settings(folder=self.folder, pace=pace, mlflow_url=None)
        ExecutionRun(account or Account(self.credentials), arn, settings).run()

    def ran(self, *steps: dict[str, Any], **more: Any) -> str:
        """Create, start and run a pipeline of these steps; returns the execution's ARN."""
        arn = self.start(self.pipeline(*steps, **more))
        self.run(arn)
        return arn

    def status(self, arn: str) -> str:
        return self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"]

    def steps(self, arn: str) -> dict[str, dict[str, Any]]:
        """The steps by name, oldest first."""
        listed = self.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn, SortOrder="Ascending")
        return {step["StepName"]: step for step in listed["PipelineExecutionSteps"]}

    def statuses(self, arn: str) -> dict[str, str]:
        return {name: step["StepStatus"] for name, step in self.steps(arn).items()}

    def job(self, arn: str, step: str) -> dict[str, Any]:
        """What Describe says of a step's job."""
        metadata = self.steps(arn)[step]["Metadata"]
        if "TrainingJob" in metadata:
            name = metadata["TrainingJob"]["Arn"].rpartition("/")[2]
            return self.sagemaker.describe_training_job(TrainingJobName=name)
        name = metadata["ProcessingJob"]["Arn"].rpartition("/")[2]
        return self.sagemaker.describe_processing_job(ProcessingJobName=name)

    def packages(self, arn: str) -> list[str]:
        """The versions that an execution has registered."""
        listed = self.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
        described = [self.sagemaker.describe_model_package(ModelPackageName=one["ModelPackageArn"]) for one in listed]
        wanted = {"pipeline_execution": arn.rpartition("/")[2]}
        return [one["ModelPackageArn"] for one in described if one.get("CustomerMetadataProperties") == wanted]

    def log(self, arn: str, step: str) -> str:
        return (self.folder / arn.rpartition("/")[2] / f"{step}.log").read_text()
