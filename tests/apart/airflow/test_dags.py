"""What Airflow itself makes of the DAG folder, as it was uploaded and fetched."""

from typing import Any

import pytest

from tests.apart.airflow.world import World

DECEMBER, NEW_YEAR = "2026-12-02T03:00:00+00:00", "2027-01-02T03:00:00+00:00"


@pytest.fixture(scope="module")
def described(world: World) -> dict[str, Any]:
    return world.describe(DECEMBER, NEW_YEAR)


@pytest.fixture(scope="module")
def retrain(described: dict[str, Any]) -> dict[str, Any]:
    return dict(described["dags"]["monthly_retrain"])


@pytest.fixture(scope="module")
def feedback(described: dict[str, Any]) -> dict[str, Any]:
    return dict(described["dags"]["feedback_report"])


def test_airflow_imports_both_dags_without_an_error(described: dict[str, Any]):
    assert described["import_errors"] == {}
    assert sorted(described["dags"]) == ["feedback_report", "monthly_retrain"]


def test_parsing_loads_nothing_heavy(described: dict[str, Any]):
    assert described["heavy"] == []


def test_the_retraining_waits_validates_starts_waits_and_reports_in_this_order(retrain: dict[str, Any]):
    assert retrain["downstream"] == {
        "choose": ["report", "start_pipeline", "validate_export", "wait_for_export", "wait_for_pipeline"],
        "wait_for_export": ["validate_export"],
        "validate_export": ["report", "start_pipeline"],
        "start_pipeline": ["report", "wait_for_pipeline"],
        "wait_for_pipeline": ["report"],
        "report": [],
    }


def test_waiting_holds_no_worker_and_has_an_end(retrain: dict[str, Any]):
    assert retrain["sensors"] == {
        "wait_for_export": [900, 5 * 86_400, "reschedule"],
        "wait_for_pipeline": [300, 86_400, "reschedule"],
    }


def test_the_report_counts_and_then_writes(feedback: dict[str, Any]):
    assert feedback["downstream"] == {"month": ["count"], "count": ["write"], "write": []}


def test_every_task_is_tried_again_and_no_month_is_made_up_for_by_itself(described: dict[str, Any]):
    for dag in described["dags"].values():
        assert set(dag["retries"].values()) == {3}
        assert dag["catchup"] is False


def test_a_late_export_keeps_nobody_from_retraining_on_another_month(retrain: dict[str, Any]):
    assert retrain["max_active_runs"] == 2


def test_what_a_person_may_ask_for_is_month_hyperparameters_and_base_model(
    retrain: dict[str, Any], feedback: dict[str, Any]
):
    assert retrain["params"] == ["base_model", "hyperparameters", "month"]
    assert feedback["params"] == ["month"]


def test_the_schedules_are_the_deployed_ones_and_a_run_s_interval_is_its_own_moment(
    retrain: dict[str, Any], feedback: dict[str, Any]
):
    assert retrain["following"] == [["2027-01-02 03:00:00+00:00"] * 3, ["2027-02-02 03:00:00+00:00"] * 3]
    assert feedback["following"] == [["2026-12-02 05:00:00+00:00"] * 3, ["2027-01-02 05:00:00+00:00"] * 3]
