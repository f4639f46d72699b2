"""What the contract tests put before the real toolkits: python -m tests.support.contract_material --help.

It runs in the main environment, which has the readers of templates; the toolkits' own environments have not.
"""

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.pipelines.expressions import filled
from local.pipelines.job.sandbox import Sandbox
from local.pipelines.job.training_environment import variables, write_config
from tests.support.intrinsics import rendered
from tests.support.templates import Assembly, read_assembly
from tests.support.tiny_dataset import TAXONOMY, write_tiny_dataset
from tests.support.tiny_models import make_tiny_encoder
from tests.support.training import QUICK

ENVIRONMENT = "dev"
HOST = "localhost"
"""The toolkit waits until it can resolve its own host's name."""


def train_arguments(assembly: Assembly, hyperparameters: Mapping[str, Any]) -> dict[str, Any]:
    """The training job of the deployed definition, for a run that trains the tiny taxonomy's tasks."""
    pipeline = assembly[ENVIRONMENT, "training"].properties("AWS::SageMaker::Pipeline")
    definition = json.loads(rendered(pipeline["PipelineDefinition"]["PipelineDefinitionBody"]) or "")
    values = {f"Parameters.{one['Name']}": one["DefaultValue"] for one in definition["Parameters"]}
    values |= {
        "Parameters.Tasks": ",".join(TAXONOMY.tasks),
        "Parameters.Hyperparameters": json.dumps(dict(hyperparameters)),
        "Execution.PipelineExecutionId": "execution",
    }
    step = next(step for step in definition["Steps"] if step["Name"] == "train")
    arguments: dict[str, Any] = filled(
        step["Arguments"], get=lambda name: values.get(name, f"<{name}>"), from_file=lambda *_: "<file>"
    )
    return arguments


def lay_out(root: Path, assembly: Assembly, hyperparameters: Mapping[str, Any]) -> dict[str, str]:
    """Make ``root`` what /opt/ml is when the job's container starts; returns the variables that the local executor
    would tell the program there."""
    arguments = train_arguments(assembly, hyperparameters)
    sandbox = Sandbox(root)
    write_config(sandbox, arguments)
    told = variables(sandbox, arguments, job_name="contract", job_arn="arn")
    config = root / "input" / "config" / "resourceconfig.json"
    config.write_text(config.read_text(encoding="utf-8").replace(told["SM_CURRENT_HOST"], HOST), encoding="utf-8")
    channels = root / "input" / "data"
    write_tiny_dataset(channels / "train")
    make_tiny_encoder(channels / "base_model", "bert", layers=2)
    source = root / arguments["HyperParameters"]["sagemaker_submit_directory"].removeprefix("/opt/ml/")
    source.parent.mkdir()
    shutil.copy(_source_tarball(assembly.folder, source.name), source)
    for folder in ("model", "output/data"):
        (root / folder).mkdir(parents=True)
    return {name: value.replace(told["SM_CURRENT_HOST"], HOST) for name, value in told.items()}


def container_environment(assembly: Assembly) -> dict[str, str]:
    """What the deployed model's container is told."""
    model = assembly[ENVIRONMENT, "inference"].properties("AWS::SageMaker::Model")
    told: dict[str, str] = model["PrimaryContainer"].get("Environment", {})
    return told


def _source_tarball(assembly: Path, key: str) -> Path:
    return assembly / f"asset.{key.removesuffix('.gz')}.tar.gz"


def main() -> None:
    """Lay a job out, and print as JSON what the local executor and the model's container are told."""
    parser = argparse.ArgumentParser(description="Lay out a training job as its container finds it.")
    parser.add_argument("--assembly", type=Path, required=True, help="folder of synthesized templates")
    parser.add_argument("--root", type=Path, required=True, help="what stands for /opt/ml; is replaced")
    parser.add_argument("--override", default="{}", help="hyperparameters beside the quick ones, as JSON")
    arguments = parser.parse_args()
    assembly = read_assembly(arguments.assembly)
    told = lay_out(arguments.root, assembly, {**QUICK, **json.loads(arguments.override)})
    print(json.dumps({"executor": told, "container": container_environment(assembly)}))


if __name__ == "__main__":
    main()
