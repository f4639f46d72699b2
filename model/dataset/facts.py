"""The first reading of an export: all about its rows but their bodies, and all that is wrong with them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from mailroom.message import BodyFormat
from model.dataset import values
from model.dataset.columns import ColumnMapping
from model.dataset.errors import DatasetError, shown
from model.dataset.frozen_set import is_month
from model.dataset.label_check import CheckedLabels, LabelCheck
from model.dataset.split import SPLITS
from model.dataset.tables import Row, merged_columns, read_rows

T = TypeVar("T")
KEPT = -1
"""In place of a file's number: the mail is one that an earlier run kept."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """An export file. ``name`` tells it from the others, and is part of a row's name if ``is_one_of_several``;
    ``month`` is that of the folder it lies in (``2026-03``), None where folders are named otherwise."""

    number: int
    path: Path
    name: str
    is_one_of_several: bool = False
    is_test_file: bool = False
    month: str | None = None

    def row(self, number: int) -> str:
        """A row's name in a message, after the word "row"."""
        return f"{number} of {self.name}" if self.is_one_of_several else str(number)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A row without its body. ``key`` is the file's and the row's number."""

    key: tuple[int, int]
    id: str
    subject: str = field(repr=False)
    body_format: BodyFormat
    language: str | None
    custodian_banks: tuple[str, ...] = field(repr=False)
    received_at: str | None
    thread_id: str | None
    labels: Mapping[str, str]
    split: str | None


@dataclass(kw_only=True)
class Reading:
    """What the first reading found. Row lists hold row names; problems are row names with the end of a sentence."""

    facts: list[Facts] = field(default_factory=list)
    rows_read: int = 0
    rows_per_source: list[int] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    label_problems: list[tuple[str, str]] = field(default_factory=list)
    replaced: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    undecided: Counter[tuple[str, str]] = field(default_factory=Counter)
    repaired: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    bad_instants: list[str] = field(default_factory=list)
    without_labels: int = 0


def sources(exports: Sequence[Path], test: Path | None) -> tuple[Source, ...]:
    """The files in the order they are read, the test file last."""
    paths = [*exports, *([test] if test else [])]
    names = [path.name for path in paths]
    if len(set(names)) < len(names):  # months often are folders, with the same file in each
        names = [f"{path.absolute().parent.name}/{path.name}" for path in paths]
    return tuple(
        Source(
            number=number,
            path=path,
            name=name,
            is_one_of_several=len(paths) > 1,
            is_test_file=test is not None and number == len(exports),
            month=folder if is_month(folder := path.absolute().parent.name) else None,
        )
        for number, (path, name) in enumerate(zip(paths, names, strict=True))
    )


def read_facts(files: Sequence[Source], columns: ColumnMapping, check: LabelCheck, *, tasks: Sequence[str]) -> Reading:
    """Read all rows; what is wrong with single rows is gathered, not raised.

    Raises:
        DatasetError: a file cannot be read at all, lacks a column, or no file has a row.
    """
    reading = Reading()
    for file in files:
        _FileReading(file, columns, check, tasks, reading).run()
    if not reading.rows_read:
        raise DatasetError("The export holds no rows.")
    return reading


class _FileReading:
    """One file's share of the reading."""

    def __init__(
        self,
        file: Source,
        columns: ColumnMapping,
        check: LabelCheck,
        tasks: Sequence[str],
        reading: Reading,
    ) -> None:
        self._file, self._columns, self._check, self._tasks, self._reading = file, columns, check, tasks, reading
        # Ids are unique over all exports; a test file stands for itself.
        known = [] if file.is_test_file else reading.facts
        self._earlier = {one.id: place for place, one in enumerate(known)}
        self._ids: set[str] = set()

    def run(self) -> None:
        seen: dict[tuple[str, ...], None] = {}
        rows = 0
        for row in read_rows(self._file.path):
            rows += 1
            if row.columns:
                seen[row.columns] = None
            if row.problem:
                self._problem(row, row.problem)
            else:
                self._add(row)
        self._reading.rows_read += rows
        self._reading.rows_per_source.append(rows)
        if seen:
            self._columns.check(merged_columns(seen), tasks=self._tasks, file=self._file.name)

    def _problem(self, row: Row, text: str) -> None:
        self._reading.problems.append((self._file.row(row.number), text))

    def _add(self, row: Row) -> None:
        reading, name = self._reading, self._file.row(row.number)
        if row.repaired:
            reading.repaired.append(name)
        try:
            facts = self._facts(row)
        except values.CellError as error:
            self._problem(row, str(error))
            return
        if facts.id in self._ids:
            reading.duplicates.append(name)
            return
        self._ids.add(facts.id)
        checked = self._check.check(facts.labels)
        earlier = self._earlier.get(facts.id)
        if earlier is not None:
            reading.duplicates.append(name)
            self._correct(earlier, checked, name)
            return
        reading.replaced.update(checked.replaced)
        reading.undecided.update(checked.undecided)
        reading.label_problems += [(name, problem) for problem in checked.problems]
        if checked.labels:
            reading.facts.append(replace(facts, labels=checked.labels))
        else:
            reading.without_labels += 1

    def _correct(self, earlier: int, checked: CheckedLabels, name: str) -> None:
        """Give a mail of an earlier export the labels with which this one repeats it: the newest are right."""
        reading = self._reading
        reading.label_problems += [(name, problem) for problem in checked.problems]
        former = reading.facts[earlier]
        if checked.labels and checked.labels != former.labels:
            reading.facts[earlier] = replace(former, labels=checked.labels)
            reading.corrected.append(name)

    def _facts(self, row: Row) -> Facts:
        """The row's facts; raises CellError if a cell of it cannot be read."""
        columns = self._columns

        def cell(column: str, read: Callable[[Any], T]) -> T:
            try:
                return read(row.cells.get(column))
            except values.CellError as error:
                raise values.CellError(f"the column {shown(column)} {error}") from None

        labels = {task: cell(columns.label_column(task), values.word_of) for task in self._tasks}
        cell(columns.body_column(row.cells), values.body_of)
        return Facts(
            key=(self._file.number, row.number),
            id=cell(columns.id, values.word_of) or self._made_up_id(row),
            subject=" ".join(cell(columns.subject, values.text_of).split()),
            body_format=cell(columns.body_format, values.body_format_of),
            language=cell(columns.language, values.language_of),
            custodian_banks=cell(columns.custodian_banks, values.names_of),
            received_at=self._instant(row),
            thread_id=cell(columns.thread_id, values.word_of),
            labels={task: label for task, label in labels.items() if label is not None},
            split=None if self._file.is_test_file else cell(columns.split, _split_of),
        )

    def _made_up_id(self, row: Row) -> str:
        """The row's number, with the file's before it from the second file on."""
        return f"{self._file.number + 1}:{row.number}" if self._file.number else str(row.number)

    def _instant(self, row: Row) -> str | None:
        try:
            return values.instant_of(row.cells.get(self._columns.received_at))
        except values.CellError:  # nothing is learned from it: no reason to refuse the row
            self._reading.bad_instants.append(self._file.row(row.number))
            return None


def _split_of(value: Any) -> str | None:
    word = values.word_of(value)
    if word is not None and word.lower() not in SPLITS:
        raise values.CellError(f"holds none of {', '.join(SPLITS)}")
    return word.lower() if word else None
