"""SageMaker reads the trainer's log by the definitions in the synthesized template: every number, as it is printed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from model.training.log_lines import metric_line
from tests.support.pipeline import all_steps
from tests.support.templates import Assembly
from tests.support.training import train_tiny

BOTH = pytest.mark.parametrize("environment", ["dev", "prod"])
PAIR = re.compile(r"(?:^|\s)((?:train|validation):[\w:]+)=(\S+)")


def _definitions(assembly: Assembly, environment: str) -> list[dict[str, str]]:
    """Of the training job, as the template of the environment has them."""
    pipeline = assembly[environment, "training"].properties("AWS::SageMaker::Pipeline")
    separator, parts = pipeline["PipelineDefinition"]["PipelineDefinitionBody"]["Fn::Join"]
    body = separator.join(part if isinstance(part, str) else "token" for part in parts)
    job: dict[str, Any] = all_steps(json.loads(body))["train"]["Arguments"]
    return job["AlgorithmSpecification"]["MetricDefinitions"]


def _read(definitions: list[dict[str, str]], lines: str) -> dict[str, list[float]]:
    """As SageMaker does: each expression over each line."""
    found = {
        one["Name"]: [float(value) for line in lines.splitlines() for value in re.findall(one["Regex"], line)]
        for one in definitions
    }
    return {name: values for name, values in found.items() if values}


@BOTH
def test_every_number_in_the_log_of_a_real_training_is_read_exactly(
    assembly: Assembly,
    environment: str,
    tmp_path: Path,
    tiny_data: Path,
    tiny_base: Path,
    capsys: pytest.CaptureFixture[str],
):
    train_tiny(tmp_path, tiny_data, tiny_base, epochs=3, learning_rate=4.9e-05)
    lines = capsys.readouterr().out
    printed: dict[str, list[float]] = {}
    for line in lines.splitlines():
        for name, value in PAIR.findall(line):
            printed.setdefault(name, []).append(float(value))
    assert len(printed) == 8
    assert {len(values) for values in printed.values()} == {3}
    assert min(printed["train:learning_rate"]) < 4.9e-05
    assert _read(_definitions(assembly, environment), lines) == printed


@BOTH
@pytest.mark.parametrize("value", [4.9e-05, -1.5e10, 0.0, 1.0, 12345678.0, 3e-300, 0.1 + 0.2])
def test_each_definition_reads_its_own_number_whatever_its_form(assembly: Assembly, environment: str, value: float):
    definitions = _definitions(assembly, environment)
    line = metric_line({one["Name"]: value for one in definitions})
    assert _read(definitions, line) == {one["Name"]: [float(f"{value:.6g}")] for one in definitions}


@BOTH
def test_sagemaker_takes_the_definitions(assembly: Assembly, environment: str):
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html and API_MetricDefinition
    definitions = _definitions(assembly, environment)
    assert 0 < len(definitions) <= 40
    assert max(len(one["Regex"]) for one in definitions) <= 500
    assert max(len(one["Name"]) for one in definitions) <= 255
