"""What a training container is told: files in input/config, and the SM_* variables of the sagemaker-training toolkit.

https://github.com/aws/sagemaker-training-toolkit/blob/master/ENVIRONMENT_VARIABLES.md
"""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from local.pipelines.job.sandbox import Sandbox

HOST = "algo-1"
"""One machine stands for all instances of a job."""

_OF_THE_TOOLKIT = "sagemaker_"


def write_config(sandbox: Sandbox, arguments: Mapping[str, Any]) -> None:
    """Write hyperparameters.json, resourceconfig.json and inputdataconfig.json."""
    folder = sandbox.path("/opt/ml/input/config")
    folder.mkdir(parents=True)
    files = {
        "hyperparameters.json": sandbox.here(dict(arguments.get("HyperParameters", {}))),
        "resourceconfig.json": resource_config(arguments),
        "inputdataconfig.json": input_config(arguments),
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def resource_config(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The machines of the job, as a container is told."""
    kind = arguments["ResourceConfig"].get("InstanceType", "local")
    group = {"instance_group_name": "homogeneousCluster", "instance_type": kind, "hosts": [HOST]}
    return {
        "current_host": HOST,
        "current_instance_type": kind,
        "current_group_name": group["instance_group_name"],
        "hosts": [HOST],
        "instance_groups": [group],
        "network_interface_name": "lo",
    }


def input_config(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The channels, as a container is told."""
    return {
        channel["ChannelName"]: {
            "TrainingInputMode": channel.get("InputMode", "File"),
            "S3DistributionType": channel["DataSource"]["S3DataSource"].get(
                "S3DataDistributionType", "FullyReplicated"
            ),
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
        }
        for channel in arguments.get("InputDataConfig", [])
    }


def script_hyperparameters(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The hyperparameters that the program gets: those of the toolkit are taken out, texts that are JSON are read."""
    given = arguments.get("HyperParameters", {})
    return {name: _read(text) for name, text in given.items() if not name.startswith(_OF_THE_TOOLKIT)}


def script_arguments(hyperparameters: Mapping[str, Any]) -> list[str]:
    """The hyperparameters as the toolkit puts them on the program's command line."""
    return [part for name in sorted(hyperparameters) for part in (_flag(name), _argument(hyperparameters[name]))]


def variables(sandbox: Sandbox, arguments: Mapping[str, Any], *, job_name: str, job_arn: str) -> dict[str, str]:
    """The variables, all paths in the sandbox."""
    channels = [channel["ChannelName"] for channel in arguments.get("InputDataConfig", [])]
    values = sandbox.here(script_hyperparameters(arguments))
    program = arguments["HyperParameters"]["sagemaker_program"]
    resources = resource_config(arguments)
    told = {
        "TRAINING_JOB_NAME": job_name,
        "TRAINING_JOB_ARN": job_arn,
        "SM_MODEL_DIR": sandbox.here("/opt/ml/model"),
        "SM_INPUT_DIR": sandbox.here("/opt/ml/input"),
        "SM_INPUT_CONFIG_DIR": sandbox.here("/opt/ml/input/config"),
        "SM_OUTPUT_DIR": sandbox.here("/opt/ml/output"),
        "SM_OUTPUT_DATA_DIR": sandbox.here("/opt/ml/output/data"),
        "SM_OUTPUT_INTERMEDIATE_DIR": sandbox.here("/opt/ml/output/intermediate"),
        "SM_CHANNELS": json.dumps(sorted(channels)),
        "SM_CURRENT_HOST": HOST,
        "SM_HOSTS": json.dumps([HOST]),
        "SM_CURRENT_INSTANCE_TYPE": resources["current_instance_type"],
        "SM_CURRENT_INSTANCE_GROUP": resources["current_group_name"],
        "SM_NETWORK_INTERFACE_NAME": resources["network_interface_name"],
        "SM_NUM_CPUS": str(os.cpu_count() or 1),
        "SM_NUM_GPUS": "0",
        "SM_NUM_NEURONS": "0",
        "SM_HPS": json.dumps(values),
        "SM_USER_ARGS": json.dumps(script_arguments(values)),
        "SM_USER_ENTRY_POINT": program,
        "SM_MODULE_NAME": program.removesuffix(".py"),
        "SM_MODULE_DIR": sandbox.here(arguments["HyperParameters"].get("sagemaker_submit_directory", "/opt/ml/code")),
        "SM_LOG_LEVEL": str(arguments["HyperParameters"].get("sagemaker_container_log_level", "20")),
        "SM_RESOURCE_CONFIG": json.dumps(resources),
        "SM_INPUT_DATA_CONFIG": json.dumps(input_config(arguments)),
        **{f"SM_CHANNEL_{name.upper()}": sandbox.here(f"/opt/ml/input/data/{name}") for name in channels},
        **{f"SM_HP_{name.upper()}": _text(value) for name, value in values.items()},
    }
    checkpoints = arguments.get("CheckpointConfig")
    if checkpoints:
        # No container has this one: there the folder simply is where CheckpointConfig says.
        told["SM_CHECKPOINT_DIR"] = sandbox.here(checkpoints.get("LocalPath", "/opt/ml/checkpoints"))
    return told


def _flag(name: str) -> str:
    return f"-{name}" if len(name) == 1 else f"--{name}"


def _argument(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}={inner}" for name, inner in sorted(value.items()))
    return str(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def channels_of(arguments: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Name and S3 prefix of each channel."""
    return [
        (channel["ChannelName"], channel["DataSource"]["S3DataSource"]["S3Uri"])
        for channel in arguments.get("InputDataConfig", [])
    ]
