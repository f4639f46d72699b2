"""The monthly retraining on real Airflow and an emulated account, from the CRM's upload to a registered model."""

import time
from collections.abc import Iterator

import pytest

from tests.apart.airflow.lost_answer import losing_first_start
from tests.apart.airflow.mails import lines, mails, manifest
from tests.apart.airflow.world import SMALL, Ended, World

ROWS = mails(150)
SECOND_OF_MARCH = "2026-03-02T03:00:00+00:00"


@pytest.fixture(scope="module")
def wishes(world: World) -> dict[str, object]:
    return {"hyperparameters": SMALL, "base_model": world.base_model}


@pytest.fixture(scope="module")
def retrained(world: World, wishes: dict[str, object]) -> Iterator[Ended]:
    """The scheduled run of March; the answer to its first start is lost."""
    world.upload("2026-02", ROWS)
    with losing_first_start(world.environment["AWS_ENDPOINT_URL"]) as sagemaker:
        yield world.run("monthly_retrain", SECOND_OF_MARCH, wishes, AWS_ENDPOINT_URL_SAGEMAKER=sagemaker)


def test_a_run_of_march_trains_on_february_and_registers_a_model(world: World, retrained: Ended):
    assert (retrained.state, set(retrained.tasks.values())) == ("success", {"success"}), retrained.log[-3000:]
    (package,) = world.packages()
    execution = retrained.results["start_pipeline"]
    first, *told = retrained.results["report"].splitlines()
    assert first == "Retrained on 2026-02: 150 mails (line_of_business 150, queue 150)."
    assert [line.split(":")[0].strip() for line in told][:3] == ["prepare", "train", "evaluate"]
    folder = f"s3://{world.artefacts_bucket}"
    assert told[-5:] == [
        f"Registered: {package}",
        f"Comparison: {folder}/evaluations/{execution.rpartition('/')[2]}/comparison.html",
        f"Execution: {execution}",
        # In dev what passes the gate approves itself.
        f"Version {package.rpartition('/')[2]} is Approved: nobody has to do anything.",
        f"Report: {folder}/reports/retrain/2026-02.html",
    ]


def test_the_report_lies_in_the_bucket_with_the_scores_and_the_page_of_the_comparison_is_there(
    world: World, retrained: Ended
):
    report = world.document("reports/retrain/2026-02.json")
    assert (report["status"], report["model"]["arn"], set(report["scores"])) == (
        "Succeeded",
        world.packages()[0],
        {"line_of_business", "queue"},
    )
    assert all(score["macro_f1"] >= 0.5 and score["champion"] is None for score in report["scores"].values())
    assert b"<h1>Retraining on 2026-02</h1>" in world.artefact("reports/retrain/2026-02.html")
    assert b"<html" in world.artefact(report["comparison"].removeprefix(f"s3://{world.artefacts_bucket}/"))


def test_the_pipeline_was_told_month_hyperparameters_base_model_and_what_was_validated(world: World, retrained: Ended):
    answer = world.client("sagemaker").list_pipeline_parameters_for_execution(
        PipelineExecutionArn=retrained.results["start_pipeline"]
    )
    told = {one["Name"]: one["Value"] for one in answer["PipelineParameters"]}
    assert {name: told.get(name) for name in ("ExportMonth", "Hyperparameters", "BaseModel", "ExportDigest")} == {
        "ExportMonth": "2026-02",
        "Hyperparameters": '{"epochs": 2, "max_tokens": 64, "tuned_layers": 1}',
        "BaseModel": world.base_model,
        "ExportDigest": manifest("2026-02", ROWS)["sha256"],
    }


def test_a_start_whose_answer_was_lost_is_tried_again_and_trains_once(world: World, retrained: Ended):
    assert retrained.tries["start_pipeline"] == 2
    on_february = [one for one in world.executions() if one["PipelineExecutionDisplayName"] == "monthly-2026-02"]
    assert [one["PipelineExecutionArn"] for one in on_february] == [retrained.results["start_pipeline"]]


def test_an_unknown_label_stops_the_run_with_its_list_and_nothing_is_started(world: World):
    world.upload("2026-07", [{**row, "queue": "refunds"} if number < 2 else row for number, row in enumerate(ROWS)])
    ended = world.run("monthly_retrain", "2026-08-02T03:00:00+00:00")
    assert (ended.state, ended.tasks["validate_export"], ended.tries["validate_export"]) == ("failed", "failed", 1)
    assert (
        "The export of 2026-07 has labels that the taxonomy lacks: queue 'refunds' (2); add them to the taxonomy or "
        f"correct them in the CRM. All of them: s3://{world.artefacts_bucket}/reports/retrain/2026-07-unknown-labels.json"
    ) in ended.log
    assert world.document("reports/retrain/2026-07-unknown-labels.json") == {
        "month": "2026-07",
        "unknown": {"queue": [{"label": "refunds", "rows": 2}]},
    }
    assert "monthly-2026-07" not in _names(world)


def test_an_export_is_waited_for_until_it_is_the_one_of_its_manifest_and_after_a_day_the_log_says_so(world: World):
    # January: its month before is in another year.
    world.put("2025-12", "taxonomy.toml", world.taxonomy.encode())
    world.put("2025-12", "export.jsonl", lines(ROWS)[:1000])
    world.put("2025-12", "manifest.json", manifest("2025-12", ROWS))
    # What is uploaded in the end has an unknown label, so that the run ends before a training.
    strange = [{**ROWS[0], "queue": "refunds"}, *ROWS[1:]]
    with world.running("monthly_retrain", "2026-01-02T03:00:00+00:00") as run:
        run.until("MAILROOM_EXPORT_LATE: The export of 2025-12 has 1000 of the")
        world.put("2025-12", "manifest.json", {**manifest("2025-12", strange), "rows": 151})
        world.put("2025-12", "export.jsonl", lines(strange))
        run.until("does not match its manifest: rows is 150, the manifest says 151")
        world.put("2025-12", "manifest.json", manifest("2025-12", strange))
        ended = run.finish()
    assert (ended.tasks["wait_for_export"], ended.tasks["validate_export"]) == ("success", "failed")
    assert ended.results["validate_export"] is None
    assert "labels that the taxonomy lacks: queue 'refunds' (1)" in ended.log
    assert "monthly-2025-12" not in _names(world)


def test_a_wish_that_the_training_would_refuse_fails_before_anything_is_waited_for(world: World):
    ended = world.run("monthly_retrain", "2026-09-02T03:00:00+00:00", {"hyperparameters": {"epoch": 2}})
    assert (ended.state, ended.tasks["choose"], ended.tries["choose"]) == ("failed", "failed", 1)
    assert ended.tasks["wait_for_export"] == "upstream_failed"


def test_a_stopped_pipeline_fails_the_run(world: World, wishes: dict[str, object]):
    world.upload("2026-03", ROWS)
    with world.running("monthly_retrain", "2026-04-02T03:00:00+00:00", wishes) as run:
        world.client("sagemaker").stop_pipeline_execution(
            PipelineExecutionArn=_started(world, "monthly-2026-03"), ClientRequestToken="s" * 32
        )
        ended = run.finish()
    assert (ended.state, ended.tasks["report"], ended.tries["report"]) == ("failed", "failed", 1)
    assert "The training pipeline's execution is Stopped" in ended.log
    assert world.document("reports/retrain/2026-03.json")["status"] == "Stopped"


def _names(world: World) -> list[str]:
    return [one["PipelineExecutionDisplayName"] for one in world.executions()]


def _started(world: World, name: str) -> str:
    patience = time.monotonic() + 120
    while time.monotonic() < patience:
        found = [one for one in world.executions() if one["PipelineExecutionDisplayName"] == name]
        if found:
            return str(found[0]["PipelineExecutionArn"])
        time.sleep(0.5)
    raise AssertionError(f"{name} was not started")
