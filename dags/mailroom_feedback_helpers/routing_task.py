"""The task whose label decides which queue a mail goes to."""

from collections.abc import Sequence

from mailroom.taxonomy import Taxonomy


def routing_task(taxonomy: Taxonomy, tasks: Sequence[str]) -> str:
    """Of ``tasks``, the one whose labels have queue targets, else ``queue``, else the first: as a model is trained."""
    for task in tasks:
        if any(label.queue_target for label in taxonomy.of_task(task)):
            return task
    return "queue" if "queue" in tasks else tasks[0]
