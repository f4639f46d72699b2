"""What is wrong with an export, said to the person who handed it over; never with any mail's text."""

import re
from collections.abc import Sequence

from mailroom.errors import MailroomError

MAX_LINES = 20
_MAX_SHOWN = 60
_MAX_WORDS = 6
_MAX_ROWS = 10


class DatasetError(MailroomError):
    """An export, its column mapping or a prepared dataset cannot be used."""


def refuse_problems(problems: Sequence[tuple[str, str]], *, summary: str) -> None:
    """Raise DatasetError unless ``problems``, of row name and sentence, is empty.

    Its text is the summary, then a line for each different sentence with its rows, up to MAX_LINES lines.
    """
    if not problems:
        return
    rows: dict[str, list[str]] = {}
    for row, sentence in problems:
        rows.setdefault(sentence, []).append(row)
    lines = [summary, *(f"{rows_shown(names)}: {sentence}" for sentence, names in list(rows.items())[:MAX_LINES])]
    if len(rows) > MAX_LINES:
        lines.append(f"... and {len(rows) - MAX_LINES:,} more")
    raise DatasetError("\n".join(lines))


def shown(value: str) -> str:
    """A label or column name as a message may show it.

    A wrong column mapping puts whole mails where a label should stand: what is longer than a name, or looks like an
    address, is described instead.
    """
    if len(value) > _MAX_SHOWN or len(value.split()) > _MAX_WORDS or not value.isprintable() or "@" in value:
        return f"a value of {len(value):,} characters"
    return repr(value)


def names_shown(names: Sequence[str]) -> str:
    """Column names as a message may show them, the first 30."""
    told = [name if re.fullmatch(r"[^\W_][\w .:/()#&-]{0,39}", name) else shown(name) for name in names[:30]]
    return ", ".join(told) + (f" and {len(names) - 30} more" if len(names) > 30 else "")


def rows_shown(rows: Sequence[str]) -> str:
    """Row names in a sentence, the first ten: "rows 3, 5 and 9", "rows 3 and 5 of a.csv, 4 of b.csv"."""
    by_file: dict[str, list[str]] = {}
    for row in rows[:_MAX_ROWS]:
        number, of, file = row.partition(" of ")
        by_file.setdefault(of + file, []).append(number)
    named = ", ".join(_enumerated(numbers) + file for file, numbers in by_file.items())
    more = f" and {len(rows) - _MAX_ROWS:,} more" if len(rows) > _MAX_ROWS else ""
    return f"row{'s' if len(rows) > 1 else ''} {named}{more}"


def _enumerated(numbers: Sequence[str]) -> str:
    return " and ".join([", ".join(numbers[:-1]), numbers[-1]] if len(numbers) > 1 else numbers)
