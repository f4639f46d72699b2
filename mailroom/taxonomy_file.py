"""The taxonomy as a file that people review: TOML, one table a label."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from mailroom.errors import TaxonomyError
from mailroom.taxonomy import Label, LabelStatus, Taxonomy

_TOP = {"version", "tasks", "label"}
_LABEL = {
    "id",
    "task",
    "names",
    "description",
    "parents",
    "queue_target",
    "status",
    "valid_from",
    "replaced_by",
}


def load_taxonomy(path: Path) -> Taxonomy:
    """Read a taxonomy file.

    Raises:
        TaxonomyError: the file is missing, is not TOML, has an unknown or missing key, or contradicts itself.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise TaxonomyError(f"The taxonomy file {path} cannot be read.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TaxonomyError(f"The taxonomy file {path} is not valid TOML: {error}.") from None
    return _taxonomy(document, path)


def _taxonomy(document: dict[str, Any], path: Path) -> Taxonomy:
    for key in ("version", "tasks", "label"):
        if key not in document:
            raise TaxonomyError(f"The taxonomy file {path} lacks {key!r}.")
    _refuse_unknown(document, _TOP, f"The taxonomy file {path}")
    if not _is_strings(document["tasks"]) or not isinstance(document["label"], list):
        raise TaxonomyError(
            f"In the taxonomy file {path}, 'tasks' must be a list of names and 'label' a list of tables."
        )
    if not isinstance(document["version"], str):
        raise TaxonomyError(f"In the taxonomy file {path}, 'version' must be text.")
    return Taxonomy(
        version=document["version"],
        tasks=tuple(document["tasks"]),
        labels=tuple(_label(entry, number) for number, entry in enumerate(document["label"], start=1)),
    )


def _label(entry: Any, number: int) -> Label:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not isinstance(entry.get("task"), str):
        raise TaxonomyError(f"Label number {number} needs an 'id' and a 'task', both text.")
    where = f"Label {entry['id']!r}"
    _refuse_unknown(entry, _LABEL, where)
    for key in ("parents", "replaced_by"):
        if not _is_strings(entry.get(key, [])):
            raise TaxonomyError(f"{where}: {key!r} must be a list of label ids.")
    if not isinstance(entry.get("queue_target", ""), str):
        raise TaxonomyError(f"{where}: 'queue_target' must be text.")
    for key in ("names", "description"):
        value = entry.get(key, {})
        if not isinstance(value, dict) or not _is_strings(list(value.values())):
            raise TaxonomyError(f"{where}: {key!r} must map a language to a text.")
    try:
        status = LabelStatus(entry.get("status", "active"))
        valid_from = date.fromisoformat(str(entry["valid_from"])) if "valid_from" in entry else None
    except ValueError as error:
        raise TaxonomyError(f"{where}: {error}.") from None
    return Label(
        id=entry["id"],
        task=entry["task"],
        names=entry.get("names", {}),
        description=entry.get("description", {}),
        parents=tuple(entry.get("parents", ())),
        queue_target=entry.get("queue_target"),
        status=status,
        valid_from=valid_from,
        replaced_by=tuple(entry.get("replaced_by", ())),
    )


def _refuse_unknown(table: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise TaxonomyError(f"{where} has the unknown key {unknown[0]!r}.")


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def dump_taxonomy(taxonomy: Taxonomy) -> str:
    """The taxonomy as TOML; ``load_taxonomy`` reads it back to an equal object."""
    lines = [f"version = {_text(taxonomy.version)}", f"tasks = [{', '.join(map(_text, taxonomy.tasks))}]", ""]
    for label in taxonomy.labels:
        lines += ["[[label]]", f"id = {_text(label.id)}", f"task = {_text(label.task)}"]
        if label.parents:
            lines.append(f"parents = [{', '.join(map(_text, label.parents))}]")
        if label.queue_target is not None:
            lines.append(f"queue_target = {_text(label.queue_target)}")
        for key, texts in (("names", label.names), ("description", label.description)):
            if texts:
                inner = ", ".join(f"{_text(language)} = {_text(text)}" for language, text in texts.items())
                lines.append(f"{key} = {{ {inner} }}")
        if label.status is not LabelStatus.ACTIVE:
            lines.append(f"status = {_text(label.status)}")
        if label.valid_from is not None:
            lines.append(f"valid_from = {_text(label.valid_from.isoformat())}")
        if label.replaced_by:
            lines.append(f"replaced_by = [{', '.join(map(_text, label.replaced_by))}]")
        lines.append("")
    return "\n".join(lines)


def _text(value: str) -> str:
    # A TOML basic string has JSON's escapes, but for DEL, which TOML wants escaped and JSON leaves bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
