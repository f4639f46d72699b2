"""`make models`, `make approve`, `make reject`: what a person reads at the terminal."""

import sys
from collections.abc import Callable

import pytest

from local.command_line import run
from local.infra.account import Account
from local.infra.models import __main__ as models
from local.infra.models.state import LEGEND
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


def test_the_list_tells_how_each_version_stands_and_names_the_newest_report(
    command, register: Register, serve: Callable[[str], None]
):
    serve(register("m-1", scores={"queue": 0.9}, status="Approved"))
    register("m-2", status="Approved", taxonomy_version="none")
    register("m-3", scores={"queue": 0.91}, evaluation=f"s3://{BUCKET}/evaluations/run", repacked_from="m-1")
    status, output, _ = command("list", "--env", "prod")
    header, _, newest, refused, live, *rest = output.splitlines()
    assert (status, header.split()[:3]) == (0, ["version", "state", "model"])
    assert [line.split()[:3] for line in (newest, refused, live)] == [
        ["3", "waits", "m-3"],
        ["2", "refused", "m-2"],
        ["1", "live", "m-1"],
    ]
    assert rest == [
        "Version 2, refused: its metadata lack taxonomy_version.",
        f"{LEGEND}.",
        "Scores: macro-F1 on the frozen test set; in parentheses the score of the version that it was measured beside, "
        "and the difference, over the labels that both know.",
        "† measured with the former code: the version is another one's weights, repacked.",
        f"Report of version 3: s3://{BUCKET}/evaluations/run/comparison.html",
    ]


NOT_DEPLOYED = "nothing follows, because the stack mailroom-prod-inference is not deployed"


def test_a_decision_is_one_sentence_and_is_kept_with_its_reason(command, account: Account, register: Register):
    arn = register("m-1")
    assert command("approve", "--env", "prod", "--model", "m-1", "--reason", "better") == (
        0,
        f"Version 1 (m-1) is approved; {NOT_DEPLOYED}.\n",
        "",
    )
    described = account.client("sagemaker").describe_model_package(ModelPackageName=arn)
    assert (described["ModelApprovalStatus"], described["ApprovalDescription"]) == ("Approved", "better")
    status, output, _ = command("reject", "--env", "prod", "--model", "1")
    assert (status, output) == (0, f"Version 1 (m-1) is rejected; {NOT_DEPLOYED}.\n")


def test_the_last_version_is_rejected_only_if_the_endpoint_may_go(
    command, register: Register, serve: Callable[[str], None]
):
    serve(register("m-1", status="Approved"))
    status, output, error = command("reject", "--env", "prod", "--model", "1")
    assert (status, output, error[:32]) == (2, "", "Version 1 (m-1) is not rejected:")
    status, output, _ = command("reject", "--env", "prod", "--model", "1", "--take-down")
    assert (status, output[:27]) == (0, "Version 1 (m-1) is rejected")


def test_what_cannot_be_done_is_one_sentence_and_status_2(command, register: Register):
    register("m-1")
    assert command("approve", "--env", "prod", "--model", "7") == (
        2,
        "",
        "There is no version '7'; the newest are: 1 (m-1).\n",
    )
