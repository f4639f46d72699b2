"""The document says which function answers a route; that function has just those."""

from classify.application import from_settings as set_up_classify
from classify.settings import Settings as ClassifySettings
from feedback.application import from_settings as set_up_feedback
from feedback.settings import Settings as FeedbackSettings
from mailroom.openapi import functions

NAMES = {"endpoint_name": "mailroom", "ledger_table": "ledger", "ledger_days": 1}


def test_each_function_answers_the_routes_that_the_document_gives_it(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    answered = {
        "classify": set_up_classify(
            ClassifySettings(**NAMES, deadline_seconds=8.0, audit_share=0.0, label_mix_task="queue")
        ).routes,
        "feedback": set_up_feedback(FeedbackSettings(**NAMES)).routes,
    }
    assert {
        path: {method: function for function, routes in answered.items() for method in routes.get(path, {})}
        for path in {path for routes in answered.values() for path in routes}
    } == functions()
