"""What the monthly DAG finds on one machine: an export as the CRM uploads it, and a base model."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.accounts.clients import bare_session
from local.accounts.credentials import assume
from local.airflow.sample_month import StagedMonth, stage_month
from local.crm.upload import export_of
from local.infra.account import Account
from local.sample.write import SampleFolder, make_sample
from mailroom.taxonomy_file import load_taxonomy
from mailroom_retrain_helpers.exports import MonthFolder
from mailroom_retrain_helpers.wishes import pipeline_parameters
from model.base_model import BaseModel, resolve
from tests.support.moto_process import moto_process
from tests.support.tiny_models import make_tiny_encoder

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[3] / "config" / "taxonomy.toml"
BUCKETS = {"ExportsBucketName": "the-exports", "ArtefactsBucketName": "the-artefacts"}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    template = {
        "Resources": {
            output: {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}} for output, name in BUCKETS.items()
        },
        "Outputs": {output: {"Value": {"Ref": output}} for output in BUCKETS},
    }
    with moto_process() as url:
        keys = assume(url, account="444455556666", region="eu-central-1")
        keys.client("cloudformation").create_stack(StackName="mailroom-prod-data", TemplateBody=json.dumps(template))
        session = bare_session(
            access_key=keys.access_key, secret_key=keys.secret_key, token=keys.token, region=keys.region
        )
        yield Account(environment="prod", number=keys.account, session=session, emulated=True, endpoint_url=url)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFolder:
    return make_sample(tmp_path_factory.mktemp("sample"), mails=150, progress=False)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> BaseModel:
    folder = make_tiny_encoder(tmp_path_factory.mktemp("models") / "tiny-bert")
    return resolve(str(folder), cache=tmp_path_factory.mktemp("cache"))


def test_the_dag_finds_an_export_that_fits_its_manifest_and_the_shipped_taxonomy(
    account: Account, sample: SampleFolder, model: BaseModel
):
    staged = stage_month(account, model, sample=sample)
    rows = export_of(sample.months[0].export, "2026-01").rows
    assert staged == StagedMonth(month="2026-01", mails=rows, base_model="base-models/tiny-bert")
    folder = MonthFolder(s3=account.client("s3"), bucket="the-exports", prefix="production", month="2026-01")
    assert folder.awaited() is None
    assert folder.validate(load_taxonomy(SHIPPED)).rows == rows
    names = {path.name for path in model.path.iterdir()}
    listed = account.client("s3").list_objects_v2(Bucket="the-artefacts", Prefix="base-models/tiny-bert/")["Contents"]
    assert {entry["Key"].rpartition("/")[2] for entry in listed} <= names
    assert "base-models/tiny-bert/config.json" in {entry["Key"] for entry in listed}


def test_what_a_run_is_to_be_triggered_with_is_taken_by_its_first_task():
    said = json.loads(StagedMonth(month="2026-01", mails=1, base_model="base-models/tiny-bert").configuration)
    assert (said["month"], set(said)) == ("2026-01", {"month", "base_model", "hyperparameters"})
    assert pipeline_parameters(said["hyperparameters"], said["base_model"]) == {
        "Hyperparameters": '{"batch_size": 16, "epochs": 4, "max_tokens": 128, "tuned_layers": 2}',
        "BaseModel": "base-models/tiny-bert",
    }
