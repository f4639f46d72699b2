"""An execution whose run breaks: tried again, and given up where it breaks at the same place for ever."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.pace import Pace
from local.pipelines import executor as executor_module
from local.pipelines.account import Account, ExecutionState
from local.pipelines.attempt import Settings
from local.pipelines.executor import Executor
from tests.local.pipelines.small_pipelines import Ground, processing

pytestmark = pytest.mark.slow


class BreakingAccount(Account):
    """An account whose answer about an execution is an error, as often as there are ``errors``."""

    def __init__(self, credentials: Credentials, arn: str, *errors: Exception) -> None:
        super().__init__(credentials)
        self._arn = arn
        self.errors = list(errors)

    def unfinished(self) -> tuple[str, ...]:
        return tuple(arn for arn in super().unfinished() if arn == self._arn)

    def execution(self, arn: str) -> ExecutionState:
        if self.errors:
            raise self.errors.pop()
        return super().execution(arn)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_module, "LOOK_SECONDS", 0.0)


def run(ground: Ground, folder: Path, *errors: Exception) -> tuple[str, BreakingAccount]:
    """Start an execution and look until it has ended."""
    arn = ground.start(ground.pipeline(processing("one", "true")))
    account = BreakingAccount(ground.credentials, arn, *errors)
    executor = Executor([account], Settings(folder=folder, pace=Pace(times=10_000)))
    while ground.status(arn) == "Executing":
        executor.look()
        time.sleep(0.02)
    return arn, account


def interruptions(said: str) -> list[str]:
    told: list[dict[str, Any]] = [json.loads(line) for line in said.splitlines()]
    return [line["exception"].partition(" at ")[0] for line in told if line["event"] == "execution_interrupted"]


def test_an_execution_that_breaks_at_the_same_place_five_times_has_failed_and_says_where(ground, tmp_path, capsys):
    arn, account = run(ground, tmp_path, *[KeyError("a word of a mail")] * 9)
    described = ground.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    reason = described["FailureReason"]
    assert (described["PipelineExecutionStatus"], len(account.errors)) == ("Failed", 4)
    assert reason.startswith(
        "InternalServerError: We encountered an internal error 5 times (KeyError at test_executor.py:"
    )
    assert "a word of a mail" not in reason + capsys.readouterr().err


def test_one_that_breaks_a_few_times_goes_on(ground, tmp_path, capsys):
    arn, _ = run(ground, tmp_path, *[KeyError(), ValueError()] * 4)
    assert ground.status(arn) == "Succeeded"
    assert interruptions(capsys.readouterr().err) == ["ValueError", "KeyError"] * 4


def test_an_account_that_is_away_for_long_gives_up_nothing(ground, tmp_path, capsys):
    arn, _ = run(ground, tmp_path, *[EmulatorError("It does not answer.")] * 12)
    assert ground.status(arn) == "Succeeded"
    assert interruptions(capsys.readouterr().err) == ["EmulatorError"] * 12
