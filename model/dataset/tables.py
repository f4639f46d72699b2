"""Rows of an export file, streamed: CSV, JSON Lines, JSON or Parquet, chosen by the file's suffix."""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from model.dataset.errors import DatasetError
from model.dataset.text_lines import TextLine, text_lines

_DELIMITERS = (",", ";", "\t")
# csv refuses fields over 131,072 characters unless told otherwise; a mail may well be longer. The largest C long of all
# platforms.
_FIELD_LIMIT = 2**31 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row's cells by column.

    ``number`` counts from 1: the rows after the header in CSV and Parquet, the lines in JSON Lines. ``repaired`` if
    bytes were not UTF-8. A row that cannot be read has a ``problem`` (which holds none of its text) and no cells.
    """

    number: int
    cells: Mapping[str, Any] = field(default_factory=dict, repr=False)
    columns: tuple[str, ...] = field(default=(), repr=False)
    repaired: bool = False
    problem: str | None = None


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of an export, one at a time.

    Raises:
        DatasetError: the file is missing, damaged, or of a kind that is not read.
    """
    name = path.name.lower()
    suffix = Path(name.removesuffix(".gz")).suffix
    if suffix == ".parquet":
        return _opened(path, _parquet_rows)
    readers = {".csv": _csv_rows, ".jsonl": _json_lines_rows, ".ndjson": _json_lines_rows, ".json": _json_rows}
    reader = readers.get(suffix)
    if reader is None:
        raise DatasetError(
            f"The export {path.name} is of no kind that can be read: .csv, .jsonl, .ndjson, .json (each "
            "also with .gz) or .parquet."
        )
    return _opened(path, lambda stream: reader(_peeked_lines(stream)), compressed=name.endswith(".gz"))


def merged_columns(seen: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """The columns of a file whose rows have these: those of its header, or the union over JSON objects."""
    if len(seen) == 1:
        return next(iter(seen))  # as they stand, twice where the header names one twice
    return tuple(dict.fromkeys(name for columns in seen for name in columns))


def _opened(path: Path, rows: Callable[[BinaryIO], Iterator[Row]], *, compressed: bool = False) -> Iterator[Row]:
    try:
        with gzip.open(path, "rb") if compressed else path.open("rb") as stream:
            yield from rows(cast(BinaryIO, stream))
    except FileNotFoundError:
        raise DatasetError(f"The export {path.name} does not exist.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DatasetError(f"The export {path.name} is damaged: it cannot be unpacked.") from None
    except OSError as error:
        raise DatasetError(f"The export {path.name} cannot be read: {error.strerror or 'input error'}.") from None
    except _DamagedFileError as error:
        raise DatasetError(f"The export {path.name} {error}.") from None


class _DamagedFileError(Exception):
    """What is wrong with a file as a whole, as the end of a sentence about it."""


def _peeked_lines(stream: BinaryIO) -> Iterator[TextLine]:
    return text_lines(stream, start=stream.peek(4)[:4])  # type: ignore[attr-defined]


def _json_lines_rows(lines: Iterator[TextLine]) -> Iterator[Row]:
    for number, (text, repaired) in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            yield Row(number=number, problem="the line is not valid JSON")
            continue
        yield _json_row(number, value, repaired)


def _json_row(number: int, value: Any, repaired: bool) -> Row:
    if not isinstance(value, dict):
        return Row(number=number, problem="the row is not a JSON object")
    return Row(number=number, cells=value, columns=tuple(value), repaired=repaired)


def _json_rows(lines: Iterator[TextLine]) -> Iterator[Row]:
    """A .json file: a list of objects, or JSON Lines under another name."""
    first = next((line for line in lines if line.text.strip()), None)
    if first is None:
        return
    if not first.text.lstrip().startswith("["):
        yield from _json_lines_rows(_chained(first, lines))
        return
    whole = [first, *lines]
    try:
        values = json.loads("".join(line.text for line in whole))
    except (ValueError, RecursionError):
        raise _DamagedFileError("is not valid JSON") from None
    repaired = any(line.repaired for line in whole)
    yield from (_json_row(number, value, repaired) for number, value in enumerate(values, start=1))


def _chained(first: TextLine, rest: Iterator[TextLine]) -> Iterator[TextLine]:
    yield first
    yield from rest


class _CsvLines:
    """Feeds csv.reader line by line; knows whether the current row was repaired, and whether the file has ended."""

    def __init__(self, lines: Iterator[TextLine]) -> None:
        self._lines = lines
        self.repaired = False
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        for text, repaired in self._lines:
            self.repaired = self.repaired or repaired
            yield text
        self.ended = True


def _csv_rows(lines: Iterator[TextLine]) -> Iterator[Row]:
    csv.field_size_limit(_FIELD_LIMIT)
    first = next((line for line in lines if line.text.strip()), None)
    delimiter = None
    if first and first.text.lower().startswith("sep=") and first.text[4:5] in _DELIMITERS:  # Excel's own hint
        delimiter = first.text[4]
        first = next(lines, None)
    if first is None:
        return
    delimiter = delimiter or max(_DELIMITERS, key=lambda one: len(next(csv.reader([first.text], delimiter=one))))
    feed = _CsvLines(_chained(first, lines))
    number = 0
    try:
        reader = csv.reader(feed, delimiter=delimiter)
        columns = tuple(cell.strip() for cell in next(reader))
        feed.repaired = False
        for cells in reader:
            number += bool(cells)
            if feed.ended:
                # The reader asks for a line beyond the last one only when that row is not complete.
                yield Row(number=number, columns=columns, problem="the row opens a quote that is never closed")
            elif cells:
                yield _csv_row(number, columns, cells, feed.repaired)
            feed.repaired = False
    except csv.Error:
        yield Row(number=number + 1, problem="the row is not well-formed CSV, and nothing after it was read")


def _csv_row(number: int, columns: tuple[str, ...], cells: list[str], repaired: bool) -> Row:
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Row(
            number=number, columns=columns, problem=f"the row has {len(cells)} cells, and the header {len(columns)}"
        )
    padded = cells + [""] * (len(columns) - len(cells))
    return Row(number=number, cells=dict(zip(columns, padded, strict=False)), columns=columns, repaired=repaired)


def _parquet_rows(stream: BinaryIO) -> Iterator[Row]:
    import pyarrow as pa  # takes a while to load, and only Parquet needs it
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream)
        columns = tuple(file.schema_arrow.names)
        number = 0
        for batch in file.iter_batches(batch_size=256):
            for cells in batch.to_pylist():
                number += 1
                yield Row(number=number, cells=cells, columns=columns)
    except (pa.ArrowException, ValueError):
        # Arrow's own message can quote values.
        raise _DamagedFileError("is damaged: it cannot be read as Parquet") from None
