"""The pipeline's first step, as far as it is more than model/prepare.py."""

import hashlib
from pathlib import Path

import pytest
from moto import mock_aws

from local.sample.changes import RETIRED_TOPIC, SPLIT_TOPIC
from local.sample.write import SampleFolder, make_sample
from model.dataset.frozen_set import ChosenSet, FrozenSet
from model.dataset.prepared import PreparedDataset
from model.steps.champion import champion_in
from model.steps.months import MonthlyExports
from model.steps.prepare import TAXONOMY, main, prepare_arguments, taxonomy_file
from tests.support.model_account import ModelAccount

ENVIRONMENT = {
    "EXPORT_MONTH": "previous",
    "EXPORT_DIGEST": "unchecked",
    "STARTED_AT": "2026-04-02T03:00:00Z",
    "TASKS": "queue,topic",
    "ENDPOINT_NAME": "mailroom-dev",
    "SYNTHETIC": "false",
}


SYNTHETIC = {**ENVIRONMENT, "SYNTHETIC": "true"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleFolder:
    """Three months of a few mails; with the third, labels change."""
    return make_sample(tmp_path_factory.mktemp("exports"), mails=150, progress=False)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


def _run(sample: SampleFolder, folder: Path) -> list[str]:
    return [
        *("--exports", str(sample.folder)),
        *("--dataset", str(folder / "dataset")),
        *("--champion", str(folder / "champion")),
    ]


def _folders(root: Path) -> list[str]:
    return ["--exports", str(root), "--dataset", str(root / "dataset"), "--champion", str(root / "champion")]


@pytest.fixture
def exports(tmp_path: Path) -> MonthlyExports:
    folder = tmp_path / "2026-03"
    folder.mkdir()
    (folder / "taxonomy.toml").write_text("", encoding="utf-8")
    return MonthlyExports(newest="2026-03", files=(folder / "export.jsonl",), newest_folder=folder)


CHOSEN = ChosenSet(frozen_set=FrozenSet(taxonomy_version="2026.1", month="2026-01"), reason="The champion's.")


def test_the_exports_are_prepared_with_the_chosen_frozen_set(exports: MonthlyExports):
    assert prepare_arguments(exports, TAXONOMY, CHOSEN, Path("out"), ENVIRONMENT, former=Path("none")) == [
        "--export",
        str(exports.files[0]),
        "--taxonomy",
        str(TAXONOMY),
        "--tasks",
        "queue,topic",
        "--out",
        "out",
        "--frozen-set",
        "2026.1/2026-01",
        "--frozen-reason",
        "The champion's.",
        "--note",
        "Exports up to 2026-03.",
    ]


def test_what_the_champions_run_decided_is_handed_on_where_it_was_kept(exports: MonthlyExports, tmp_path: Path):
    former = tmp_path / "former"
    assert "--former" not in prepare_arguments(exports, TAXONOMY, CHOSEN, Path("out"), ENVIRONMENT, former=former)
    former.mkdir()
    (former / "frozen_set.json").write_text("{}", encoding="utf-8")
    arguments = prepare_arguments(exports, TAXONOMY, CHOSEN, Path("out"), ENVIRONMENT, former=former)
    assert arguments[arguments.index("--former") + 1] == str(former)


def test_production_data_are_held_against_the_reviewed_taxonomy_whatever_lies_beside_them(exports: MonthlyExports):
    assert taxonomy_file(exports, synthetic=False) == TAXONOMY
    assert TAXONOMY.is_file()


def test_test_data_may_bring_their_own_taxonomy_and_are_called_synthetic(exports: MonthlyExports):
    assert taxonomy_file(exports, synthetic=True) == exports.newest_folder / "taxonomy.toml"
    synthetic = {**ENVIRONMENT, "SYNTHETIC": "true"}
    arguments = prepare_arguments(exports, TAXONOMY, CHOSEN, Path("out"), synthetic, former=Path("none"))
    assert arguments[-1] == "--synthetic"


@pytest.mark.parametrize("name", ["EXPORT_MONTH", "EXPORT_DIGEST", "STARTED_AT", "TASKS", "SYNTHETIC", "ENDPOINT_NAME"])
def test_a_missing_variable_is_named(
    name: str, exports: MonthlyExports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    exports.files[0].write_text("", encoding="utf-8")
    given = {key: value for key, value in ENVIRONMENT.items() if key != name}
    assert main(_folders(tmp_path), given) == 2
    assert capsys.readouterr().err == f"error: The step's variable {name} is not set.\n"


@pytest.mark.slow
def test_exports_become_a_dataset_and_a_missing_endpoint_an_empty_champion(sample: SampleFolder, tmp_path: Path):
    dataset = tmp_path / "dataset"
    dataset.mkdir()  # SageMaker makes an output's folder itself
    before = dataset.stat().st_ino
    with mock_aws():
        assert main(_run(sample, tmp_path), {**SYNTHETIC, "EXPORT_MONTH": sample.months[1].name}) == 0
    prepared = PreparedDataset.load(dataset)
    assert dataset.stat().st_ino == before
    assert [one["file"] for one in prepared.report["inputs"]] == [
        f"{month.name}/export.jsonl" for month in sample.months[:2]
    ]
    assert prepared.report["frozen_set"] == "2026.1/2026-02"
    assert prepared.report["note"].endswith("New: no champion names a set.")
    assert champion_in(tmp_path / "champion") is None


@pytest.mark.slow
def test_when_labels_were_split_and_retired_the_older_exports_can_still_be_prepared(
    sample: SampleFolder, tmp_path: Path
):
    with mock_aws():
        account = ModelAccount()
        account.serve({"ModelPackageName": account.register(b"live", {"frozen_set": "2026.1/2026-02"})})
        assert main(_run(sample, tmp_path), {**SYNTHETIC, "EXPORT_MONTH": sample.months[2].name}) == 0
    report = PreparedDataset.load(tmp_path / "dataset").report
    assert report["taxonomy_version"] == "2026.2"
    assert report["frozen_set"] == "2026.2/2026-03"
    assert {(one["task"], one["label"]) for one in report["labels_to_be_decided"]} == {
        ("topic", SPLIT_TOPIC),
        ("topic", RETIRED_TOPIC),
    }
    assert report["labels_treated_as_missing"] == 0
    assert report["note"].endswith("New: the champion's is 2026.1/2026-02, and the taxonomy is of version 2026.2 now.")


@pytest.mark.slow
def test_while_the_labels_stay_the_mails_that_the_champion_was_tested_on_are_used_again(
    sample: SampleFolder, tmp_path: Path
):
    first, second = tmp_path / "first", tmp_path / "second"
    with mock_aws():
        assert main(_run(sample, first), {**SYNTHETIC, "EXPORT_MONTH": sample.months[0].name}) == 0
        tested = PreparedDataset.load(first / "dataset")
        account = ModelAccount()
        facts = {
            "frozen_set": tested.report["frozen_set"],
            "frozen_set_sha256": tested.report["frozen_set_sha256"],
            "dataset": account.keep("prepared/one", first / "dataset"),
        }
        account.serve({"ModelPackageName": account.register(b"live", facts)})
        assert main(_run(sample, second), {**SYNTHETIC, "EXPORT_MONTH": sample.months[1].name}) == 0
    prepared = PreparedDataset.load(second / "dataset")
    assert (prepared.report["frozen_set"], prepared.report["frozen_set_reason"]) == (
        "2026.1/2026-01",
        "The champion's.",
    )
    assert prepared.report["frozen_set_sha256"] == tested.report["frozen_set_sha256"]
    assert {example.received_at[:7] for example in prepared.recent} == {"2026-02"}
    learned = {mail.id for mail in (*tested.train, *tested.validation)}
    assert not learned & {mail.id for mail in (*prepared.test, *prepared.recent)}
    assert (second / "champion" / "model.tar.gz").read_bytes() == b"live"


def test_an_export_that_was_changed_after_it_was_validated_is_not_trained_on(
    exports: MonthlyExports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    exports.files[0].write_text("another", encoding="utf-8")
    digest = hashlib.sha256(b"as it was validated").hexdigest()
    assert main(_folders(tmp_path), {**ENVIRONMENT, "EXPORT_DIGEST": digest}) == 2
    assert capsys.readouterr().err == (
        f"error: The export of 2026-03 is another than the one that was validated: its SHA-256 is not {digest}.\n"
    )
    assert not (tmp_path / "dataset").exists()


def test_a_month_that_has_not_arrived_is_said_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(_folders(tmp_path), ENVIRONMENT) == 2
    assert capsys.readouterr().err == ("error: There is no export of 2026-03: upload it as 2026-03/export.jsonl.\n")
