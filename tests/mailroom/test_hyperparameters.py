"""What a training job can be told: known names, values in range, one sentence for anything else."""

import json
import re

import pytest

from mailroom.hyperparameters import HyperparameterError, Hyperparameters, hyperparameters_from


def test_tasks_are_names_joined_by_commas():
    assert Hyperparameters(tasks=" queue, topic,").task_list() == ("queue", "topic")
    assert Hyperparameters().task_list() == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"epoch": 3}, "Hyperparameter 'epoch' is unknown; known are tasks, architecture"),
        ({"epochs": "many"}, "Hyperparameter epochs must be of type int"),
        ({"epochs": 2.5}, "Hyperparameter epochs must be of type int"),
        ({"epochs": True}, "Hyperparameter epochs must be of type int"),
        ({"lexical": "perhaps"}, "Hyperparameter lexical must be of type bool"),
        ({"learning_rate": 7}, "Hyperparameter learning_rate is 7.0; it must be from 0.0 to 1.0"),
        ({"architecture": "huge"}, "Hyperparameter architecture is 'huge'; it must be one of mailroom, stock"),
    ],
)
def test_a_wrong_hyperparameter_is_named(given: dict[str, object], said: str):
    with pytest.raises(HyperparameterError, match=re.escape(said)):
        hyperparameters_from(given)


def test_hyperparameters_survive_the_way_through_json():
    settings = Hyperparameters(tasks="queue", epochs=2, lexical=False)
    assert hyperparameters_from(json.loads(json.dumps(settings.to_json()))) == settings


@pytest.mark.parametrize(
    "overrides", ['{"epochs": 2, "learning_rate": "1e-5"}', {"epochs": "2", "learning_rate": 1e-5}]
)
def test_what_a_run_overrides_counts_instead_of_what_is_configured(overrides: object):
    given = {"overrides": overrides, "epochs": "4", "max_tokens": "256"}
    assert hyperparameters_from(given) == Hyperparameters(epochs=2, learning_rate=1e-5, max_tokens=256)


@pytest.mark.parametrize("overrides", ["{}", {}])
def test_a_run_that_overrides_nothing_trains_as_configured(overrides: object):
    assert hyperparameters_from({"overrides": overrides, "epochs": "4"}) == Hyperparameters(epochs=4)


@pytest.mark.parametrize("overrides", ["", "epochs=2", "[1]", "null", None, 3])
def test_overrides_that_are_no_object_are_refused(overrides: object):
    with pytest.raises(HyperparameterError) as refused:
        hyperparameters_from({"overrides": overrides})
    assert str(refused.value) == (
        'Hyperparameter overrides must be a JSON object of hyperparameters, such as {"epochs": 2}.'
    )


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"epoch": 3}, "Hyperparameter 'epoch' is unknown; known are tasks, architecture"),
        ({"overrides": {}}, "Hyperparameter 'overrides' is unknown; known are tasks, architecture"),
        ({"epochs": 1001}, "Hyperparameter epochs is 1001; it must be from 0 to 1000"),
        ({"tasks": "queue"}, "Hyperparameter overrides cannot name the tasks, which are an input of their own"),
    ],
)
def test_what_overrides_may_not_say_is_refused_as_elsewhere(overrides: dict[str, object], said: str):
    with pytest.raises(HyperparameterError, match=re.escape(said)):
        hyperparameters_from({"overrides": json.dumps(overrides)})
