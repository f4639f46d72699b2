"""Staging a base model in an environment's bucket."""

import hashlib
import json
import sys

import pytest

from local.infra.errors import AccountError
from local.infra.stage_base_model import Staged, main, source_of, stage
from model.base_model import resolve
from tests.support.tiny_models import make_tiny_encoder

pytestmark = pytest.mark.slow

BUCKET = "mailroom-dev-artefacts"


@pytest.fixture
def bucket(dev):
    """A data stack with the artefacts bucket."""
    template = {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}}},
        "Outputs": {"ArtefactsBucketName": {"Value": {"Ref": "Bucket"}}},
    }
    dev.client("cloudformation").create_stack(StackName="mailroom-dev-data", TemplateBody=json.dumps(template))
    return dev.client("s3")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = make_tiny_encoder(tmp_path_factory.mktemp("models") / "tiny-bert")
    return resolve(str(folder), cache=tmp_path_factory.mktemp("cache"))


def held(client) -> dict[str, str]:
    keys = [entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
    return {key: hashlib.sha256(client.get_object(Bucket=BUCKET, Key=key)["Body"].read()).hexdigest() for key in keys}


def test_every_file_of_the_model_arrives_byte_by_byte_and_nothing_else(dev, bucket, model):
    (model.path / "README.md").write_text("not the model", encoding="utf-8")
    staged = stage(dev, model, progress=False)
    expected = {
        f"base-models/tiny-bert/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in model.path.iterdir()
        if path.name != "README.md"
    }
    assert held(bucket) == expected
    assert staged == Staged(url=f"s3://{BUCKET}/base-models/tiny-bert", sent=len(expected), files=len(expected))


def test_what_is_there_whole_is_not_sent_again_and_what_is_damaged_is(dev, bucket, model):
    stage(dev, model, progress=False)
    assert stage(dev, model, progress=False).sent == 0
    before = held(bucket)
    bucket.put_object(Bucket=BUCKET, Key="base-models/tiny-bert/config.json", Body=b"{}")
    assert stage(dev, model, progress=False).sent == 1
    assert held(bucket) == before


def test_what_is_staged_is_a_base_model_for_the_resolver(dev, bucket, model, tmp_path):
    staged = stage(dev, model, progress=False)
    assert resolve(staged.url, cache=tmp_path, progress=False).fingerprint == model.fingerprint


def test_without_a_deployed_data_stack_nothing_is_staged(dev, model):
    with pytest.raises(AccountError, match=r"^The stack mailroom-dev-data cannot be read: "):
        stage(dev, model, progress=False)


def test_the_command_says_where_the_model_lies_and_what_training_starts_from(dev, bucket, model, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["stage", "--env", "dev", "--base-model", str(model.path)])
    main()
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(f"files sent, the others were there; it lies in s3://{BUCKET}/base-models/tiny-bert/")
    assert second.startswith("Training in dev starts from ")


def test_the_configured_model_comes_from_the_hub_unless_it_is_the_embedded_one():
    assert source_of("distilbert-base-german-cased") == "hub:distilbert-base-german-cased"
    assert source_of("multilingual-e5-small") == "embedded"
