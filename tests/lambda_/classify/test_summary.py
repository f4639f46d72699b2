from classify.summary import confidence_facts, label_mix, model_facts, relay_facts
from mailroom.prediction import Decision, ErrorCode, ItemError, Language, Prediction, Reason, TaskPrediction
from mailroom.wire.response import Versions


def prediction(decision, *reasons, **labels):
    return Prediction(
        prediction_id="p",
        email_id="1",
        model_version="m",
        taxonomy_version="t",
        labels={
            task: TaskPrediction(label=label, confidence=confidence) for task, (label, confidence) in labels.items()
        },
        decision=decision,
        language=Language(code="de", confidence=1.0),
        reasons=reasons,
    )


FAILED = ItemError(email_id="1", code=ErrorCode.INTERNAL, detail="It failed.")
BATCH = [
    prediction(Decision.AUTO_ROUTE, queue=("fees", 0.9), topic=("invoice", 0.8)),
    prediction(Decision.SUGGEST, Reason.BELOW_THRESHOLD, queue=("fees", 0.6), topic=("rates", 0.5)),
    prediction(Decision.HUMAN_REVIEW, Reason.TOO_SHORT, queue=("tax", 0.3), topic=("vat", 0.1)),
]


def test_a_batch_is_summed_up_by_decision_and_confidence():
    assert confidence_facts(BATCH) == {
        "auto_route": 1,
        "suggest": 1,
        "human_review": 1,
        "low_confidence": 1,
        "confidence_queue": 0.6,
        "confidence_topic": 0.4667,
    }


def test_without_a_prediction_there_is_no_confidence():
    assert confidence_facts([]) == {"auto_route": 0, "suggest": 0, "human_review": 0, "low_confidence": 0}


def test_what_came_of_the_mails_that_were_sent_to_the_model_is_counted():
    assert relay_facts([*BATCH, FAILED], {}) == {"relayed": 4, "relayed_errors": 1}
    jumps = {"m-1": 0.1, "m-2": 0.12345}
    assert relay_facts(BATCH, jumps) == {"relayed": 3, "relayed_errors": 0, "label_mix_jump": 0.1235}


def test_each_model_is_told_what_it_answered_and_none_what_nobody_did():
    one, two = (Versions(model=model, taxonomy="t", policy="p") for model in ("m-1", "m-2"))
    results = {0: BATCH[0], 1: FAILED, 2: BATCH[1], 3: FAILED}
    assert model_facts(results, {0: one, 1: two, 2: two}, {"m-2": 0.12345}) == {
        "m-1": {"mails": 1, "errors": 0},
        "m-2": {"mails": 2, "errors": 1, "label_mix_jump": 0.1235},
    }
    assert model_facts(results, {}, {}) == {}


def test_labels_are_counted_within_their_task():
    assert label_mix(BATCH) == {
        ("queue", "fees"): 2,
        ("queue", "tax"): 1,
        ("topic", "invoice"): 1,
        ("topic", "rates"): 1,
        ("topic", "vat"): 1,
    }
