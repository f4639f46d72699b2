"""The training job."""

from dataclasses import replace

import pytest

from mailroom.hyperparameters import OVERRIDES
from tests.support.pipeline import ROOT, SETTINGS, all_steps, definition

TRAIN = all_steps(definition())["train"]["Arguments"]


def test_code_data_and_base_weights_come_as_channels():
    channels = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in TRAIN["InputDataConfig"]
    }
    assert channels == {
        "code": "s3://assets-bucket/0123abcd.gz",
        "train": {"Get": "Steps.prepare.ProcessingOutputConfig.Outputs['dataset'].S3Output.S3Uri"},
        "base_model": {
            "Std:Join": {"On": "/", "Values": ["s3://artefacts-bucket", {"Get": "Parameters.BaseModel"}, ""]}
        },
    }


def test_the_toolkit_finds_code_and_entry_point_without_a_network():
    assert TRAIN["HyperParameters"] == {
        "epochs": "4",
        "tasks": {"Get": "Parameters.Tasks"},
        OVERRIDES: {"Get": "Parameters.Hyperparameters"},
        "sagemaker_program": "model/train.py",
        "sagemaker_submit_directory": "/opt/ml/input/data/code/0123abcd.gz",
        "sagemaker_container_log_level": "20",
        "sagemaker_region": "eu-central-1",
    }
    assert (ROOT / TRAIN["HyperParameters"]["sagemaker_program"]).is_file()


def test_spare_capacity_is_waited_for_and_an_interrupted_run_goes_on_from_its_own_checkpoint():
    assert TRAIN["EnableManagedSpotTraining"] is True
    assert TRAIN["StoppingCondition"] == {"MaxRuntimeInSeconds": 4 * 3600, "MaxWaitTimeInSeconds": 12 * 3600}
    assert TRAIN["CheckpointConfig"] == {
        "S3Uri": {
            "Std:Join": {
                "On": "/",
                "Values": ["s3://artefacts-bucket/checkpoints", {"Get": "Execution.PipelineExecutionId"}],
            }
        },
        "LocalPath": "/opt/ml/checkpoints",
    }


def test_on_demand_there_is_nothing_to_wait_for():
    steps = all_steps(definition(training=replace(SETTINGS.training, spot=False)))
    assert steps["train"]["Arguments"]["EnableManagedSpotTraining"] is False
    assert steps["train"]["Arguments"]["StoppingCondition"] == {"MaxRuntimeInSeconds": 4 * 3600}


def test_the_archive_goes_encrypted_to_where_the_endpoint_may_read_it():
    assert TRAIN["OutputDataConfig"] == {"S3OutputPath": "s3://artefacts-bucket/models", "KmsKeyId": "key-arn"}


def test_scores_are_read_from_the_log_for_each_task():
    names = [metric["Name"] for metric in TRAIN["AlgorithmSpecification"]["MetricDefinitions"]]
    assert names == [
        "train:loss",
        "train:learning_rate",
        "validation:loss",
        "validation:score",
        "validation:queue:accuracy",
        "validation:queue:macro_f1",
        "validation:topic:accuracy",
        "validation:topic:macro_f1",
    ]


def test_a_volume_of_the_network_is_encrypted_with_the_key():
    machine = replace(SETTINGS.training, instance_type="ml.p3.2xlarge")
    steps = all_steps(definition(training=machine))
    assert steps["train"]["Arguments"]["ResourceConfig"] == {
        "InstanceType": "ml.p3.2xlarge",
        "InstanceCount": 1,
        "VolumeSizeInGB": 50,
        "VolumeKmsKeyId": "key-arn",
    }
    assert "VolumeKmsKeyId" not in TRAIN["ResourceConfig"]


@pytest.mark.parametrize(
    ("instance_type", "instances", "started"),
    [
        ("ml.g5.xlarge", 1, None),
        ("ml.m5.xlarge", 1, None),
        ("ml.g5.12xlarge", 1, "true"),
        ("ml.g5.xlarge", 2, "true"),
        ("ml.m5.xlarge", 2, "true"),
    ],
)
def test_a_process_is_started_for_each_gpu_of_each_machine_where_there_are_several(
    instance_type: str, instances: int, started: str | None
):
    machine = replace(SETTINGS.training, instance_type=instance_type, instance_count=instances)
    arguments = all_steps(definition(training=machine))["train"]["Arguments"]
    assert arguments["HyperParameters"].get("sagemaker_torch_distributed_enabled") == started
    assert arguments["ResourceConfig"]["InstanceCount"] == instances
