"""Finding the champion on the endpoint, against an emulated account."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws
from moto.sagemaker.models import sagemaker_backends

from model.steps.champion import Champion, ChampionError, champion_in, fetch_champion
from tests.support.model_account import ACCOUNT, NAME, REGION, ModelAccount


class Account(ModelAccount):
    """With the call that is tested."""

    def fetch(self, folder: Path) -> Champion | None:
        return fetch_champion(NAME, folder, sagemaker=self.sagemaker, s3=self.s3)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield Account()


def test_without_an_endpoint_there_is_no_champion_and_a_file_says_so(account: Account, tmp_path: Path):
    account.register(b"approved-and-never-deployed")
    folder = tmp_path / "champion"
    assert account.fetch(folder) is None
    assert [path.name for path in folder.iterdir()] == ["champion.json"]
    assert json.loads((folder / "champion.json").read_text(encoding="utf-8")) == {"model_package": "none"}
    assert champion_in(folder) is None


def test_what_the_endpoint_serves_is_the_champion_and_not_what_was_approved_last(account: Account, tmp_path: Path):
    facts = {
        "model_version": "m-1",
        "taxonomy_version": "2026.1",
        "frozen_set": "2026.1/2026-01",
        "frozen_set_sha256": "a" * 64,
        "dataset": "s3://datasets/prepared/one",
        "champion": "none",
    }
    live = account.register(b"live", facts)
    account.register(b"rolled-back")
    account.serve({"ModelPackageName": live})
    champion = Champion(
        model_package=live,
        model_version="m-1",
        taxonomy_version="2026.1",
        frozen_set="2026.1/2026-01",
        frozen_set_sha256="a" * 64,
        dataset="s3://datasets/prepared/one",
    )
    assert account.fetch(tmp_path) == champion
    assert (tmp_path / "model.tar.gz").read_bytes() == b"live"
    assert champion_in(tmp_path) == champion


def test_a_champion_of_another_making_names_no_test_set(account: Account, tmp_path: Path):
    live = account.register(b"live", {"frozen_set": "none", "dataset": "none"})
    account.serve({"ModelPackageName": live})
    assert account.fetch(tmp_path) == Champion(model_package=live)


@pytest.mark.parametrize(
    ("status", "serves"),
    [
        ("InService", True),
        ("Updating", True),
        ("SystemUpdating", True),
        ("RollingBack", True),
        ("UpdateRollbackFailed", True),
        ("Creating", False),
        ("Failed", False),
        ("Deleting", False),
        ("OutOfService", False),
    ],
)
def test_an_endpoint_has_a_champion_while_it_answers(account: Account, tmp_path: Path, status: str, serves: bool):
    account.serve({"ModelPackageName": account.register(b"live")})
    sagemaker_backends[ACCOUNT][REGION].endpoints[NAME].endpoint_status = status
    assert (account.fetch(tmp_path) is not None) is serves


def test_an_archive_that_is_gone_is_an_error_and_not_a_missing_champion(account: Account, tmp_path: Path):
    account.serve({"ModelPackageName": account.register(b"live")})
    account.s3.delete_object(Bucket="artefacts", Key="models/live/output/model.tar.gz")
    with pytest.raises(ChampionError, match="The champion on the endpoint mailroom-dev cannot be fetched"):
        account.fetch(tmp_path)
    assert not (tmp_path / "champion.json").exists()


def test_a_version_that_is_gone_from_the_registry_is_an_error_too(account: Account, tmp_path: Path):
    account.serve({"ModelPackageName": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/{NAME}/7"})
    with pytest.raises(ChampionError, match="The champion on the endpoint mailroom-dev cannot be fetched"):
        account.fetch(tmp_path)


def test_a_model_that_comes_from_no_registry_is_said_to(account: Account, tmp_path: Path):
    account.serve({"Image": "image", "ModelDataUrl": "s3://artefacts/model.tar.gz"})
    with pytest.raises(ChampionError, match="is no version of a model registry"):
        account.fetch(tmp_path)


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"model_package": "arn", "unknown": 1}'])
def test_a_folder_that_does_not_say_which_champion_it_holds_is_refused(tmp_path: Path, content: str | None):
    if content is not None:
        (tmp_path / "champion.json").write_text(content, encoding="utf-8")
    with pytest.raises(ChampionError, match=r"no readable champion\.json"):
        champion_in(tmp_path)
