"""The task whose label decides which queue a mail goes to."""

import pytest

from mailroom.taxonomy import Label, Taxonomy
from mailroom_feedback_helpers.routing_task import routing_task
from model.training import policy_fit


def _taxonomy(targeted: str | None, *tasks: str) -> Taxonomy:
    return Taxonomy(
        version="1",
        tasks=tasks,
        labels=tuple(Label(id="a", task=task, queue_target="crm.a" if task == targeted else None) for task in tasks),
    )


@pytest.mark.parametrize(
    ("taxonomy", "task"),
    [
        (_taxonomy("team", "queue", "team"), "team"),
        (_taxonomy(None, "topic", "queue"), "queue"),
        (_taxonomy(None, "topic", "area"), "topic"),
    ],
)
def test_mails_are_routed_by_the_task_that_a_model_is_trained_to_route_by(taxonomy: Taxonomy, task: str):
    assert routing_task(taxonomy, taxonomy.tasks) == task
    targeted = {name: any(label.queue_target for label in taxonomy.of_task(name)) for name in taxonomy.tasks}
    assert policy_fit.routing_task(taxonomy.tasks, targeted) == task
