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
