"""A first taxonomy from an export's labels, for a person to review.

    python -m model.dataset.taxonomy_from_export --export export.jsonl --out taxonomy.toml

A task nests in an earlier one (the nearest is tried first) if at least 90 % of its labels have at least 95 % of their
rows under one label of that task; labels with fewer than three rows have no say, and with most rows under such labels,
or with one and the same parent for all, nothing is concluded. A nested label's parents are then all that it occurs with
at least twice or in at least 2 % of its rows: rows seldom contradict the result, and those that do are counted.
"""

import argparse
import hashlib
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mailroom.errors import MailroomError
from mailroom.taxonomy import Label, Taxonomy
from mailroom.taxonomy_file import dump_taxonomy
from model.dataset import values
from model.dataset.columns import ColumnMapping, check_task_names, task_names
from model.dataset.errors import DatasetError, names_shown, refuse_problems, shown
from model.dataset.tables import merged_columns, read_rows

CANDIDATE_TASKS = ("line_of_business", "queue", "topic")
CLEAR_SHARE = 0.95
NESTED_LABELS = 0.9
FEWEST_ROWS = 3
PARENT_ROWS = 2
PARENT_SHARE = 0.02
# More values than this, most of them unique, are texts or numbers and no labels.
_MANY = 100

Labels = Mapping[str, str]
Parents = dict[str, Counter[str]]


@dataclass(frozen=True, kw_only=True)
class DerivedTaxonomy:
    """A taxonomy and what a reviewer should know of it: ``remarks`` are sentences, ``contradictions`` counts the rows
    (of ``rows``) whose labels it calls impossible."""

    taxonomy: Taxonomy
    rows: int
    contradictions: int
    remarks: tuple[str, ...] = field(default=())

    def toml(self) -> str:
        """The file to review: the remarks as comments, then the taxonomy."""
        return "".join(f"# {remark}\n" for remark in self.remarks) + "\n" + dump_taxonomy(self.taxonomy)


def derive_taxonomy(
    exports: Sequence[Path],
    *,
    columns: ColumnMapping | None = None,
    tasks: Sequence[str] | None = None,
) -> DerivedTaxonomy:
    """The taxonomy of the labels in the exports' columns; ``tasks`` None takes those of line_of_business, queue and
    topic that have labels.

    Raises:
        DatasetError: a file cannot be read, a named column is missing, or there are no labels.
    """
    columns = columns or ColumnMapping()
    check_task_names(tasks or ())
    wanted = tuple(tasks or CANDIDATE_TASKS)
    names: dict[str, None] = {}
    rows = list(_labelled_rows(exports, columns, wanted, names))
    found = tuple(task for task in wanted if any(task in row for row in rows))
    if not found:
        missing = ", ".join(columns.label_column(task) for task in wanted)
        raise DatasetError(
            f"No row has a label in any of the columns {missing} (the export has "
            f"{names_shown(list(names)) or 'no column'}); name the tasks after the columns that hold "
            "labels (--tasks a,b), or map columns to tasks (--columns queue=Team)."
        )
    remarks = ["Derived from an export's labels: review names, parents and queue targets before use."]
    remarks += [
        f"No row has a label for the task {task!r}, so it is left out." for task in tasks or () if task not in found
    ]
    labels: list[Label] = []
    for position, task in enumerate(found):
        counts = Counter(row[task] for row in rows if task in row)
        _refuse_texts(columns.label_column(task), counts)
        parents = _parents(task, found[:position], rows, remarks)
        labels += [
            Label(id=label, task=task, names={"de": label, "en": label}, parents=parents.get(label, ()))
            for label in sorted(counts, key=lambda label: (-counts[label], label))
        ]
    taxonomy = _taxonomy(found, labels, remarks)
    contradictions = sum(not taxonomy.is_path(row) for row in rows)
    if contradictions:
        remarks.append(
            f"{contradictions:,} of {len(rows):,} rows contradict these parents: wrong labels, or parents to add."
        )
    return DerivedTaxonomy(taxonomy=taxonomy, rows=len(rows), contradictions=contradictions, remarks=tuple(remarks))


def _taxonomy(tasks: tuple[str, ...], labels: Sequence[Label], remarks: list[str]) -> Taxonomy:
    listed = [f"{label.task}\0{label.id}\0{label.parents}" for label in labels]
    version = f"derived-{hashlib.sha256(chr(10).join(listed).encode()).hexdigest()[:8]}"
    return Taxonomy(version=version, tasks=tasks, labels=tuple(labels))


def _labelled_rows(
    exports: Sequence[Path],
    columns: ColumnMapping,
    tasks: Sequence[str],
    names: dict[str, None],
) -> Iterator[Labels]:
    """The labels of each row that has any; all column names are added to ``names``.

    Rows that cannot be read are told in one DatasetError at the end.
    """
    problems = []
    for path in exports:
        seen: dict[tuple[str, ...], None] = {}
        for row in read_rows(path):
            if row.columns:
                seen[row.columns] = None
            try:
                if row.problem:
                    raise values.CellError(row.problem)
                found = {task: values.word_of(row.cells.get(columns.label_column(task))) for task in tasks}
            except values.CellError as error:
                problems.append((f"{row.number} of {path.name}", str(error)))
                continue
            labels = {task: label for task, label in found.items() if label is not None}
            if labels:
                yield labels
        for one in seen:
            names.update(dict.fromkeys(one))
        if seen:
            columns.check(merged_columns(seen), tasks=tasks, file=path.name, needs_body=False)
    refuse_problems(problems, summary=f"Rows that cannot be read: {len(problems):,}.")


def _refuse_texts(column: str, counts: Mapping[str, int]) -> None:
    rows = sum(counts.values())
    if len(counts) > _MANY and len(counts) > rows / 2:
        raise DatasetError(
            f"The column {shown(column)} has {len(counts):,} different values in {rows:,} rows: those are no labels."
        )


def _parents(
    task: str,
    earlier: Sequence[str],
    rows: Sequence[Labels],
    remarks: list[str],
) -> dict[str, tuple[str, ...]]:
    """The parents of each label of ``task``, all in one earlier task, or none."""
    for parent_task in reversed(earlier):
        under: Parents = defaultdict(Counter)
        for row in rows:
            if task in row and parent_task in row:
                under[row[task]][row[parent_task]] += 1
        if not _nests(under):
            continue
        parents = {
            label: tuple(parent for parent, _ in _by_frequency(counts) if _is_parent(counts, parent))
            for label, counts in under.items()
        }
        others = [one for one in earlier if one != parent_task]
        if _is_ambiguous(parents, others, rows):
            continue
        remarks.append(f"{task} nests in {parent_task}.")
        for label, counts in sorted(under.items()):
            if len(counts) > 1:
                shares = ", ".join(
                    f"{count:,} under {parent!r}{'' if parent in parents[label] else ' (not a parent)'}"
                    for parent, count in _by_frequency(counts)
                )
                remarks.append(f"{task} {label!r}: rows {shares}.")
        return parents
    return {}


def _nests(under: Parents) -> bool:
    """Whether most labels clearly lie under one label each, and not all under the same."""
    telling = {label: counts for label, counts in under.items() if counts.total() >= FEWEST_ROWS}
    if sum(counts.total() for counts in telling.values()) * 2 < sum(counts.total() for counts in under.values()):
        return False
    clear = sum(max(counts.values()) >= CLEAR_SHARE * counts.total() for counts in telling.values())
    main = {_by_frequency(counts)[0][0] for counts in telling.values()}
    return len(main) > 1 and clear >= NESTED_LABELS * len(telling)


def _is_parent(counts: Counter[str], parent: str) -> bool:
    return counts[parent] >= PARENT_ROWS or counts[parent] >= PARENT_SHARE * counts.total()


def _is_ambiguous(parents: Mapping[str, Sequence[str]], others: Sequence[str], rows: Sequence[Labels]) -> bool:
    """Whether another earlier task has labels of the same names: a taxonomy names parents by label alone."""
    named = {parent for ones in parents.values() for parent in ones}
    return any(named <= {row[other] for row in rows if other in row} for other in others)


def _by_frequency(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a taxonomy file; 0, or 2 after saying what is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m model.dataset.taxonomy_from_export",
        description="Write a first taxonomy from an export's labels.",
    )
    parser.add_argument("--export", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.toml")
    parser.add_argument("--columns", default="", metavar="subject=Betreff,queue=Team")
    parser.add_argument("--tasks", default="", metavar="a,b", help="default: those of " + ", ".join(CANDIDATE_TASKS))
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")
    options = parser.parse_args(arguments)
    try:
        return _write(options)
    except MailroomError as error:
        print(error, file=sys.stderr)
        return 2


def _write(options: argparse.Namespace) -> int:
    tasks = task_names(options.tasks)
    columns = ColumnMapping.parse(options.columns, tasks=tasks or CANDIDATE_TASKS)
    if options.out.exists() and not options.force:
        raise DatasetError(f"{options.out} is there already and may have been reviewed: --force replaces it.")
    derived = derive_taxonomy(options.export, columns=columns, tasks=tasks)
    write_taxonomy(options.out, derived)
    sizes = ", ".join(f"{task} {len(derived.taxonomy.of_task(task))}" for task in derived.taxonomy.tasks)
    print(f"Wrote {options.out}: labels per task: {sizes}.")
    for remark in derived.remarks:
        print(f"  {remark}")
    return 0


def write_taxonomy(path: Path, derived: DerivedTaxonomy) -> None:
    """Write the file to review, whole or not at all; raises DatasetError if that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False, newline="\n"
        ) as stream:
            stream.write(derived.toml())
        Path(stream.name).chmod(0o644)
        Path(stream.name).replace(path)
    except OSError as error:
        raise DatasetError(f"The taxonomy cannot be written to {path}: {error.strerror}.") from None


if __name__ == "__main__":
    sys.exit(main())
