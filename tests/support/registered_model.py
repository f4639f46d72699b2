"""A version that the local executor registered, fetched as SageMaker does: python -m tests.support.registered_model.

It runs in the main environment, which has the emulated accounts and the executor; the serving toolkit's own has not.
"""

import argparse
import copy
import json
import random
import tarfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.accounts import emulator
from local.accounts.accounts_file import credentials
from local.accounts.credentials import Credentials
from local.accounts.deploy import deploy
from local.accounts.inspect.endpoint import pipeline
from local.accounts.inspect.stacks import stacks
from local.infra.assembly import read_assembly
from local.pace import Pace
from local.pipelines.account import Account
from local.pipelines.attempt import Settings
from local.pipelines.execution_run import ExecutionRun
from mailroom.taxonomy_file import dump_taxonomy
from tests.support import templates
from tests.support.contract_material import ENVIRONMENT, container_environment
from tests.support.tiny_dataset import TAXONOMY, example
from tests.support.tiny_models import make_tiny_encoder
from tests.support.training import QUICK

NAME = f"mailroom-{ENVIRONMENT}"
MONTH = "2026-01"
_MAILS = 240
# Words that say nothing, so that mails of a queue are not near-duplicates of each other.
_FILLERS = [
    f"{first}{last}" for first in ("bal", "dor", "fen", "gur", "lim", "nar") for last in ("ka", "to", "se", "ru")
]


def export() -> str:
    """A month of the tiny taxonomy's mails, JSON Lines."""
    queues = [label.id for label in TAXONOMY.of_task("queue")]
    chosen = random.Random(1)
    lines = []
    for number in range(_MAILS):
        mail = example(number, queues[number % len(queues)])
        words = mail.text.split()
        for filler in chosen.choices(_FILLERS, k=12):
            words.insert(chosen.randrange(len(words) + 1), filler)
        content = {"id": mail.id, "subject": mail.subject, "body": " ".join(words), "language": "de", **mail.labels}
        lines.append(json.dumps({**content, "received_at": f"{MONTH}-{1 + number % 28:02}T08:00:00Z"}))
    return "\n".join(lines) + "\n"


def stage(account: Credentials, scratch: Path) -> None:
    """Upload what a run reads: the export with its taxonomy, and base weights."""
    outputs = {key: value for stack in stacks(account) for key, value in stack.outputs.items()}
    s3 = account.client("s3")
    for name, text in {"export.jsonl": export(), "taxonomy.toml": dump_taxonomy(TAXONOMY)}.items():
        s3.put_object(Bucket=outputs["ExportsBucketName"], Key=f"test/{MONTH}/{name}", Body=text.encode())
    parameters = {one["Name"]: one for one in pipeline(account, NAME).definition["Parameters"]}
    prefix = parameters["BaseModel"]["DefaultValue"]
    for file in make_tiny_encoder(scratch / "base", "bert", layers=2).iterdir():
        s3.upload_file(str(file), outputs["ArtefactsBucketName"], f"{prefix}/{file.name}")


def register(account: Credentials, folder: Path) -> dict[str, Any]:
    """Run the deployed definition, whose limits are for more mails than these, and describe what it registered."""
    deployed = pipeline(account, NAME)
    definition = copy.deepcopy(dict(deployed.definition))
    (gate,) = (step for step in definition["Steps"] if step["Name"] == "gate")
    variables = gate["Arguments"]["Environment"]
    variables["GATE_LIMITS"] = json.dumps({**json.loads(variables["GATE_LIMITS"]), "minimum_scores": {}})
    sagemaker = account.client("sagemaker")
    sagemaker.update_pipeline(PipelineName=NAME, PipelineDefinition=json.dumps(definition), RoleArn=deployed.role_arn)
    given = {"ExportMonth": MONTH, "Tasks": ",".join(TAXONOMY.tasks), "Hyperparameters": json.dumps(QUICK)}
    arn = sagemaker.start_pipeline_execution(
        PipelineName=NAME, PipelineParameters=[{"Name": name, "Value": value} for name, value in given.items()]
    )["PipelineExecutionArn"]
    ExecutionRun(Account(account), arn, Settings(folder=folder, pace=Pace(times=1000))).run()
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    registered = [step["Metadata"]["RegisterModel"]["Arn"] for step in steps if "RegisterModel" in step["Metadata"]]
    assert registered, [(step["StepName"], step["StepStatus"], step.get("FailureReason")) for step in steps]
    package: dict[str, Any] = sagemaker.describe_model_package(ModelPackageName=registered[0])
    return package


def fetch(package: dict[str, Any], account: Credentials, root: Path) -> None:
    """Make ``root`` what /opt/ml is in the version's container."""
    (container,) = package["InferenceSpecification"]["Containers"]
    uri = urlsplit(container["ModelDataUrl"])
    archive = root / "model.tar.gz"
    (root / "model").mkdir(parents=True)
    account.client("s3").download_file(uri.netloc, uri.path.lstrip("/"), str(archive))
    with tarfile.open(archive) as tar:
        tar.extractall(root / "model", filter="data")
    archive.unlink()


def main() -> None:
    """Register a version and fetch it; print as JSON what its container is told, and what the registry says of it."""
    parser = argparse.ArgumentParser(description="Register a version of the tiny model and fetch it.")
    parser.add_argument("--assembly", type=Path, required=True, help="folder of synthesized templates")
    parser.add_argument("--root", type=Path, required=True, help="what stands for /opt/ml")
    parser.add_argument("--scratch", type=Path, required=True, help="for the emulated account and the run's logs")
    arguments = parser.parse_args()
    state = arguments.scratch / "accounts.json"
    try:
        deploy(read_assembly(arguments.assembly), state, [ENVIRONMENT])
        account = credentials(state, ENVIRONMENT)
        stage(account, arguments.scratch)
        package = register(account, arguments.scratch / "pipelines")
        fetch(package, account, arguments.root)
    finally:
        emulator.stop(state)
    container = container_environment(templates.read_assembly(arguments.assembly))
    print(json.dumps({"container": container, "metadata": package["CustomerMetadataProperties"]}))


if __name__ == "__main__":
    main()
