"""`make models`, `make approve`, `make reject`: what a person reads at the terminal."""

import sys
from collections.abc import Callable

import pytest

from local.command_line import run
from local.infra.account import Account
from local.infra.models import __main__ as models
from tests.local.infra.models.conftest import BUCKET, Register


@pytest.fixture
def command(account: Account, monkeypatch: pytest.MonkeyPatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Runs the program on the account; its exit status, output and errors."""
    monkeypatch.setattr(models, "account_at_hand", lambda _: account)

    def with_arguments(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["models", *arguments])
        status = run(models.main)
        said = capsys.readouterr()
        return status, said.out, said.err

    return with_arguments


def test_an_empty_registry_says_how_to_fill_it(command):
    assert command("list", "--env", "prod") == (
        0,
        "The registry mailroom-prod holds no version yet: train one with `make run-pipeline`.\n",
        "",
    )


def test_the_list_names_the_newest_report(command, register: Register, serve: Callable[[str], None]):
    serve(register("m-1", scores={"queue": 0.9}, status="Approved"))
    register("m-2", scores={"queue": 0.91}, evaluation=f"s3://{BUCKET}/evaluations/run")
    status, output, _ = command("list", "--env", "prod")
    header, _, newest, live, *rest = output.splitlines()
    assert (status, header.split()[0], newest[0], live[:3]) == (0, "version", "2", "1 *")
    assert rest[-1] == f"Report of version 2: s3://{BUCKET}/evaluations/run/comparison.html"


def test_a_decision_is_one_sentence_and_is_kept_with_its_reason(command, account: Account, register: Register):
    arn = register("m-1")
    assert command("approve", "--env", "prod", "--model", "m-1", "--reason", "better") == (
        0,
        "Version 1 (m-1) is approved; the deployment follows by itself: watch it with `make models ENV=prod`.\n",
        "",
    )
    described = account.client("sagemaker").describe_model_package(ModelPackageName=arn)
    assert (described["ModelApprovalStatus"], described["ApprovalDescription"]) == ("Approved", "better")
    status, output, _ = command("reject", "--env", "prod", "--model", "1")
    assert (status, output) == (0, "Version 1 (m-1) is rejected; nothing else changes.\n")


def test_what_cannot_be_done_is_one_sentence_and_status_2(command, register: Register):
    register("m-1")
    assert command("approve", "--env", "prod", "--model", "7") == (
        2,
        "",
        "There is no version '7'; the newest are: 1 (m-1).\n",
    )
