"""The raw mails of an export, as the CRM would send them, with the labels that its people gave."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mailroom.message import Email
from model.dataset import values
from model.dataset.columns import ColumnMapping
from model.dataset.tables import read_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class CrmMail:
    """A mail, and its labels (task to label id) as far as the export has them."""

    email: Email
    labels: Mapping[str, str] = field(default_factory=dict)


def read_mails(
    export: Path, columns: ColumnMapping, tasks: Sequence[str], *, ids: Collection[str] | None = None
) -> Iterator[CrmMail]:
    """The mails of an export (those of ``ids``, if given), raw. Rows that cannot be read are passed over: preparing the
    export has named them.

    Raises:
        DatasetError: the file cannot be read.
    """
    for row in read_rows(export):
        if row.problem is None:
            try:
                mail = _mail(row.cells, columns, tasks, number=row.number)
            except values.CellError:
                continue
            if ids is None or mail.email.id in ids:
                yield mail


def _mail(cells: Mapping[str, object], columns: ColumnMapping, tasks: Sequence[str], *, number: int) -> CrmMail:
    body = values.body_of(columns.body_of(cells))
    labels = {task: values.word_of(cells.get(columns.label_column(task))) for task in tasks}
    return CrmMail(
        email=Email(
            id=values.word_of(cells.get(columns.id)) or str(number),
            subject=values.text_of(cells.get(columns.subject)),
            # A MIME message given as bytes: every byte as the character of the same number, as JSON can carry it.
            body=body.decode("latin-1") if isinstance(body, bytes) else body,
            body_format=values.body_format_of(cells.get(columns.body_format)),
            custodian_banks=values.names_of(cells.get(columns.custodian_banks)),
            received_at=_instant(cells.get(columns.received_at)),
            language_hint=values.language_of(cells.get(columns.language)),
            thread_id=values.word_of(cells.get(columns.thread_id)),
        ),
        labels={task: label for task, label in labels.items() if label is not None},
    )


def _instant(value: object) -> datetime | None:
    """When the mail came, in UTC, which a time without an offset is taken to be in; None for what is no such time."""
    try:
        text = values.instant_of(value)
        instant = datetime.fromisoformat(text) if text else None
        if instant is None:
            return None
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (values.CellError, ValueError, OverflowError):
        return None
