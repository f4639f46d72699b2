"""The champion's frozen test set, found again where its run kept it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from moto import mock_aws

from model.dataset.frozen_set import FormerSet, FrozenSet
from model.dataset.kept_set import KeptSet, kept_set_to_json, load_kept_set
from model.dataset.prepared import write_prepared
from model.steps.champion import Champion, ChampionError
from model.steps.former_set import fetch_former_set
from tests.support.model_account import ModelAccount
from tests.support.tiny_dataset import TAXONOMY, examples

NAME = "tiny-1/2026-03"
TESTED = tuple(examples(6))
KEPT = KeptSet(
    frozen_set=FrozenSet(taxonomy_version="tiny-1", month="2026-03"),
    tasks=TAXONOMY.tasks,
    mails=TESTED,
    months={mail.id: "2026-03" for mail in TESTED},
    learned=frozenset({"mail-100"}),
    reserved=frozenset(),
)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelAccount]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield ModelAccount()


@pytest.fixture
def champion(account: ModelAccount, tmp_path: Path) -> Champion:
    """One whose run kept its set."""
    folder = tmp_path / "dataset"
    write_prepared(folder, {"test": TESTED}, taxonomy=TAXONOMY, report={}, fingerprint="0" * 64, kept=KEPT)
    return Champion(
        model_package="arn:live",
        frozen_set=NAME,
        frozen_set_sha256=KEPT.sha256,
        dataset=account.keep("prepared/one", folder),
    )


def test_it_is_copied_and_is_what_was_kept(account: ModelAccount, champion: Champion, tmp_path: Path):
    assert fetch_former_set(champion, tmp_path / "former", s3=account.s3) == FormerSet(name=NAME)
    assert load_kept_set(tmp_path / "former") == KEPT


@pytest.mark.parametrize("champion", [None, Champion(model_package="arn:live")])
def test_there_is_none_without_a_champion_that_names_one(
    account: ModelAccount, champion: Champion | None, tmp_path: Path
):
    assert fetch_former_set(champion, tmp_path, s3=account.s3) is None


@pytest.mark.parametrize("fact", ["frozen_set_sha256", "dataset"])
def test_a_set_of_which_only_the_name_is_registered_was_not_kept(
    account: ModelAccount, champion: Champion, tmp_path: Path, fact: str
):
    found = fetch_former_set(replace(champion, **{fact: None}), tmp_path / "former", s3=account.s3)
    assert found == FormerSet(name=NAME, problem="its mails were not kept")


@pytest.mark.parametrize("name", ["frozen_set.json", "test.jsonl"])
def test_a_set_whose_dataset_has_expired_is_kept_no_longer(
    account: ModelAccount, champion: Champion, tmp_path: Path, name: str
):
    account.s3.delete_object(Bucket="artefacts", Key=f"prepared/one/{name}")
    found = fetch_former_set(champion, tmp_path / "former", s3=account.s3)
    assert found == FormerSet(name=NAME, problem="its mails are kept no longer")
    assert list((tmp_path / "former").iterdir()) == []


def test_mails_that_are_not_those_that_were_registered_are_not_used(
    account: ModelAccount, champion: Champion, tmp_path: Path
):
    other = replace(KEPT, mails=TESTED[1:], months={mail.id: "2026-03" for mail in TESTED[1:]})
    lines = "".join(account.s3.get_object(Bucket="artefacts", Key="prepared/one/test.jsonl")["Body"].read().decode())
    account.s3.put_object(Bucket="artefacts", Key="prepared/one/test.jsonl", Body=lines.partition("\n")[2].encode())
    problem = FormerSet(name=NAME, problem="what was kept of it is not what was registered")
    assert fetch_former_set(champion, tmp_path / "former", s3=account.s3) == problem
    account.s3.put_object(
        Bucket="artefacts", Key="prepared/one/frozen_set.json", Body=json.dumps(kept_set_to_json(other)).encode()
    )
    assert fetch_former_set(champion, tmp_path / "former", s3=account.s3) == problem
    assert list((tmp_path / "former").iterdir()) == []


def test_a_bucket_that_refuses_is_an_error_and_not_a_set_that_is_gone(
    account: ModelAccount, champion: Champion, tmp_path: Path
):
    refusing = replace(champion, dataset="s3://no bucket/prepared/one")
    with pytest.raises(ChampionError, match="The champion's frozen test set in s3://no bucket/prepared/one cannot"):
        fetch_former_set(refusing, tmp_path / "former", s3=account.s3)
