"""The deployed pipeline on an emulated account: real programs, a tiny encoder, a few synthetic mails."""

import copy
import json
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.accounts import emulator
from local.accounts.accounts_file import credentials
from local.accounts.credentials import Credentials
from local.accounts.deploy import deploy
from local.accounts.inspect.endpoint import pipeline
from local.accounts.inspect.stacks import stacks
from local.infra.assembly import read_assembly
from local.pipelines.follow import EndState, follow
from local.sample.write import make_sample
from tests.support.tiny_models import make_tiny_encoder

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
NAME = "mailroom-dev"
QUICK = {"epochs": 3, "max_tokens": 64, "tuned_layers": 1}
Definition = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class World:
    """dev with a month's export and a base model; ``month`` is the export's."""

    state: Path
    account: Credentials
    month: str

    @property
    def sagemaker(self) -> Any:
        return self.account.client("sagemaker")

    def deployed(self) -> Definition:
        return copy.deepcopy(dict(pipeline(self.account, NAME).definition))

    def start(self, definition: Definition) -> str:
        """Start an execution of a pipeline with this definition."""
        name = f"changed-{secrets.token_hex(4)}"
        role = pipeline(self.account, NAME).role_arn
        self.sagemaker.create_pipeline(PipelineName=name, PipelineDefinition=json.dumps(definition), RoleArn=role)
        given = {"ExportMonth": self.month, "Hyperparameters": json.dumps(QUICK)}
        parameters = [{"Name": key, "Value": value} for key, value in given.items()]
        return self.sagemaker.start_pipeline_execution(PipelineName=name, PipelineParameters=parameters)[
            "PipelineExecutionArn"
        ]

    def follow(self, arn: str) -> EndState:
        return follow(self.account, arn, say=lambda _: None)

    def steps(self, arn: str) -> dict[str, dict[str, Any]]:
        listed = self.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn, SortOrder="Ascending")
        return {step["StepName"]: step for step in listed["PipelineExecutionSteps"]}

    def executor(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "local.pipelines", "--accounts", str(self.state), "--env", "dev"]
        return subprocess.Popen([*command, "--folder", str(self.state.parent)], cwd=ROOT, stderr=subprocess.DEVNULL)


def step_of(definition: Definition, name: str) -> Definition:
    (found,) = [step for step in definition["Steps"] if step["Name"] == name]
    return found


def with_minimum_scores(definition: Definition, score: float) -> Definition:
    variables = step_of(definition, "gate")["Arguments"]["Environment"]
    limits = json.loads(variables["GATE_LIMITS"])
    limits["minimum_scores"] = dict.fromkeys(limits["minimum_scores"], score)
    variables["GATE_LIMITS"] = json.dumps(limits)
    return definition


def without_input(definition: Definition, step: str, name: str) -> Definition:
    arguments = step_of(definition, step)["Arguments"]
    left = [one for one in arguments["ProcessingInputs"] if one["InputName"] != name]
    assert len(left) == len(arguments["ProcessingInputs"]) - 1
    arguments["ProcessingInputs"] = left
    return definition


def without_step(definition: Definition, name: str) -> Definition:
    definition["Steps"] = [step for step in definition["Steps"] if step["Name"] != name]
    return definition


def stage(account: Credentials, folder: Path) -> str:
    """Upload what a run reads; returns the month."""
    outputs = {key: value for stack in stacks(account) for key, value in stack.outputs.items()}
    s3 = account.client("s3")
    month = make_sample(folder / "sample", mails=200, progress=False).months[0]
    for file in (month.export, month.taxonomy):
        s3.upload_file(str(file), outputs["ExportsBucketName"], f"test/{month.name}/{file.name}")
    parameters = {one["Name"]: one for one in pipeline(account, NAME).definition["Parameters"]}
    prefix = parameters["BaseModel"]["DefaultValue"]
    for file in make_tiny_encoder(folder / "base").iterdir():
        s3.upload_file(str(file), outputs["ArtefactsBucketName"], f"{prefix}/{file.name}")
    return month.name


@pytest.fixture(scope="module")
def world(accounts_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("mailroom")
    state = folder / "run" / "accounts.json"
    try:
        deploy(read_assembly(accounts_assembly), state, ["dev"])
        account = credentials(state, "dev")
        yield World(state=state, account=account, month=stage(account, folder))
    finally:
        emulator.stop(state)


@pytest.fixture(scope="module")
def registered(world: World) -> Iterator[str]:
    """An execution that ended well, though its executor was killed in the middle of its training; one runs on."""
    arn = world.start(with_minimum_scores(world.deployed(), 0))
    first = world.executor()
    log = world.state.parent / "pipelines" / arn.rpartition("/")[2] / "train.log"
    while not (log.is_file() and "train:loss=" in log.read_text()):
        assert first.poll() is None
        time.sleep(0.1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = world.executor()
    try:
        assert world.follow(arn).reasons == {}
        yield arn
    finally:
        second.terminate()
        second.wait()


def test_the_deployed_pipeline_registers_one_model_though_its_executor_was_killed(world, registered):
    steps = world.steps(registered)
    assert {name: (step["StepStatus"], step["AttemptCount"]) for name, step in steps.items()} == {
        "prepare": ("Succeeded", 1),
        "train": ("Succeeded", 2),
        "evaluate": ("Succeeded", 1),
        "gate": ("Succeeded", 1),
        "decide": ("Succeeded", 1),
        "register": ("Succeeded", 1),
        "track": ("Succeeded", 1),
        "track-gate": ("Succeeded", 1),
    }
    listed = world.sagemaker.list_model_packages(ModelPackageGroupName=NAME)["ModelPackageSummaryList"]
    assert [one["ModelPackageArn"] for one in listed] == [steps["register"]["Metadata"]["RegisterModel"]["Arn"]]


def test_the_package_says_what_it_was_made_of(world, registered):
    arn = world.steps(registered)["register"]["Metadata"]["RegisterModel"]["Arn"]
    package = world.sagemaker.describe_model_package(ModelPackageName=arn)
    said = package["CustomerMetadataProperties"]
    assert set(said) >= {"model_version", "taxonomy_version", "data_fingerprint", "champion", "pipeline_execution"}
    assert (said["pipeline_execution"], said["champion"], package["ModelApprovalStatus"]) == (
        registered.rpartition("/")[2],
        "none",
        "Approved",
    )
    job = world.steps(registered)["train"]["Metadata"]["TrainingJob"]["Arn"].rpartition("/")[2]
    (container,) = package["InferenceSpecification"]["Containers"]
    described = world.sagemaker.describe_training_job(TrainingJobName=job)
    assert container["ModelDataUrl"] == described["ModelArtifacts"]["S3ModelArtifacts"]
    names = {one["MetricName"] for one in described["FinalMetricDataList"]}
    assert names >= {"train:loss", "validation:score", "validation:queue:macro_f1"}


def literal(definition: Definition, world: World, arn: str, *names: str) -> Definition:
    """The steps of these names alone, with what an execution's earlier steps left in the place of references."""
    values = {}
    for step in world.steps(arn).values():
        if "ProcessingJob" in step["Metadata"]:
            job = step["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
            described = world.sagemaker.describe_processing_job(ProcessingJobName=job)
            for output in described["ProcessingOutputConfig"].get("Outputs", []):
                path = f"ProcessingOutputConfig.Outputs['{output['OutputName']}'].S3Output.S3Uri"
                values[f"Steps.{step['StepName']}.{path}"] = output["S3Output"]["S3Uri"]
        if "TrainingJob" in step["Metadata"]:
            job = step["Metadata"]["TrainingJob"]["Arn"].rpartition("/")[2]
            artefacts = world.sagemaker.describe_training_job(TrainingJobName=job)["ModelArtifacts"]
            values["Steps.train.ModelArtifacts.S3ModelArtifacts"] = artefacts["S3ModelArtifacts"]
    text = json.dumps({**definition, "Steps": [step_of(definition, name) for name in names]})
    for name, value in values.items():
        if name.split(".")[1] not in names:
            text = text.replace(json.dumps({"Get": name}), json.dumps(value))
    return json.loads(text)


def test_a_model_below_its_limits_is_refused_in_the_gates_own_words(world, registered):
    strict = with_minimum_scores(literal(world.deployed(), world, registered, "gate", "decide"), 1)
    arn = world.start(strict)
    end = world.follow(arn)
    assert (end.status, end.model_package, set(end.reasons)) == ("Failed", None, {"refuse"})
    assert end.reasons["refuse"].startswith("The gate refused: ")
    assert "must reach 1.000" in end.reasons["refuse"]


def test_without_an_input_of_the_gate_the_gate_cannot_judge(world, registered):
    end = world.follow(
        world.start(without_input(literal(world.deployed(), world, registered, "gate", "decide"), "gate", "evaluation"))
    )
    assert (end.status, set(end.reasons)) == ("Failed", {"gate"})
    assert end.reasons["gate"].startswith("AlgorithmError: ")
    assert end.reasons["gate"].endswith(", exit code: 2")


@pytest.mark.parametrize("name", ["exports", "code"])
def test_without_an_input_the_first_step_fails(world, registered, name):
    end = world.follow(world.start(without_input(world.deployed(), "prepare", name)))
    assert (end.status, set(end.reasons)) == ("Failed", {"prepare"})


@pytest.mark.parametrize("name", ["prepare", "train", "evaluate", "gate"])
def test_without_a_step_that_others_build_on_nothing_runs(world, registered, name):
    arn = world.start(without_step(world.deployed(), name))
    end = world.follow(arn)
    assert (end.status, world.steps(arn), end.reason) == (
        "Failed",
        {},
        f"The definition refers to the step {name}, which it does not have.",
    )


def test_without_the_steps_behind_the_gate_nothing_is_registered(world, registered):
    arn = world.start(literal(world.deployed(), world, registered, "gate"))
    assert world.follow(arn) == EndState(status="Succeeded", reason=None, reasons={}, model_package=None)
