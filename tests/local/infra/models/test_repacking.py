import tarfile
from pathlib import Path

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
    first = register("m-1", scores={"queue": 0.9}, archive=archive, frozen_set="2026.1/2026-01", status="Approved")
    arn, name = repacked(account, config, chosen(versions(account, config), "1"))
    newest, former = versions(account, config)
    assert (newest.arn, newest.number, newest.status, former.arn) == (arn, 2, "PendingManualApproval", first)
    assert newest.facts == {
        "model_version": name,
        "taxonomy_version": "2026.1",
        "frozen_set": "2026.1/2026-01",
        "repacked_from": "m-1",
        "code_fingerprint": code_fingerprint(),
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
    repacked(account, config, chosen(versions(account, config), "1"))
    with pytest.raises(AccountError, match=r"^Version 2 holds this very code already; there is nothing to repack\.$"):
        repacked(account, config, chosen(versions(account, config), "2"))
    assert [one.number for one in versions(account, config)] == [2, 1]


def test_a_version_without_an_archive_is_refused(account: Account, config: EnvironmentConfig, register: Register):
    register("m-1", archive="https://elsewhere.example/model.tar.gz")
    with pytest.raises(AccountError, match=r"^The version names no archive in S3, so there is nothing to repack\.$"):
        repacked(account, config, chosen(versions(account, config), "1"))
