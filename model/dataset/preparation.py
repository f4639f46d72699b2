"""From exports to a prepared dataset: read, check, clean, group, split, write."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailroom.taxonomy import Taxonomy
from mailroom.wire.labels import taxonomy_to_json
from model.classifier.model_input import MAX_CHARACTERS
from model.cleaning import core_text
from model.dataset import fingerprint, values
from model.dataset.cleaned import Clean, Job, cleaned
from model.dataset.columns import ColumnMapping, check_task_names
from model.dataset.errors import DatasetError, refuse_problems, rows_shown
from model.dataset.example import Example
from model.dataset.facts import Facts, Reading, read_facts, sources
from model.dataset.freezing import check_months, labels_without_mails, marked_for_testing, with_frozen_set
from model.dataset.frozen_set import FrozenSet
from model.dataset.label_check import LabelCheck
from model.dataset.near_duplicates import comparable_text, near_duplicate_groups
from model.dataset.prepared import PreparedDataset, check_replaceable, read_fingerprint, write_prepared
from model.dataset.report import data_report, reading_warnings
from model.dataset.split import (
    RECENT,
    SPLITS,
    TEST,
    TEST_SHARE,
    TRAIN,
    VALIDATION_SHARE,
    VALIDATION_SHARE_BESIDE_TEST_FILE,
    SplitRow,
    check_shares,
    split_rows,
)
from model.dataset.tables import read_rows


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What to prepare, and how.

    ``tasks`` None means all of the taxonomy's. With ``test``, a file of its own, ``exports`` are split into training
    and validation only. ``validation`` and ``test_share`` are shares of the rows; None means 0.1 (0.12 with ``test``)
    and 0.2. ``frozen_set`` is in place of both test file and test share; the exports then lie in folders named after
    their months. ``drop_invalid`` treats labels that do not fit the taxonomy as missing instead of refusing the export.
    ``synthetic`` and ``note`` go into the report.
    """

    exports: tuple[Path, ...]
    taxonomy: Taxonomy = field(repr=False)
    test: Path | None = None
    columns: ColumnMapping = field(default_factory=ColumnMapping)
    tasks: tuple[str, ...] | None = None
    seed: int = 7
    validation: float | None = None
    test_share: float | None = None
    frozen_set: FrozenSet | None = None
    drop_invalid: bool = False
    synthetic: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if self.frozen_set is None:
            return
        if self.test is not None or self.test_share is not None:
            raise DatasetError("A frozen test set takes the place of a test file and of a test share; leave those out.")
        if self.frozen_set.taxonomy_version != self.taxonomy.version:
            raise DatasetError(
                f"The frozen test set {self.frozen_set} is not labelled under the taxonomy {self.taxonomy.version}."
            )

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of validation and test among the rows of ``exports`` that are not for testing anyway."""
        beside = self.test is not None or self.frozen_set is not None
        default = VALIDATION_SHARE_BESIDE_TEST_FILE if beside else VALIDATION_SHARE
        validation = default if self.validation is None else self.validation
        return validation, 0.0 if beside else TEST_SHARE if self.test_share is None else self.test_share

    def settings(self) -> dict[str, Any]:
        """The options as the report shows them."""
        validation, test = self.shares
        return {
            "synthetic": self.synthetic,
            "note": self.note,
            "seed": self.seed,
            "drop_invalid": self.drop_invalid,
            "shares": {"validation": validation, "test": test},
            **({} if self.frozen_set is None else {"frozen_set": str(self.frozen_set)}),
            "columns": self.columns.to_json(),
            "taxonomy_version": self.taxonomy.version,
        }

    def fingerprint(self, clean: Clean = core_text) -> str:
        """SHA-256 over the input files, the options, the taxonomy and the code; raises DatasetError if a file is
        missing."""
        return fingerprint.fingerprint_of(
            {
                "exports": [fingerprint.file_sha256(path) for path in self.exports],
                "test": None if self.test is None else fingerprint.file_sha256(self.test),
                "taxonomy": taxonomy_to_json(self.taxonomy),
                "tasks": self.tasks,
                "settings": self.settings(),
                "code": fingerprint.code_version(),
                "max_characters": MAX_CHARACTERS,
                "clean": f"{clean.__module__}.{clean.__qualname__}",
            }
        )


def prepare(
    preparation: Preparation,
    out: Path,
    *,
    clean: Clean = core_text,
    processes: int = 2,
    progress: bool = True,
) -> PreparedDataset:
    """Prepare a dataset in the folder ``out``; an unchanged one that is there already is reused.

    Raises:
        DatasetError: what is wrong with the export, its labels or the folder; nothing is written then.
        TaxonomyError: a task is unknown.
    """
    check_shares(validation=preparation.shares[0], test=preparation.shares[1])
    made_from = preparation.fingerprint(clean)
    same = _reusable(out, made_from)
    if same is not None:
        return same
    check_replaceable(out)
    run = _Run(preparation, made_from)
    run.read()
    texts = run.clean(clean, processes, progress)
    splits = run.split(texts)
    write_prepared(out, splits, taxonomy=run.taxonomy, report=run.report(splits), fingerprint=made_from)
    return PreparedDataset.load(out)


def unchanged(preparation: Preparation, out: Path, *, clean: Clean = core_text) -> PreparedDataset | None:
    """The dataset in ``out`` if it was made of the same files in the same way and is whole, else None."""
    return _reusable(out, preparation.fingerprint(clean))


def _reusable(out: Path, made_from: str) -> PreparedDataset | None:
    if read_fingerprint(out) != made_from:
        return None
    try:
        return PreparedDataset.load(out)
    except DatasetError:
        return None  # damaged


class _Run:
    """One preparation under way: the rows that are left, and why the others are not."""

    def __init__(self, preparation: Preparation, made_from: str) -> None:
        self._preparation, self._made_from = preparation, made_from
        self._files = sources(preparation.exports, preparation.test)
        if preparation.frozen_set is not None:
            check_months(self._files, preparation.frozen_set)
        taxonomy, wanted = preparation.taxonomy, preparation.tasks
        self._taxonomy = taxonomy if wanted is None else taxonomy.restricted_to(wanted)
        check_task_names(self._taxonomy.tasks)
        self.tasks = self._taxonomy.tasks
        self._facts: list[Facts] = []
        self._reading = Reading()
        self._warnings: list[str] = []
        self._dropped: Counter[str] = Counter()

    def read(self) -> None:
        """Everything but the bodies; raises DatasetError for whatever is wrong with the rows."""
        preparation = self._preparation
        reading = read_facts(self._files, preparation.columns, LabelCheck(self._taxonomy), tasks=self.tasks)
        refuse_problems(reading.problems, summary=f"Rows that cannot be read: {len(reading.problems):,}.")
        if not preparation.drop_invalid:
            refuse_problems(
                reading.label_problems,
                summary=f"Labels that do not fit the taxonomy: {len(reading.label_problems):,}; nothing was written.",
            )
        self._reading, self._facts = reading, reading.facts
        if preparation.test is not None:
            self._leave_out_marked_for_test()
        if preparation.frozen_set is not None:
            self._facts = marked_for_testing(self._facts)
        learned = [
            one for one in self._facts if one.split in (None, TRAIN) and not self._files[one.key[0]].is_test_file
        ] or self._facts
        self.tasks = tuple(task for task in self._taxonomy.tasks if any(task in one.labels for one in learned))
        for task in self._taxonomy.tasks:
            if task not in self.tasks:
                self._warnings.append(f"No row has a label for the task {task!r}, so it is left out.")
        if not self.tasks:
            raise DatasetError(f"No row has a label for any of the tasks {', '.join(self._taxonomy.tasks)}.")
        self._warnings += [
            f"The export {file.name} holds no rows."
            for file, rows in zip(self._files, reading.rows_per_source, strict=True)
            if not rows
        ]
        self._warnings += reading_warnings(reading)
        self._dropped.update(duplicate_id=len(reading.duplicates), without_labels=reading.without_labels)

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy of the tasks that have labels."""
        return self._preparation.taxonomy.restricted_to(self.tasks)

    def _leave_out_marked_for_test(self) -> None:
        kept = [one for one in self._facts if one.split != TEST]
        count = len(self._facts) - len(kept)
        if count:
            self._warnings.append(
                f"Left out because the export marks them for testing, and a test file is given: {count:,} rows."
            )
        self._dropped["marked_for_test_beside_a_test_file"] = count
        self._facts = kept

    def clean(self, clean: Clean, processes: int, progress: bool) -> list[str]:
        """The cleaned texts of the rows that hold something to read; the other rows are left out."""
        found = cleaned(self._jobs(), total=len(self._facts), clean=clean, processes=processes, progress=progress)
        kept: list[Facts] = []
        texts: list[str] = []
        left_out: dict[str, list[str]] = {"cleaning_failed": [], "empty": []}
        for one, text in zip(self._facts, found, strict=True):
            if text is not None and (text.strip() or one.subject):
                kept.append(one)
                texts.append(text)
            else:
                left_out["empty" if text is not None else "cleaning_failed"].append(self._row(one))
        if not kept:
            raise DatasetError("No row of the export holds any text.")
        self._facts = kept
        if left_out["empty"]:
            self._warnings.append(f"Left out for holding no text: {rows_shown(left_out['empty'])}.")
        if left_out["cleaning_failed"]:
            self._warnings.append(f"Left out because the cleaner failed: {rows_shown(left_out['cleaning_failed'])}.")
        self._dropped.update({reason: len(rows) for reason, rows in left_out.items()})
        return texts

    def split(self, texts: Sequence[str]) -> dict[str, list[Example]]:
        """The examples of each split."""
        facts = self._facts
        compared = [comparable_text(one.subject, text) for one, text in zip(facts, texts, strict=True)]
        groups = near_duplicate_groups(compared, threads=[one.thread_id for one in facts])
        for_test = [self._files[one.key[0]].is_test_file for one in facts]
        validation, test = self._preparation.shares
        rows = [
            SplitRow(
                group=group,
                labels={task: one.labels[task] for task in self.tasks if task in one.labels},
                fixed=TEST if apart else one.split,
            )
            for one, group, apart in zip(facts, groups, for_test, strict=True)
        ]
        result = split_rows(rows, validation=validation, test=test, seed=self._preparation.seed)
        if self._preparation.frozen_set is not None:
            result = with_frozen_set(result, facts, self._files, self._preparation.frozen_set)
        self._dropped.update(result.dropped)
        self._warnings += result.warnings
        splits: dict[str, list[Example]] = {split: [] for split in (*SPLITS, RECENT)}
        beside = 0
        for one, text, group, apart, split in zip(facts, texts, groups, for_test, result.splits, strict=True):
            if split == TEST and not apart and any(for_test):
                beside += 1
            elif split is not None:
                splits[split].append(self._example(one, text, group))
        if beside:
            self._dropped["row_near_test_file"] += beside
            self._warnings.append(
                f"Left out of training, because the test file has a near-duplicate or a mail of the same thread: "
                f"{beside:,} rows."
            )
        return splits

    def report(self, splits: dict[str, list[Example]]) -> dict[str, Any]:
        """The content of data_report.json."""
        warnings = [*self._warnings, *(f"The {split} split is empty." for split in SPLITS if not splits[split])]
        frozen = self._preparation.frozen_set
        untested = labels_without_mails(splits[TEST], self.taxonomy) if frozen is not None else {}
        warnings += [
            f"Task {task!r}: the frozen test set has no mail of {len(labels)} active labels ({', '.join(labels)})."
            for task, labels in untested.items()
        ]
        return data_report(
            files=self._files,
            reading=self._reading,
            splits=splits,
            tasks=self.tasks,
            tasks_left_out=[task for task in self._taxonomy.tasks if task not in self.tasks],
            dropped=+self._dropped,
            warnings=warnings,
            settings=self._preparation.settings(),
            fingerprint=self._made_from,
            **({} if frozen is None else {"labels_without_test_mails": untested}),
        )

    def _jobs(self) -> Iterator[Job]:
        """The bodies of the rows that are left, from a second reading, so that raw bodies are never all in memory."""
        wanted = {one.key: one for one in self._facts}
        columns = self._preparation.columns
        for file in self._files:
            for row in read_rows(file.path):
                one = wanted.get((file.number, row.number))
                if one is not None:
                    yield values.body_of(columns.body_of(row.cells)), one.body_format.value

    def _example(self, one: Facts, text: str, group: int) -> Example:
        return Example(
            id=one.id,
            subject=one.subject,
            custodian_banks=one.custodian_banks,
            text=text,
            language=one.language,
            labels={task: one.labels[task] for task in self.tasks if task in one.labels},
            received_at=one.received_at,
            thread_id=one.thread_id,
            group=group,
        )

    def _row(self, one: Facts) -> str:
        return self._files[one.key[0]].row(one.key[1])
