"""An experiment as a ModelTrainer of the SageMaker Python SDK.

https://sagemaker.readthedocs.io/en/stable/api/training/model_trainer.html
"""

import os
import re
from collections.abc import Mapping
from typing import Any

import boto3
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.shapes import Channel, CheckpointConfig, MetricDefinition, OutputDataConfig, StoppingCondition
from sagemaker.core.training.configs import Compute, Networking
from sagemaker.core.utils.exceptions import SageMakerCoreError
from sagemaker.train import ModelTrainer

from experiments.errors import ExperimentError
from experiments.experiment import Experiment

# The SDK tells its maker of each call, with the account's number, unless it is told not to.
# https://sagemaker.readthedocs.io/en/stable/overview.html
_QUIET = {"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}}}
_USED = frozenset(
    {
        "AlgorithmSpecification",
        "CheckpointConfig",
        "EnableInterContainerTrafficEncryption",
        "EnableManagedSpotTraining",
        "EnableNetworkIsolation",
        "HyperParameters",
        "InputDataConfig",
        "OutputDataConfig",
        "ResourceConfig",
        "RoleArn",
        "StoppingCondition",
        "VpcConfig",
    }
)


def start(experiment: Experiment, session: boto3.Session) -> str:
    """Start the experiment; returns its job's name.

    Raises:
        ExperimentError: the SDK refuses what it is handed.
        botocore.exceptions.ClientError: SageMaker does.
    """
    trainer = trainer_of(experiment, session)
    try:
        trainer.train(wait=False, logs=False)
    except SageMakerCoreError as error:
        raise ExperimentError(f"SageMaker's SDK starts no job: {' '.join(str(error).split())}") from error
    return str(trainer._latest_training_job.training_job_name)


def trainer_of(experiment: Experiment, session: boto3.Session) -> ModelTrainer:
    """The trainer whose ``train`` starts the experiment; raises ValueError for what it could not hand on."""
    request = experiment.request
    left = sorted(set(request) - _USED)
    if left:
        raise ValueError(f"The pipeline's training job has {left[0]}, which experiments/trainer.py does not hand on.")
    # The SDK would ask IAM what the role may do, which whoever starts experiments need not be able to.
    os.environ["SAGEMAKER_VALIDATE_ROLE"] = "false"
    algorithm = request["AlgorithmSpecification"]
    trainer = ModelTrainer(
        sagemaker_session=Session(boto_session=session, sagemaker_config=_QUIET),
        base_job_name=experiment.name,
        role=request["RoleArn"],
        training_image=algorithm["TrainingImage"],
        training_input_mode=algorithm["TrainingInputMode"],
        hyperparameters=dict(request["HyperParameters"]),
        input_data_config=[Channel(**_snake(channel)) for channel in request["InputDataConfig"]],
        output_data_config=OutputDataConfig(**_snake(request["OutputDataConfig"])),
        checkpoint_config=CheckpointConfig(**_snake(request["CheckpointConfig"])),
        compute=Compute(
            **_snake(request["ResourceConfig"]), enable_managed_spot_training=request["EnableManagedSpotTraining"]
        ),
        networking=Networking(
            **_snake(request["VpcConfig"]),
            enable_network_isolation=request["EnableNetworkIsolation"],
            enable_inter_container_traffic_encryption=request["EnableInterContainerTrafficEncryption"],
        ),
        stopping_condition=StoppingCondition(**_snake(request["StoppingCondition"])),
    )
    return trainer.with_metric_definitions(
        [MetricDefinition(name=one["Name"], regex=one["Regex"]) for one in algorithm["MetricDefinitions"]]
    )


def _snake(value: Any) -> Any:
    """The same with the SDK's names: S3DataSource becomes s3_data_source, and VolumeSizeInGB volume_size_in_gb."""
    if isinstance(value, Mapping):
        return {re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower(): _snake(one) for key, one in value.items()}
    return [_snake(one) for one in value] if isinstance(value, list) else value
