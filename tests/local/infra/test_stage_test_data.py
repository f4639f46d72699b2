"""Test data belong to the commit: what Jenkins brings is what the run that it starts asks for, in every month."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load_environments
from local.command_line import run
from local.infra import stage_test_data
from local.infra.account import Account
from local.infra.errors import AccountError
from local.infra.stage_test_data import main, months_to_stage
from local.infra.start_pipeline import month_to_train_on
from local.sample.write import SampleFolder, make_sample
from model.steps.months import exports_until

DEV, PROD = load_environments()
BUCKET = "mailroom-dev-data-exports"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFolder:
    return make_sample(tmp_path_factory.mktemp("sample"), mails=20, progress=False)


@pytest.fixture
def account(dev: Account) -> Account:
    """dev with a data stack that names its bucket."""
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}}
    template = {
        "Resources": {"Exports": bucket},
        "Outputs": {"ExportsBucketName": {"Value": {"Ref": "Exports"}}},
    }
    dev.client("cloudformation").create_stack(StackName="mailroom-dev-data", TemplateBody=json.dumps(template))
    return dev


@pytest.fixture
def stage(sample, monkeypatch) -> list[str]:
    """The command's own arguments, with few mails."""
    monkeypatch.setattr(stage_test_data, "make_sample", lambda _: sample)
    arguments = ["stage_test_data", "--env", "dev"]
    monkeypatch.setattr(sys, "argv", arguments)
    return arguments


def downloaded(account: Account, folder: Path) -> Path:
    """What the pipeline's first step finds in its folder of exports."""
    s3 = account.client("s3")
    for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
        file = folder / one["Key"]
        file.parent.mkdir(parents=True)
        file.write_bytes(s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read())
    return folder / DEV.training.data


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("now", [datetime(2026, 3, 2, tzinfo=UTC), datetime(2031, 12, 31, tzinfo=UTC)])
def test_a_run_that_names_no_month_finds_the_data_that_were_staged_whenever_it_starts(
    account, sample, tmp_path, now, capsys
):
    assert run(main) == 0
    assert capsys.readouterr().out == (
        f"Test data up to 2026-02: s3://{BUCKET}/test/2026-01/export.jsonl, s3://{BUCKET}/test/2026-02/export.jsonl\n"
    )
    found = exports_until(downloaded(account, tmp_path), month_to_train_on(DEV, None, now=now))
    assert found.months == ("2026-01", "2026-02")
    assert [file.read_bytes() for file in found.files] == [month.export.read_bytes() for month in sample.months[:2]]


def test_a_bucket_can_be_named_by_whoever_cannot_ask_the_stack(dev, stage, capsys):
    dev.client("s3").create_bucket(
        Bucket="named-by-hand", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    stage += ["--bucket", "named-by-hand"]
    assert run(main) == 0
    assert capsys.readouterr().out.startswith("Test data up to 2026-02: s3://named-by-hand/test/2026-01/export.jsonl, ")


@pytest.mark.usefixtures("dev")
def test_without_a_bucket_the_data_stack_is_named(stage, capsys):
    assert run(main) == 2
    assert capsys.readouterr().err.startswith("The stack mailroom-dev-data cannot be read: ")


def test_made_up_mails_are_never_brought_to_where_production_data_are_trained_on(sample):
    with pytest.raises(AccountError) as caught:
        months_to_stage(PROD, sample.months)
    assert str(caught.value) == "prod trains on production data: made-up mails do not belong there."


@pytest.mark.parametrize("month", ["previous", "2026-04"])
def test_a_month_that_no_made_up_mail_is_of_is_a_sentence(sample, month):
    config = replace(DEV, training=replace(DEV.training, export_month=month))
    with pytest.raises(AccountError) as caught:
        months_to_stage(config, sample.months)
    assert str(caught.value) == (
        f"config/dev.toml, training.export_month: the test data are of 2026-01, 2026-02, 2026-03, and not of {month!r}."
    )
