import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.environment import EnvironmentConfig
from local.infra.account import Account
from local.infra.errors import AccountError
from local.infra.models.repacking import VENDOR, code_fingerprint, repacked
from local.infra.models.versions import chosen, versions
from model.archive.reader import open_archive
from model.archive.unpack import unpacked
from stacks.pipeline.prefixes import REPACKED
from tests.local.infra.models.conftest import BUCKET, Register

pytestmark = pytest.mark.skipif(
    not (Path(__file__).parents[4] / VENDOR).is_dir(), reason="make setup has not fetched the vendored packages"
)


def contents(packed: Path) -> dict[str, bytes]:
    with tarfile.open(packed) as tar:
        return {
            member.name: file.read()
            for member in tar
            if member.isfile() and (file := tar.extractfile(member)) is not None
        }


def test_a_repacked_version_has_todays_code_around_the_same_bytes_and_waits_for_a_person(
    account: Account, config: EnvironmentConfig, register: Register, archive: str, tmp_path: Path
):
    first = register(
        "m-1",
        scores={"queue": 0.9},
        archive=archive,
        frozen_set="2026.1/2026-01",
        code_fingerprint="f" * 64,
        status="Approved",
    )
    arn, name = repacked(account, config, chosen(account, config, "1"))
    newest, former = versions(account, config)
    assert (newest.arn, newest.number, newest.status, former.arn) == (arn, 2, "PendingManualApproval", first)
    assert newest.facts == {
        "model_version": name,
        "taxonomy_version": "2026.1",
        "frozen_set": "2026.1/2026-01",
        "repacked_from": "m-1",
        "code_fingerprint": code_fingerprint(),
        "archive": newest.archive,
    }
    assert newest.metrics == former.metrics
    assert newest.archive == f"s3://{BUCKET}/{REPACKED}/{name}/model.tar.gz"
    before, after = tmp_path / "before.tar.gz", tmp_path / "after.tar.gz"
    for one, file in ((former, before), (newest, after)):
        account.client("s3").download_file(BUCKET, one.archive.removeprefix(f"s3://{BUCKET}/"), str(file))
    _, manifest = open_archive(unpacked(after, tmp_path / "unpacked"))
    assert (manifest.model_version, manifest.facts["repacked_from"]) == (name, "m-1")
    old, new = contents(before), contents(after)
    other = {path for path in {*old, *new} if not path.startswith("code/") and path != "archive.json"}
    assert other == {"settings.json"}
    assert {path: old[path] for path in other} == {path: new[path] for path in other}
    assert "code/model/inference.py" in new


def test_a_version_that_holds_this_very_code_is_not_repacked(
    account: Account, config: EnvironmentConfig, register: Register, archive: str
):
    register("m-1", archive=archive)
    repacked(account, config, chosen(account, config, "1"))
    with pytest.raises(AccountError, match=r"^Version 2 holds this very code already; there is nothing to repack\.$"):
        repacked(account, config, chosen(account, config, "2"))
    assert [one.number for one in versions(account, config)] == [2, 1]


def test_the_card_of_a_repacked_version_is_its_own_and_waits_for_a_reader(
    account: Account, config: EnvironmentConfig, register: Register, archive: str
):
    scores = [{"name": "Frozen test set", "metric_groups": []}]
    card = {
        "model_overview": {"model_creator": "Mailroom's training pipeline"},
        "evaluation_details": scores,
        "additional_information": {
            "caveats_and_recommendations": "None.",
            "custom_details": {"model_version": "m-1", "taxonomy_version": "2026.1", "code_fingerprint": "f" * 64},
        },
    }
    register("m-1", archive=archive, card=card)
    arn, name = repacked(account, config, chosen(account, config, "1"))
    registered = account.client("sagemaker").describe_model_package(ModelPackageName=arn)["ModelCard"]
    assert registered["ModelCardStatus"] == "PendingReview"
    assert json.loads(registered["ModelCardContent"]) == {
        "model_overview": {"model_creator": "Mailroom's training pipeline"},
        "evaluation_details": scores,
        "additional_information": {
            "caveats_and_recommendations": "None.",
            "custom_details": {
                "model_version": name,
                "taxonomy_version": "2026.1",
                "repacked_from": "m-1",
                "code_fingerprint": code_fingerprint(),
                "archive": f"s3://{BUCKET}/{REPACKED}/{name}/model.tar.gz",
                "scores": "Measured with the code of m-1; this version's own code was not measured.",
            },
        },
    }


class Killed(BaseException):
    """Nothing that the program could catch."""


@contextmanager
def killed_at(account: Account, moment: str) -> Iterator[None]:
    """Whoever calls the account is gone at a moment of botocore's."""

    def die(**_: Any) -> None:
        raise Killed

    account.session.events.register(moment, die)
    try:
        with pytest.raises(Killed):
            yield
    finally:
        account.session.events.unregister(moment, die)


@pytest.mark.parametrize(
    ("moment", "registered"),
    [
        ("before-call.s3.PutObject", 1),
        ("after-call.s3.PutObject", 1),
        ("before-call.sagemaker.CreateModelPackage", 1),
        ("after-call.sagemaker.CreateModelPackage", 2),
    ],
)
def test_a_run_that_was_killed_is_repeated_and_registers_one_version(
    account: Account, config: EnvironmentConfig, register: Register, archive: str, moment: str, registered: int
):
    register("m-1", archive=archive)
    with killed_at(account, moment):
        repacked(account, config, chosen(account, config, "1"))
    assert len(versions(account, config)) == registered
    arn, _ = repacked(account, config, chosen(account, config, "1"))
    assert [one.arn for one in versions(account, config)][:-1] == [arn]
    assert repacked(account, config, chosen(account, config, "1"))[0] == arn


def test_bytes_that_were_uploaded_are_never_replaced(
    account: Account, config: EnvironmentConfig, register: Register, archive: str
):
    register("m-1", archive=archive)
    with killed_at(account, "before-call.sagemaker.CreateModelPackage"):
        repacked(account, config, chosen(account, config, "1"))
    s3 = account.client("s3")
    (stored,) = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{REPACKED}/")["Contents"]
    s3.put_object(Bucket=BUCKET, Key=stored["Key"], Body=b"as they were")
    repacked(account, config, chosen(account, config, "1"))
    assert s3.get_object(Bucket=BUCKET, Key=stored["Key"])["Body"].read() == b"as they were"


def test_what_is_approved_already_is_not_registered_again_but_what_was_rejected_is(
    account: Account, config: EnvironmentConfig, register: Register, archive: str
):
    register("m-1", archive=archive)
    arn, name = repacked(account, config, chosen(account, config, "1"))
    decide = account.client("sagemaker").update_model_package
    decide(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    sentence = rf"^That is version 2 \({name}\), which is approved already; there is nothing to repack\.$"
    with pytest.raises(AccountError, match=sentence):
        repacked(account, config, chosen(account, config, "1"))
    decide(ModelPackageArn=arn, ModelApprovalStatus="Rejected")
    again, _ = repacked(account, config, chosen(account, config, "1"))
    assert [(one.arn, one.status) for one in versions(account, config)][:2] == [
        (again, "PendingManualApproval"),
        (arn, "Rejected"),
    ]


def test_a_version_without_an_archive_is_refused(account: Account, config: EnvironmentConfig, register: Register):
    register("m-1", archive="https://elsewhere.example/model.tar.gz")
    with pytest.raises(AccountError, match=r"^The version names no archive in S3, so there is nothing to repack\.$"):
        repacked(account, config, chosen(account, config, "1"))
