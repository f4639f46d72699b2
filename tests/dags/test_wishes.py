"""What a person wants otherwise when triggering a run."""

from typing import Any

import pytest

from mailroom.errors import MailroomError
from mailroom_retrain_helpers.wishes import pipeline_parameters


def test_without_wishes_the_pipeline_s_own_defaults_count():
    assert pipeline_parameters(None, None) == {}


def test_what_is_given_becomes_parameters_of_the_pipeline_the_same_for_the_same_wishes():
    assert pipeline_parameters({"seed": 1, "epochs": 2}, "base-models/small") == {
        "Hyperparameters": '{"epochs": 2, "seed": 1}',
        "BaseModel": "base-models/small",
    }


def test_no_hyperparameters_at_all_are_a_wish_too():
    assert pipeline_parameters({}, None) == {"Hyperparameters": "{}"}


@pytest.mark.parametrize(
    ("hyperparameters", "message"),
    [
        ({"epoch": 2}, "Hyperparameter 'epoch' is unknown"),
        ({"epochs": -1}, "Hyperparameter epochs is -1; it must be from 0 to 1000"),
        ({"tasks": "queue"}, "cannot name the tasks"),
    ],
)
def test_hyperparameters_that_the_training_would_refuse_are_refused_before_anything_is_started(
    hyperparameters: dict[str, Any], message: str
):
    with pytest.raises(MailroomError, match=message):
        pipeline_parameters(hyperparameters, None)


@pytest.mark.parametrize("base_model", ["", "/base-models", "base-models/", "s3://bucket/model", "a b"])
def test_a_base_model_that_is_no_prefix_is_refused(base_model: str):
    with pytest.raises(MailroomError) as error:
        pipeline_parameters(None, base_model)
    assert str(error.value) == (
        "The base model must be a prefix of the artefacts bucket, such as 'base-models/german'."
    )
