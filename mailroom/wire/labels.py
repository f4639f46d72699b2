"""The taxonomy as JSON: in GET /v1/labels and in the model archive."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mailroom.errors import ContractError
from mailroom.taxonomy import Label, LabelStatus, Taxonomy


def label_to_json(label: Label) -> dict[str, Any]:
    """One label."""
    return {
        "id": label.id,
        "task": label.task,
        "names": dict(label.names),
        "description": dict(label.description),
        "parents": list(label.parents),
        "queue_target": label.queue_target,
        "status": label.status.value,
        "valid_from": None if label.valid_from is None else label.valid_from.isoformat(),
        "replaced_by": list(label.replaced_by),
    }


def labels_page_to_json(taxonomy_version: str, labels: Sequence[Label], next_cursor: str | None) -> dict[str, Any]:
    """The body of GET /v1/labels: one page; ``next_cursor`` is None on the last."""
    return {
        "taxonomy_version": taxonomy_version,
        "labels": [label_to_json(label) for label in labels],
        "next_cursor": next_cursor,
    }


def taxonomy_to_json(taxonomy: Taxonomy) -> dict[str, Any]:
    """The whole taxonomy; ``taxonomy_from_json`` reads it back to an equal object."""
    return {
        "taxonomy_version": taxonomy.version,
        "tasks": list(taxonomy.tasks),
        "labels": [label_to_json(label) for label in taxonomy.labels],
    }


def taxonomy_from_json(payload: Any) -> Taxonomy:
    """Read a taxonomy.

    Raises:
        ContractError: it has another form.
        TaxonomyError: it contradicts itself.
    """
    try:
        return Taxonomy(
            version=payload["taxonomy_version"],
            tasks=tuple(payload["tasks"]),
            labels=tuple(_label(entry) for entry in payload["labels"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ContractError("The taxonomy does not have the agreed form.") from None


def _label(entry: Mapping[str, Any]) -> Label:
    return Label(
        id=entry["id"],
        task=entry["task"],
        names=entry["names"],
        description=entry["description"],
        parents=tuple(entry["parents"]),
        queue_target=entry["queue_target"],
        status=LabelStatus(entry["status"]),
        valid_from=None if entry["valid_from"] is None else date.fromisoformat(entry["valid_from"]),
        replaced_by=tuple(entry["replaced_by"]),
    )
