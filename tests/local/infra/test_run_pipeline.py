"""`make run-pipeline`: start, watch to the end, say what was registered; on an account whose executor the test is."""

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.load import load_environment
from local.accounts import accounts_file, emulator
from local.accounts.accounts_file import Place
from local.command_line import run
from local.infra.account import Account, emulated_account
from local.infra.errors import AccountError
from local.infra.run_pipeline import main, registered, take_up, watch
from local.infra.start_pipeline import start
from local.pipelines.account import Account as ExecutorsAccount
from local.pipelines.account import StepState
from tests.support.assemblies import ACCOUNTS, REGION

pytestmark = pytest.mark.slow

CONFIG = load_environment("dev")
MONTH = CONFIG.training.export_month
DEFINITION = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": name, "Type": "String", "DefaultValue": ""} for name in ("ExportMonth", "Hyperparameters")],
    "Steps": [{"Name": "prepare", "Type": "Fail", "Arguments": {"ErrorMessage": "never run"}}],
}
IMAGE = "763104351884.dkr.ecr.eu-central-1.amazonaws.com/huggingface-pytorch-inference:2.6.0"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    state = tmp_path_factory.mktemp("run") / "accounts.json"
    try:
        emulator.start(state)
        accounts_file.write(state, {"dev": Place(account=ACCOUNTS["dev"], region=REGION)})
        yield state
    finally:
        emulator.stop(state)


@pytest.fixture(scope="module")
def account(state) -> Account:
    account = emulated_account("dev", state)
    sagemaker = account.client("sagemaker")
    sagemaker.create_pipeline(
        PipelineName="mailroom-dev",
        PipelineDefinition=json.dumps(DEFINITION),
        ClientRequestToken="0" * 32,
        RoleArn="arn:aws:iam::111122223333:role/pipeline",
    )
    sagemaker.create_model_package_group(ModelPackageGroupName="mailroom-dev")
    return account


@pytest.fixture(scope="module")
def executor(state) -> ExecutorsAccount:
    return ExecutorsAccount(accounts_file.credentials(state, "dev"))


@pytest.fixture
def commit() -> str:
    """Of this test alone: for the same one SageMaker would answer with the execution of another."""
    return secrets.token_hex(20)


@pytest.fixture
def register(account) -> Callable[[str], str]:
    """Registers a version with an approval status; its ARN."""

    def with_status(status: str) -> str:
        return account.client("sagemaker").create_model_package(
            ModelPackageGroupName="mailroom-dev",
            ModelApprovalStatus=status,
            CustomerMetadataProperties={"model_version": "m-0123456789ab"},
            InferenceSpecification={
                "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"}],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]

    return with_status


def step(name: str, status: str, **more: object) -> StepState:
    started = time.time() - 5
    return StepState(name=name, type="Processing", status=status, started_at=started, **more)


def succeed(executor: ExecutorsAccount, execution: str, package: str) -> None:
    metadata = {"RegisterModel": {"Arn": package}}
    executor.tell_step(execution, step("register", "Succeeded", metadata=metadata))
    executor.tell_end(execution, "Succeeded", None)


def test_each_change_of_a_step_is_a_line_and_the_registered_version_the_result(account, executor, commit, register):
    execution = start(account, CONFIG, commit=commit, month=MONTH)
    package = register("Approved")
    executor.tell_step(execution, step("prepare", "Executing"))
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(" ".join(line.split()[:2]))
        if lines[-1] == "prepare Executing":
            executor.tell_step(execution, step("prepare", "Succeeded", ended_at=time.time()))
        elif lines[-1] == "prepare Succeeded":
            succeed(executor, execution, package)

    assert watch(account, execution, say=say) == package
    assert lines == ["prepare Executing", "prepare Succeeded", "register Succeeded"]


@pytest.mark.parametrize(
    ("status", "step_reason", "reason", "sentence"),
    [
        ("Failed", "AlgorithmError: no export, exit code: 2", "a step failed", "failed: prepare: AlgorithmError: no"),
        ("Failed", None, "The execution took too long.", "failed: The execution took too long."),
        ("Stopped", None, None, "was stopped: its steps say nothing"),
    ],
)
def test_an_execution_that_does_not_succeed_ends_in_a_sentence_with_its_steps_reasons(
    account, executor, commit, status, step_reason, reason, sentence
):
    execution = start(account, CONFIG, commit=commit, month=MONTH)
    executor.tell_step(execution, step("prepare", status, reason=step_reason, ended_at=time.time()))
    executor.tell_end(execution, status, reason)
    with pytest.raises(AccountError) as caught:
        watch(account, execution, say=lambda _: None)
    assert str(caught.value).startswith(f"The execution {execution} {sentence}")


def test_a_run_that_registers_nothing_is_no_success(account, executor, commit):
    execution = start(account, CONFIG, commit=commit, month=MONTH)
    executor.tell_end(execution, "Succeeded", None)
    with pytest.raises(AccountError, match="succeeded, but registered nothing"):
        watch(account, execution, say=lambda _: None)


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_what_failed_or_was_stopped_is_taken_up_again_under_the_same_execution(account, executor, commit, status):
    execution = start(account, CONFIG, commit=commit, month=MONTH)
    executor.tell_end(execution, status, "The base model was not staged.")
    assert start(account, CONFIG, commit=commit, month=MONTH) == execution
    assert take_up(account, execution)
    assert executor.status(execution) == "Executing"


def test_what_runs_or_has_succeeded_is_left_alone(account, executor, commit):
    execution = start(account, CONFIG, commit=commit, month=MONTH)
    assert not take_up(account, execution)
    executor.tell_end(execution, "Succeeded", None)
    assert not take_up(account, execution)
    assert executor.status(execution) == "Succeeded"


def test_an_approved_version_goes_to_the_endpoint(account, register):
    package = register("Approved")
    assert registered(account, CONFIG, package).splitlines() == [
        f"Registered: {package}",
        "model_version: m-0123456789ab",
        f"It is approved, and goes to the endpoint: make smoke-test ENV=dev MODEL={package}",
    ]


def test_a_version_that_waits_says_for_whom_and_how_it_is_approved(account, register):
    package = register("PendingManualApproval")
    number = package.rpartition("/")[2]
    assert registered(account, CONFIG, package).splitlines()[2] == (
        "It waits for a person: `make models ENV=dev` shows it beside the one that is live; who may (role "
        f"mailroom-dev-approver) then approves it in Studio or by `make approve ENV=dev MODEL={number}`."
    )


def test_settings_go_to_the_pipeline_and_make_another_run_of_the_same_commit(account, executor, commit):
    first = start(account, CONFIG, commit=commit, month=MONTH)
    second = start(account, CONFIG, commit=commit, month=MONTH, settings={"epochs": "2", "batch_size": "16"})
    assert second != first
    assert start(account, CONFIG, commit=commit, month=MONTH, settings={"batch_size": "16", "epochs": "2"}) == second
    told = account.client("sagemaker").list_pipeline_parameters_for_execution(PipelineExecutionArn=second)
    given = {one["Name"]: one["Value"] for one in told["PipelineParameters"]}
    assert json.loads(given["Hyperparameters"]) == {"batch_size": "16", "epochs": "2"}


@pytest.fixture
def here(account, state, monkeypatch) -> Account:
    """What the command finds: no credentials, emulated accounts that run, and a person who asks for them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MAILROOM_LOCAL", "1")
    monkeypatch.setattr("local.infra.at_hand.RUN_FOLDERS", (state.parent,))
    return account


@pytest.fixture
def command(here, commit, tmp_path, monkeypatch) -> tuple[Callable[[], int], Path]:
    """Runs the command for the commit; the file that it writes, which an earlier run has left."""
    file = tmp_path / "registered" / "dev.txt"
    file.parent.mkdir()
    file.write_text("arn:of:an:earlier:run\n", encoding="ascii")
    monkeypatch.setattr(sys, "argv", ["run_pipeline", "--env", "dev", "--commit", commit, "--registered", str(file)])
    return lambda: run(main), file


def test_the_command_trains_on_the_configured_month_and_leaves_the_version_in_a_file(
    account, executor, commit, register, state, command, capsys
):
    act, file = command
    package = register("Approved")
    execution = start(account, CONFIG, commit=commit, month=MONTH)
    succeed(executor, execution, package)
    assert act() == 0
    assert capsys.readouterr().out.splitlines() == [
        f"LOCAL: this is the emulated dev account of {state.parent}.",
        f"Training for commit {commit[:12]} on test data up to {MONTH}: {execution}",
        "register     Succeeded",
        f"Registered: {package}",
        "model_version: m-0123456789ab",
        f"It is approved, and goes to the endpoint: make smoke-test ENV=dev MODEL={package}",
    ]
    assert file.read_text(encoding="ascii") == f"{package}\n"


def test_a_run_that_registers_nothing_leaves_no_version_of_an_earlier_one_behind(account, executor, commit, command):
    act, file = command
    execution = start(account, CONFIG, commit=commit, month=MONTH)
    executor.tell_end(execution, "Succeeded", None)
    assert act() == 2
    assert not file.exists()
