"""The training job: no network at all, so code, data and base weights come as channels."""

from typing import Any

from config.instances import has_local_storage, process_count
from mailroom.training_metrics import metric_definitions
from stacks.pipeline.expressions import EXECUTION_ID, Text, join, parameter, processing_output
from stacks.pipeline.parameters import BASE_MODEL, HYPERPARAMETERS, TASKS
from stacks.pipeline.prefixes import CHECKPOINTS, MODELS
from stacks.pipeline.prepare import DATASET
from stacks.pipeline.retries import JOB_RETRIES
from stacks.pipeline.settings import PipelineSettings, TrainingMachine
from stacks.pipeline.steps import PREPARE, TRAIN

ENTRY_POINT = "model/train.py"
CHANNELS = "/opt/ml/input/data"


def train_step(settings: PipelineSettings) -> dict[str, Any]:
    """The step ``train``."""
    return {
        "Name": TRAIN,
        "Type": "Training",
        "Description": "Fine-tunes the encoder and packs the model archive",
        "Arguments": _job(settings),
        "RetryPolicies": JOB_RETRIES,
    }


def _job(settings: PipelineSettings) -> dict[str, Any]:
    artefacts = f"s3://{settings.buckets.artefacts}"
    machine = settings.training
    seconds = {"MaxRuntimeInSeconds": machine.max_hours * 3600}
    if machine.spot:
        seconds["MaxWaitTimeInSeconds"] = machine.max_wait_hours * 3600
    return {
        "AlgorithmSpecification": {
            "TrainingImage": settings.training_image,
            "TrainingInputMode": "File",
            # Of the configured tasks: a definition cannot depend on the parameter Tasks. A run that is told others
            # records them in MLflow all the same.
            "MetricDefinitions": metric_definitions(settings.tasks),
        },
        "HyperParameters": _hyperparameters(settings),
        "RoleArn": settings.roles.train,
        "InputDataConfig": [
            _channel("code", settings.code.uri),
            _channel("train", processing_output(PREPARE, DATASET)),
            _channel("base_model", join("/", artefacts, parameter(BASE_MODEL), "")),
        ],
        "OutputDataConfig": {"S3OutputPath": f"{artefacts}/{MODELS}", "KmsKeyId": settings.key},
        "ResourceConfig": {
            "InstanceType": machine.instance_type,
            "InstanceCount": machine.instance_count,
            "VolumeSizeInGB": machine.volume_gb,
            **({} if has_local_storage(machine.instance_type) else {"VolumeKmsKeyId": settings.key}),
        },
        "StoppingCondition": seconds,
        "VpcConfig": settings.vpc.config(),
        "EnableNetworkIsolation": True,
        # Between machines there is traffic only where there are several; encrypting none costs nothing.
        "EnableInterContainerTrafficEncryption": True,
        "EnableManagedSpotTraining": machine.spot,
        # Per run, not per job: a retried or interrupted job of the same run goes on where the last one stopped.
        "CheckpointConfig": {
            "S3Uri": join("/", f"{artefacts}/{CHECKPOINTS}", EXECUTION_ID),
            "LocalPath": "/opt/ml/checkpoints",
        },
    }


def _hyperparameters(settings: PipelineSettings) -> dict[str, Text]:
    return {
        **settings.hyperparameters,
        "tasks": parameter(TASKS),
        "overrides": parameter(HYPERPARAMETERS),
        # The toolkit unpacks a tarball that lies in a channel, as it does one in S3, which it could not reach.
        # https://github.com/aws/sagemaker-training-toolkit
        "sagemaker_program": ENTRY_POINT,
        "sagemaker_submit_directory": f"{CHANNELS}/code/{settings.code.key}",
        "sagemaker_container_log_level": "20",
        "sagemaker_region": settings.region,
        **_starter(settings.training),
    }


def _starter(machine: TrainingMachine) -> dict[str, Text]:
    """What makes the image start one process for each GPU of each machine, where there are several in all.

    The image's starter is SAGEMAKER_TRAINING_MODULE=sagemaker_pytorch_container.training:main. With this hyperparameter
    it calls torchrun (--nnodes: the job's machines; --nproc_per_node: their GPUs, or 1; --master_port 7777), having
    turned on EFA for the types that it knows to have it; without, it starts one process, which uses one GPU. It reads
    the instance type from resourceconfig.json, so that sagemaker_instance_type, which the SDK sends, is not needed.
    https://github.com/aws/sagemaker-pytorch-training-toolkit, src/sagemaker_pytorch_container/training.py
    https://github.com/aws/sagemaker-training-toolkit, src/sagemaker_training/torch_distributed.py and runner.py
    """
    if process_count(machine.instance_type, machine.instance_count) == 1:
        return {}
    return {"sagemaker_torch_distributed_enabled": "true"}


def _channel(name: str, uri: Text) -> dict[str, Any]:
    return {
        "ChannelName": name,
        "DataSource": {
            "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
        },
        "CompressionType": "None",
        "InputMode": "File",
    }
