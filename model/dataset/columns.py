"""Which column of an export holds what."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from model.dataset.errors import DatasetError, names_shown, shown

# An export that knows no mails, only texts, calls its one column so.
TEXT_COLUMN = "text"
_LONGEST_NAME = 40
_MOST_WORDS = 4


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """Column names, by what they hold; a task that ``labels`` does not name has the column of its own name.

    A column at its default name may be absent from an export (but for the body's, or ``text``); a column that was named
    must be there.

    Raises:
        DatasetError: one column is named for two things.
    """

    id: str = "id"
    language: str = "language"
    subject: str = "subject"
    body: str = "body"
    body_format: str = "body_format"
    custodian_banks: str = "custodian_banks"
    received_at: str = "received_at"
    thread_id: str = "thread_id"
    split: str = "split"
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", MappingProxyType(dict(self.labels)))
        taken: dict[str, str] = {}
        for name, column in [*self._plain().items(), *self.labels.items()]:
            if column in taken:
                raise DatasetError(f"The column {shown(column)} cannot be both {taken[column]!r} and {name!r}.")
            taken[column] = name

    @classmethod
    def parse(cls, text: str, *, tasks: Sequence[str]) -> "ColumnMapping":
        """Read ``subject=Betreff,queue=Team``; a column name with a comma stands in quotes (``"subject=a, b"``).

        Raises:
            DatasetError: a part is not NAME=COLUMN, names neither a field nor a task, or names one twice.
        """
        given: dict[str, str] = {}
        for part in next(csv.reader([text], skipinitialspace=True), []):
            name, equals, column = (piece.strip() for piece in part.partition("="))
            if not name and not equals:
                continue
            if not name or not column:
                raise DatasetError(f"The column mapping {shown(part)} must have the form subject=Betreff,queue=Team.")
            if name not in FIELDS and name not in tasks:
                raise DatasetError(
                    f"The column mapping names {shown(name)}, which is neither a field "
                    f"({', '.join(FIELDS)}) nor a task ({', '.join(tasks)})."
                )
            if name in given:
                raise DatasetError(f"The column mapping names {name!r} twice.")
            given[name] = column
        plain = {name: column for name, column in given.items() if name in FIELDS}
        return cls(**plain, labels={name: given[name] for name in given if name not in FIELDS})

    def label_column(self, task: str) -> str:
        """The column of a task's labels."""
        return self.labels.get(task, task)

    def body_column(self, row: Mapping[str, Any]) -> str:
        """The column of a row's body: ``text`` in a row without that column, unless the body's column was named."""
        return self.body if self.body in row or self.body != "body" else TEXT_COLUMN

    def body_of(self, row: Mapping[str, Any]) -> Any:
        """The cell of a row's body."""
        return row.get(self.body_column(row))

    def check(self, columns: Sequence[str], *, tasks: Sequence[str], file: str, needs_body: bool = True) -> None:
        """Raise DatasetError, one sentence, if a needed column is missing from ``columns`` or stands there twice."""
        needed = {name: column for name, column in self._plain().items() if column != name}
        needed |= {task: column for task, column in self.labels.items() if task in tasks and column != task}
        if needs_body and not (self.body == "body" and TEXT_COLUMN in columns):
            needed["body"] = self.body
        # What reads like a sentence is no name but the first mail of a file without a header.
        headless = any(len(column) > _LONGEST_NAME or len(column.split()) > _MOST_WORDS for column in columns)
        there = f"{len(columns)} columns, and it seems no header" if headless else names_shown(columns)
        for name, column in needed.items():
            if column not in columns:
                raise DatasetError(
                    f"The export {file} has no column {shown(column)} (it has {there}); "
                    f"name the column to read as {name} with {name}=COLUMN in the column mapping."
                )
        used = {*self._plain().values(), *(self.label_column(task) for task in tasks)}
        twice = next((column for column in columns if column in used and columns.count(column) > 1), None)
        if twice is not None:
            raise DatasetError(f"The export {file} has the column {shown(twice)} twice.")

    def to_json(self) -> dict[str, Any]:
        """The mapping as the report shows it."""
        return {**self._plain(), "labels": dict(self.labels)}

    def _plain(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = tuple(one.name for one in fields(ColumnMapping) if one.name != "labels")


def check_task_names(tasks: Sequence[str]) -> None:
    """Raise DatasetError if a task is named twice or like a field of a mail, which would make its column ambiguous."""
    for position, task in enumerate(tasks):
        if task in FIELDS:
            raise DatasetError(f"{task!r} is a field of a mail and cannot be a task.")
        if task in tasks[:position]:
            raise DatasetError(f"The task {shown(task)} is named twice.")


def task_names(text: str) -> tuple[str, ...] | None:
    """Read ``a,b``; None for an empty text."""
    return tuple(name.strip() for name in text.split(",") if name.strip()) or None
