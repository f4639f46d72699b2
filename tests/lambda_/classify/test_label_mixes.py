import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.label_mixes import ENOUGH_MAILS, WINDOW_MAILS, LabelMixes, largest_gain
from mailroom.message import Email
from mailroom.prediction import Decision, Language, Prediction, TaskPrediction
from mailroom.wire.endpoint import invocation_from_json, results_to_json
from mailroom.wire.response import Versions
from tests.support.classify_api import mail
from tests.support.log_lines import logged
from tests.support.strategies import quick

USUAL = ("transfers", "fees", "tax", "cards", "loans")
mixes = st.lists(st.sampled_from(USUAL), min_size=1, max_size=300).map(Counter)


def answers(labels: Sequence[str], *, model: str, taxonomy: str = "t-1", task: str = "queue") -> list[Prediction]:
    return [
        Prediction(
            prediction_id="p",
            email_id="1",
            model_version=model,
            taxonomy_version=taxonomy,
            labels={task: TaskPrediction(label=label, confidence=0.9)},
            decision=Decision.AUTO_ROUTE,
            language=Language(code="de", confidence=1.0),
        )
        for label in labels
    ]


def usual(mails: int = ENOUGH_MAILS) -> list[str]:
    return [USUAL[number % len(USUAL)] for number in range(mails)]


@pytest.fixture
def seen() -> LabelMixes:
    """A model with its usual labels was there before."""
    mixes = LabelMixes("queue")
    assert mixes.jumps(answers(usual(), model="m-1")) == {}
    return mixes


def test_a_model_that_answers_one_label_for_everything_jumps_by_all_but_that_labels_share(seen: LabelMixes):
    assert seen.jumps(answers(["fees"] * ENOUGH_MAILS, model="m-2")) == {"m-2": pytest.approx(0.8)}


def test_a_model_with_the_usual_labels_does_not_jump(seen: LabelMixes):
    assert seen.jumps(answers(usual(), model="m-2")) == {"m-2": 0}


def test_a_few_mails_of_either_model_are_not_compared(seen: LabelMixes):
    assert seen.jumps(answers(["fees"] * (ENOUGH_MAILS - 1), model="m-2")) == {}
    assert seen.jumps(answers(["fees"], model="m-2")) == {"m-2": pytest.approx(0.8)}


BROKEN = answers(["fees"] * ENOUGH_MAILS, model="m-2")
SOUND = answers(usual(), model="m-1")


@pytest.mark.parametrize("order", [(SOUND, BROKEN), (BROKEN, SOUND)], ids=["former first", "newcomer first"])
def test_whichever_of_two_models_is_met_first_each_one_has_its_own_jump(order: Sequence[list[Prediction]]):
    # A process that begins during a canary meets both, and cannot know which one is on trial.
    mixes = LabelMixes("queue")
    for predictions in order:
        mixes.jumps(predictions)
    assert mixes.jumps([*SOUND, *BROKEN]) == {"m-1": pytest.approx(0.2), "m-2": pytest.approx(0.8)}


def test_only_the_last_mails_of_a_model_count(seen: LabelMixes):
    seen.jumps(answers(["fees"] * WINDOW_MAILS, model="m-2"))
    assert seen.jumps(answers(usual(WINDOW_MAILS), model="m-2")) == {"m-2": 0}


def test_a_model_that_had_no_part_in_a_request_has_no_jump_in_it(seen: LabelMixes):
    seen.jumps(BROKEN)
    assert seen.jumps(SOUND) == {"m-1": pytest.approx(0.2)}


def test_models_of_two_taxonomies_are_not_compared(seen: LabelMixes):
    assert seen.jumps(answers(["fees"] * ENOUGH_MAILS, model="m-2", taxonomy="t-2")) == {}


def test_a_third_model_is_compared_with_the_one_that_answered_last(seen: LabelMixes):
    seen.jumps(BROKEN)
    seen.jumps(SOUND)  # m-2 was turned back
    assert seen.jumps(answers(["tax"] * ENOUGH_MAILS, model="m-3")) == {"m-3": pytest.approx(0.8)}
    assert seen.jumps(SOUND) == {"m-1": pytest.approx(0.2)}


def test_each_process_needs_enough_mails_of_its_own():
    # Two executions of the function that share the traffic: together they have seen more than enough of either model.
    processes = LabelMixes("queue"), LabelMixes("queue")
    for mixes in processes:
        mixes.jumps(SOUND)
    assert [mixes.jumps(BROKEN[: ENOUGH_MAILS - 1]) for mixes in processes] == [{}, {}]
    assert [mixes.jumps(BROKEN[:1]) for mixes in processes] == [{"m-2": pytest.approx(0.8)}] * 2


def test_labels_of_another_task_are_no_part_of_it(seen: LabelMixes):
    assert seen.jumps(answers(["fees"] * ENOUGH_MAILS, model="m-2", task="topic")) == {}


def test_the_way_back_from_a_model_that_answers_one_label_is_no_jump():
    one, usual_mix = Counter(["fees"] * WINDOW_MAILS), Counter(usual())
    assert largest_gain(one, usual_mix) == pytest.approx(0.2)


@quick
@given(mixes, mixes)
def test_a_jump_lies_between_no_change_and_all_and_below_the_distance_of_the_mixes(before, after):
    distance = sum(abs(after[label] / after.total() - before[label] / before.total()) for label in USUAL) / 2
    assert 0 <= largest_gain(before, after) <= distance + 1e-9 <= 1 + 1e-9


@quick
@given(mixes, st.integers(1, 5))
def test_the_same_mix_does_not_jump_however_many_mails_there_are(mix, times):
    assert largest_gain(mix, Counter({label: times * count for label, count in mix.items()})) == pytest.approx(0)


@quick
@given(mixes, st.sampled_from(USUAL))
def test_one_label_for_everything_gains_all_that_it_did_not_have(before, label):
    assert largest_gain(before, Counter({label: 50})) == pytest.approx(1 - before[label] / before.total())


def test_chance_alone_stays_below_the_configured_jump():
    random, shares = Random(7), [30, 15, 12, 10, 8, 7, 6, 4, 3, 2, 2, 1]
    jumps = sorted(
        largest_gain(*(Counter(random.choices(range(12), shares, k=ENOUGH_MAILS)) for _ in range(2)))
        for _ in range(2_000)
    )
    assert (jumps[1_000] < 0.12, jumps[-1] < 0.4) == (True, True)


def changing_model(body: bytes) -> bytes:
    """Answers like two models in turn: mails with the subject "new" by one that knows a single label."""
    emails = [item for item in invocation_from_json(body).items if isinstance(item, Email)]
    new = emails[0].subject == "new"
    found = answers(["fees"] * len(emails) if new else usual(len(emails)), model="m-2" if new else "m-1")
    return results_to_json(
        Versions(model="m-2" if new else "m-1", taxonomy="t-1", policy="p-1"),
        [replace(one, email_id=email.id) for one, email in zip(found, emails, strict=True)],
    )


def test_the_lines_of_a_request_and_of_its_model_carry_the_jump(make_api, http_endpoint, caplog):
    caplog.set_level(logging.INFO)
    api = make_api(http_endpoint(200, changing_model))
    for subject in ("old", "new"):
        api.classify(*(mail(str(number), subject=subject) for number in range(ENOUGH_MAILS)))
    lines = logged(caplog)
    assert [line.get("label_mix_jump") for line in lines if line["event"] == "request"] == [None, 0.8]
    assert [line.get("label_mix_jump") for line in lines if line["event"] == "answered"] == [None, 0.8]
