"""What a retraining says of itself."""

from dataclasses import replace
from typing import Any

import pytest

from mailroom_retrain_helpers.outcome import Outcome, Registered, Score
from mailroom_retrain_helpers.page import page
from mailroom_retrain_helpers.report import report_document, report_lines
from tests.dags.retrained import COMPARISON, EXECUTION, EXPORT, PACKAGE, REFUSAL, REFUSED, REGISTERED, STOPPED, step

VERSION = Registered(arn=PACKAGE, approval="PendingManualApproval", facts={"model_version": "m-1234"})
SUCCEEDED = Outcome(
    execution_arn=EXECUTION,
    status="Succeeded",
    steps=REGISTERED,
    reason=None,
    model=VERSION,
    scores={
        "queue": Score(macro_f1=0.91234, champion=0.9, difference=0.01234),
        "topic": Score(macro_f1=0.5, champion=None, difference=None),
    },
    comparison=COMPARISON,
)
REFUSAL_OUTCOME = replace(SUCCEEDED, status="Failed", steps=REFUSED, reason=f"refuse: {REFUSAL}", model=None)
STOPPED_OUTCOME = replace(SUCCEEDED, status="Stopped", steps=STOPPED, model=None, scores={}, comparison=None)


def _document(outcome: Outcome) -> dict[str, Any]:
    return report_document(month="2026-03", environment="prod", export=EXPORT, outcome=outcome)


def test_the_report_holds_export_steps_scores_version_and_what_follows():
    assert _document(SUCCEEDED) == {
        "month": "2026-03",
        "export": {"rows": 2200, "sha256": "ab" * 32, "labelled": {"queue": 2200, "topic": 2100}},
        "execution": EXECUTION,
        "status": "Succeeded",
        "reason": None,
        "steps": [
            {"name": "train", "status": "Succeeded", "seconds": 2520.0, "reason": None},
            {"name": "evaluate", "status": "Succeeded", "seconds": 90.0, "reason": None},
            {"name": "register", "status": "Succeeded", "seconds": 2.0, "reason": None},
        ],
        "scores": {
            "queue": {"macro_f1": 0.9123, "champion": 0.9, "difference": 0.0123},
            "topic": {"macro_f1": 0.5, "champion": None, "difference": None},
        },
        "comparison": COMPARISON,
        "model": {"arn": PACKAGE, "approval": "PendingManualApproval", "model_version": "m-1234"},
        "next": "Version 7 waits for approval: make approve ENV=prod MODEL=7",
    }


def test_the_log_says_the_same_in_a_few_lines():
    assert report_lines(_document(SUCCEEDED)) == (
        "Retrained on 2026-03: 2200 mails (queue 2200, topic 2100).\n"
        "  train: Succeeded, 42 min\n"
        "  evaluate: Succeeded, 90 s\n"
        "  register: Succeeded, 2 s\n"
        "  queue: macro-F1 0.912 (champion 0.900, +0.012)\n"
        "  topic: macro-F1 0.500\n"
        f"Registered: {PACKAGE}\n"
        f"Comparison: {COMPARISON}\n"
        f"Execution: {EXECUTION}\n"
        "Version 7 waits for approval: make approve ENV=prod MODEL=7"
    )


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (
            replace(SUCCEEDED, model=replace(VERSION, approval="Approved")),
            "Version 7 is Approved: nobody has to do anything.",
        ),
        (REFUSAL_OUTCOME, "No new model came of it; what is live stays."),
        (STOPPED_OUTCOME, "No new model came of it; what is live stays."),
        (
            replace(SUCCEEDED, status="Failed"),
            "It had registered version 7 before; what is live stays.",
        ),
    ],
    ids=["approved by the gate", "refused", "stopped", "failed after the registration"],
)
def test_the_report_says_what_follows(outcome: Outcome, sentence: str):
    assert _document(outcome)["next"] == sentence


def test_a_refusal_is_reported_with_the_gate_s_words_and_the_scores():
    document = _document(REFUSAL_OUTCOME)
    assert (document["reason"], document["steps"][-1]["reason"]) == (f"refuse: {REFUSAL}", REFUSAL)
    assert (document["model"], set(document["scores"]), document["comparison"]) == (
        None,
        {"queue", "topic"},
        COMPARISON,
    )


def test_a_step_that_has_not_run_has_no_time():
    document = _document(replace(STOPPED_OUTCOME, steps=[step("evaluate", "Stopped", seconds=None)]))
    assert document["steps"] == [{"name": "evaluate", "status": "Stopped", "seconds": None, "reason": None}]
    assert "  evaluate: Stopped" in report_lines(document).splitlines()


def test_the_page_shows_the_same_to_a_person():
    html = page(_document(SUCCEEDED))
    for shown in (
        "<h1>Retraining on 2026-03</h1>",
        "<p>Succeeded. Version 7 waits for approval: make approve ENV=prod MODEL=7</p>",
        "<tr><td>queue</td><td>0.912</td><td>0.900</td><td>+0.012</td></tr>",
        "<tr><td>topic</td><td>0.500</td><td></td><td></td></tr>",
        "<tr><td>train</td><td>Succeeded</td><td>42 min</td></tr>",
        f"<tr><td>arn</td><td>{PACKAGE}</td></tr>",
        COMPARISON,
    ):
        assert shown in html
    assert "<script" not in html


def test_the_page_of_a_refusal_gives_its_reason_as_text():
    html = page(_document(replace(REFUSAL_OUTCOME, reason="refuse: <b>0.031</b>")))
    assert "<p>Why: refuse: &lt;b&gt;0.031&lt;/b&gt;</p>" in html


def test_the_page_of_what_was_stopped_has_no_scores():
    assert "macro-F1" not in page(_document(STOPPED_OUTCOME))
