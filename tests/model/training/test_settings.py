"""What a training job is told by its container, and how it prints its metrics: SM_* variables, strictly read."""

import re
from pathlib import Path

import pytest

from mailroom.hyperparameters import Hyperparameters
from model.training.contract import ContractVariableError, TrainingJob, job_from_environment
from model.training.log_lines import NUMBER, metric_definitions, metric_line, metric_names

ENVIRONMENT = {
    "SM_CHANNEL_TRAIN": "/opt/ml/input/data/train",
    "SM_CHANNEL_BASE_MODEL": "/opt/ml/input/data/base_model",
    "SM_MODEL_DIR": "/opt/ml/model",
    "SM_OUTPUT_DATA_DIR": "/opt/ml/output/data",
    "SM_HPS": '{"tasks": "queue, topic", "epochs": 3, "learning_rate": "5e-5", "lexical": "false"}',
}


def test_a_job_is_read_from_the_containers_variables():
    assert job_from_environment(ENVIRONMENT) == TrainingJob(
        data=Path("/opt/ml/input/data/train"),
        base_model=Path("/opt/ml/input/data/base_model"),
        vendor=None,
        model_dir=Path("/opt/ml/model"),
        output_dir=Path("/opt/ml/output/data"),
        checkpoints=Path("/opt/ml/checkpoints"),
        hyperparameters=Hyperparameters(tasks="queue, topic", epochs=3, learning_rate=5e-5, lexical=False),
    )


@pytest.mark.parametrize("name", ["SM_CHANNEL_TRAIN", "SM_CHANNEL_BASE_MODEL", "SM_MODEL_DIR", "SM_OUTPUT_DATA_DIR"])
def test_a_missing_variable_is_named(name: str):
    with pytest.raises(ContractVariableError, match=f"variable {name} is not set"):
        job_from_environment({key: value for key, value in ENVIRONMENT.items() if key != name})


def test_hyperparameters_that_are_no_object_are_refused():
    with pytest.raises(ContractVariableError, match="SM_HPS must hold the hyperparameters as a JSON object"):
        job_from_environment({**ENVIRONMENT, "SM_HPS": "[1]"})


@pytest.mark.parametrize("value", [4.9e-05, 0.912345, 1.0, -2.5, 123456789.0, 1e-12, 0.0])
def test_the_metric_pattern_reads_every_number_that_is_printed(value: float):
    found = re.search(f"loss={NUMBER}", metric_line({"loss": value}))
    assert found is not None
    assert float(found[1]) == pytest.approx(value, rel=1e-5)


def test_each_definition_reads_its_own_metric_from_a_line_with_all():
    names = metric_names(("queue", "topic"))
    line = metric_line({name: number / 7 for number, name in enumerate(names)})
    read = {one["Name"]: re.findall(one["Regex"], line) for one in metric_definitions(("queue", "topic"))}
    assert read == {name: [f"{number / 7:.6g}"] for number, name in enumerate(names)}


def test_definitions_keep_within_sagemakers_limits():
    definitions = metric_definitions([f"task_{number}" for number in range(15)])
    assert len(definitions) <= 40
    assert all(len(one["Regex"]) <= 500 for one in definitions)
