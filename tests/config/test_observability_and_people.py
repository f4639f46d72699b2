"""Alarms, people: what their tables refuse, in one sentence that says what to change."""

from dataclasses import replace

import pytest

from config.checks import check_environment
from config.errors import ConfigError
from config.load import load_environment


@pytest.mark.parametrize(
    "arn",
    [
        "*",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:sts::111122223333:assumed-role/platform/anna",
        "111122223333",
    ],
)
def test_a_person_is_one_role_or_user(arn: str):
    people = load_environment("dev").people
    with pytest.raises(ValueError) as caught:
        replace(people, auditors=(arn,))
    assert (
        str(caught.value) == f"auditors: {arn!r} is not the ARN of one role or user; write it out, without wildcards."
    )


def test_the_label_mix_is_of_a_task_that_is_trained():
    dev = load_environment("dev")
    with pytest.raises(ConfigError) as caught:
        check_environment(replace(dev, observability=replace(dev.observability, label_mix_task="mood")))
    assert str(caught.value) == (
        "dev.toml, observability.label_mix_task: 'mood' is none of training.tasks: line_of_business, queue, topic."
    )
