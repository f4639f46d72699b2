"""What a retraining says of itself."""

from datetime import UTC, datetime
from typing import Any

from mailroom_retrain_helpers.report import report

MODEL = "arn:aws:sagemaker:eu-central-1:111122223333:model-package/mailroom-dev/7"
TRAINED: dict[str, Any] = {
    "StepName": "train",
    "StepStatus": "Succeeded",
    "StartTime": datetime(2026, 4, 2, 3, 0, tzinfo=UTC),
    "EndTime": datetime(2026, 4, 2, 3, 42, tzinfo=UTC),
}
REGISTERED: dict[str, Any] = {
    "StepName": "register",
    "StepStatus": "Succeeded",
    "StartTime": datetime(2026, 4, 2, 3, 42, tzinfo=UTC),
    "EndTime": datetime(2026, 4, 2, 3, 43, 59, tzinfo=UTC),
    "Metadata": {"RegisterModel": {"Arn": MODEL}},
}
EXPORT = {"rows": 2200, "labelled": {"queue": 2200, "topic": 2100}}


def test_the_report_names_month_rows_steps_and_the_new_version():
    assert report(month="2026-03", export=EXPORT, execution_arn="arn:run", steps=[TRAINED, REGISTERED]) == (
        "Retrained on 2026-03: 2200 mails (queue 2200, topic 2100).\n"
        "  train: Succeeded, 42 min\n"
        "  register: Succeeded, 119 s\n"
        f"Registered: {MODEL}\n"
        "Execution: arn:run"
    )


def test_a_step_that_has_not_run_has_no_time():
    stopped = {"StepName": "evaluate", "StepStatus": "Stopped"}
    text = report(month="2026-03", export=EXPORT, execution_arn="arn:run", steps=[stopped])
    assert "  evaluate: Stopped" in text.splitlines()


def test_without_a_new_version_the_report_says_so():
    text = report(month="2026-03", export=EXPORT, execution_arn="arn:run", steps=[TRAINED])
    assert "No model was registered." in text.splitlines()
