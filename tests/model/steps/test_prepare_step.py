"""The pipeline's first step, as far as it is more than model/prepare.py."""

from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from local.sample.write import make_sample
from model.dataset.prepared import PreparedDataset
from model.steps.champion import champion_in
from model.steps.months import MonthlyExports
from model.steps.prepare import TAXONOMY, main, prepare_arguments

ENVIRONMENT = {
    "EXPORT_MONTH": "previous",
    "STARTED_AT": "2026-04-02T03:00:00Z",
    "TASKS": "queue,topic",
    "MODEL_PACKAGE_GROUP": "mailroom-dev",
    "SYNTHETIC": "false",
}


def _folders(root: Path) -> list[str]:
    return ["--exports", str(root), "--dataset", str(root / "dataset"), "--champion", str(root / "champion")]


@pytest.fixture
def exports(tmp_path: Path) -> MonthlyExports:
    folder = tmp_path / "2026-03"
    folder.mkdir()
    (folder / "taxonomy.toml").write_text("", encoding="utf-8")
    return MonthlyExports(newest="2026-03", files=(folder / "export.jsonl",), newest_folder=folder)


def test_production_data_are_held_against_the_reviewed_taxonomy_whatever_lies_beside_them(exports: MonthlyExports):
    assert prepare_arguments(exports, Path("out"), ENVIRONMENT) == [
        "--export",
        str(exports.files[0]),
        "--taxonomy",
        str(TAXONOMY),
        "--tasks",
        "queue,topic",
        "--out",
        "out",
        "--frozen-test",
        "0.2",
        "--note",
        "Exports up to 2026-03.",
    ]
    assert TAXONOMY.is_file()


def test_test_data_may_bring_their_own_taxonomy_and_are_called_synthetic(exports: MonthlyExports):
    arguments = prepare_arguments(exports, Path("out"), {**ENVIRONMENT, "SYNTHETIC": "true"})
    assert arguments[3] == str(exports.newest_folder / "taxonomy.toml")
    assert arguments[-1] == "--synthetic"


@pytest.mark.parametrize("name", ["EXPORT_MONTH", "STARTED_AT", "TASKS", "SYNTHETIC"])
def test_a_missing_variable_is_named(
    name: str, exports: MonthlyExports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    exports.files[0].write_text("", encoding="utf-8")
    given = {key: value for key, value in ENVIRONMENT.items() if key != name}
    assert main(_folders(tmp_path), given) == 2
    assert capsys.readouterr().err == f"error: The step's variable {name} is not set.\n"


@pytest.mark.slow
def test_exports_become_a_dataset_and_an_empty_registry_an_empty_champion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    sample = make_sample(tmp_path / "exports", mails=150, progress=False)
    dataset, champion = tmp_path / "dataset", tmp_path / "champion"
    dataset.mkdir()  # SageMaker makes an output's folder itself
    before = dataset.stat().st_ino
    arguments = ["--exports", str(sample.folder), "--dataset", str(dataset), "--champion", str(champion)]
    environment = {**ENVIRONMENT, "EXPORT_MONTH": sample.months[1].name, "SYNTHETIC": "true"}
    with mock_aws():
        boto3.client("sagemaker").create_model_package_group(
            ModelPackageGroupName="mailroom-dev", ModelPackageGroupDescription="models"
        )
        assert main(arguments, environment) == 0
    prepared = PreparedDataset.load(dataset)
    assert dataset.stat().st_ino == before
    assert [one["file"] for one in prepared.report["inputs"]] == [
        f"{month.name}/export.jsonl" for month in sample.months[:2]
    ]
    assert prepared.report["frozen_test"] == 0.2
    assert champion_in(champion) == "none"


def test_a_month_that_has_not_arrived_is_said_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(_folders(tmp_path), ENVIRONMENT) == 2
    assert capsys.readouterr().err == ("error: There is no export of 2026-03: upload it as 2026-03/export.jsonl.\n")
