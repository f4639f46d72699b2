"""Starting the training pipeline from a build."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from moto.sagemaker.models import sagemaker_backends

from config.load import load_environments
from local.command_line import run
from local.infra.errors import AccountError
from local.infra.start_pipeline import MONTH_PARAMETER, current_commit, main, month_to_train_on, start
from model.dataset.errors import DatasetError
from stacks.pipeline import parameters

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONFIG, PROD = load_environments()


@pytest.fixture
def pipeline(dev):
    """The emulated account's own record of the pipeline."""
    dev.client("sagemaker").create_pipeline(
        PipelineName="mailroom-dev",
        PipelineDefinition='{"Version": "2020-12-01", "Steps": []}',
        ClientRequestToken="0" * 32,
        RoleArn="arn:aws:iam::111122223333:role/pipeline",
    )
    return sagemaker_backends["111122223333"]["eu-central-1"].pipelines["mailroom-dev"]


def test_an_execution_is_told_its_month_and_named_after_it_and_the_commit(dev, pipeline):
    arn = start(dev, CONFIG, commit=COMMIT, month="2026-02")
    (execution,) = pipeline.pipeline_executions.values()
    assert execution.arn == arn
    assert (execution.client_request_token, execution.pipeline_execution_display_name) == (
        f"{COMMIT}-2026-02",
        "commit-0123456789ab-2026-02",
    )
    assert dev.client("sagemaker").list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)[
        "PipelineParameters"
    ] == [{"Name": "ExportMonth", "Value": "2026-02"}]


def test_another_month_is_another_execution_of_the_same_commit(dev, pipeline):
    arns = [start(dev, CONFIG, commit=COMMIT, month=month) for month in ("2026-04", "2026-05")]
    tokens = [pipeline.pipeline_executions[arn].client_request_token for arn in arns]
    assert tokens == [f"{COMMIT}-2026-04", f"{COMMIT}-2026-05"]


@pytest.mark.parametrize(
    ("config", "asked", "month"),
    [
        (CONFIG, None, CONFIG.training.export_month),
        (CONFIG, "2026-01", "2026-01"),
        (CONFIG, "previous", "2026-12"),
        (PROD, None, "2026-12"),
        (PROD, "2026-10", "2026-10"),
    ],
)
def test_test_data_have_a_fixed_month_and_production_data_the_one_before_unless_a_person_names_one(
    config, asked, month
):
    assert month_to_train_on(config, asked, now=datetime(2027, 1, 1, tzinfo=UTC)) == month


def test_what_is_asked_for_must_be_a_month():
    with pytest.raises(DatasetError, match="must be 'previous' or of the form 2026-03, not 'May'"):
        month_to_train_on(CONFIG, "May", now=datetime(2027, 1, 1, tzinfo=UTC))


def test_the_month_goes_by_the_name_that_the_pipeline_gives_it():
    assert MONTH_PARAMETER == parameters.EXPORT_MONTH


@pytest.mark.parametrize("month", ["2026-13", "2026-2", "previous", ""])
def test_what_is_no_month_starts_nothing(dev, pipeline, month):
    with pytest.raises(AccountError, match=r"is no month: give it in the form 2026-02\.$"):
        start(dev, CONFIG, commit=COMMIT, month=month)
    assert pipeline.pipeline_executions == {}


def test_the_command_starts_it_for_the_commit_that_is_checked_out_and_says_so(dev, pipeline, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["start_pipeline", "--env", "dev"])
    assert run(main) == 0
    (arn,) = pipeline.pipeline_executions
    assert capsys.readouterr().out == f"Training for commit {current_commit()[:12]} on exports up to 2026-02: {arn}\n"


def test_a_pipeline_that_is_not_deployed_is_named(dev):
    with pytest.raises(AccountError, match=r"^The pipeline mailroom-dev cannot be started: .*\.$"):
        start(dev, CONFIG, commit=COMMIT, month="2026-02")


@pytest.mark.parametrize("commit", ["main", "0123456", COMMIT.upper(), ""])
def test_what_is_no_full_commit_starts_nothing(dev, pipeline, commit):
    with pytest.raises(AccountError, match=r"is no commit: give the full hash"):
        start(dev, CONFIG, commit=commit, month="2026-02")
    assert pipeline.pipeline_executions == {}


def test_outside_a_checkout_the_commit_has_to_be_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(AccountError, match=r"name the commit with --commit\.$"):
        current_commit()


def test_the_commit_is_the_one_that_is_checked_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    identity = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
    for arguments in (["init", "--quiet"], [*identity, "commit", "--quiet", "--allow-empty", "--message", "m"]):
        subprocess.run(["git", *arguments], check=True)
    log = subprocess.run(["git", "log", "--format=%H"], check=True, capture_output=True, text=True)
    assert current_commit() == log.stdout.strip()
