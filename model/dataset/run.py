"""One preparation under way: the rows that are left, and why the others are not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailroom.taxonomy import Taxonomy
from model.dataset import values
from model.dataset.cleaned import Clean, Job, cleaned
from model.dataset.columns import ColumnMapping, check_task_names
from model.dataset.errors import DatasetError, refuse_problems, rows_shown
from model.dataset.example import Example
from model.dataset.facts import Facts, Reading, read_facts, sources
from model.dataset.freezing import Freezing
from model.dataset.frozen_run import FrozenRun
from model.dataset.kept_set import KeptSet
from model.dataset.label_check import LabelCheck
from model.dataset.near_duplicates import comparable_text, near_duplicate_groups
from model.dataset.report import data_report, reading_warnings
from model.dataset.split import RECENT, SPLITS, TEST, TRAIN, SplitRow, split_rows
from model.dataset.tables import read_rows

Splits = dict[str, list[Example]]


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """What a run reads, and how it divides it; as in Preparation, with the shares worked out."""

    exports: tuple[Path, ...]
    test: Path | None
    columns: ColumnMapping
    taxonomy: Taxonomy = field(repr=False)
    tasks: tuple[str, ...] | None
    freezing: Freezing | None
    validation_share: float
    test_share: float
    seed: int
    drop_invalid: bool


class Run:
    """``read``, ``clean`` and ``split``, in this order; then ``report`` and ``kept`` say what came of it."""

    def __init__(self, settings: RunSettings) -> None:
        self._settings = settings
        self._files = sources(settings.exports, settings.test)
        taxonomy, wanted = settings.taxonomy, settings.tasks
        self._taxonomy = taxonomy if wanted is None else taxonomy.restricted_to(wanted)
        check_task_names(self._taxonomy.tasks)
        self._frozen = None if settings.freezing is None else FrozenRun(self._files, settings.freezing)
        self.tasks = self._taxonomy.tasks
        self._facts: list[Facts] = []
        self._reading = Reading()
        self._warnings: list[str] = []
        self._dropped: Counter[str] = Counter()

    def read(self) -> None:
        """Everything but the bodies; raises DatasetError for whatever is wrong with the rows."""
        settings = self._settings
        reading = read_facts(self._files, settings.columns, LabelCheck(self._taxonomy), tasks=self.tasks)
        refuse_problems(reading.problems, summary=f"Rows that cannot be read: {len(reading.problems):,}.")
        if not settings.drop_invalid:
            refuse_problems(
                reading.label_problems,
                summary=f"Labels that do not fit the taxonomy: {len(reading.label_problems):,}; nothing was written.",
            )
        self._reading, self._facts = reading, reading.facts
        if settings.test is not None:
            self._leave_out_marked_for_test()
        self._choose_tasks()
        self._warnings += [
            f"The export {file.name} holds no rows."
            for file, rows in zip(self._files, reading.rows_per_source, strict=True)
            if not rows
        ]
        self._warnings += reading_warnings(reading)
        if self._frozen is not None:
            self._facts = self._frozen.after_reading(self._facts, self.tasks)
        self._dropped.update(duplicate_id=len(reading.duplicates), without_labels=reading.without_labels)

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy of the tasks that have labels."""
        return self._settings.taxonomy.restricted_to(self.tasks)

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
        if self._frozen is not None:
            for one, text in self._frozen.outliving(self._facts):
                self._facts.append(one)
                texts.append(text)
        return texts

    def split(self, texts: Sequence[str]) -> Splits:
        """The examples of each split."""
        compared = [comparable_text(one.subject, text) for one, text in zip(self._facts, texts, strict=True)]
        groups = near_duplicate_groups(compared, threads=[one.thread_id for one in self._facts])
        chosen = self._divided_beside_frozen_set(groups) if self._frozen is not None else self._divided(groups)
        splits: Splits = {split: [] for split in (*SPLITS, RECENT)}
        for one, text, group, split in zip(self._facts, texts, groups, chosen, strict=True):
            if split is not None:
                splits[split].append(self._example(one, text, group))
        return splits

    def report(self, splits: Splits, *, settings: dict[str, Any], fingerprint: str) -> dict[str, Any]:
        """The content of data_report.json."""
        warnings = [*self._warnings, *(f"The {split} split is empty." for split in SPLITS if not splits[split])]
        if self._frozen is not None:
            warnings += self._frozen.warnings(splits, self.taxonomy)
            settings = {**settings, **self._frozen.settings(splits, note=settings["note"])}
        return data_report(
            files=self._files,
            reading=self._reading,
            splits=splits,
            tasks=self.tasks,
            tasks_left_out=[task for task in self._taxonomy.tasks if task not in self.tasks],
            dropped=+self._dropped,
            warnings=warnings,
            settings=settings,
            fingerprint=fingerprint,
            frozen=None if self._frozen is None else self._frozen.report(splits, self.taxonomy),
        )

    def kept(self, splits: Splits) -> KeptSet | None:
        """The frozen test set, for the runs after this one."""
        return None if self._frozen is None else self._frozen.kept(splits, self._facts, self.tasks)

    def _choose_tasks(self) -> None:
        learned = [
            one for one in self._facts if one.split in (None, TRAIN) and not self._files[one.key[0]].is_test_file
        ] or self._facts
        self.tasks = tuple(task for task in self._taxonomy.tasks if any(task in one.labels for one in learned))
        for task in self._taxonomy.tasks:
            if task not in self.tasks:
                self._warnings.append(f"No row has a label for the task {task!r}, so it is left out.")
        if not self.tasks:
            raise DatasetError(f"No row has a label for any of the tasks {', '.join(self._taxonomy.tasks)}.")

    def _leave_out_marked_for_test(self) -> None:
        kept = [one for one in self._facts if one.split != TEST]
        count = len(self._facts) - len(kept)
        if count:
            self._warnings.append(
                f"Left out because the export marks them for testing, and a test file is given: {count:,} rows."
            )
        self._dropped["marked_for_test_beside_a_test_file"] = count
        self._facts = kept

    def _divided(self, groups: Sequence[int]) -> list[str | None]:
        """Split as the export's marks and the shares say, or beside a test file."""
        for_test = [self._files[one.key[0]].is_test_file for one in self._facts]
        rows = [
            self._split_row(one, group, TEST if apart else one.split)
            for one, group, apart in zip(self._facts, groups, for_test, strict=True)
        ]
        chosen = self._split_rows(rows, test=self._settings.test_share)
        if not any(for_test):
            return chosen
        beside = [split == TEST and not apart for split, apart in zip(chosen, for_test, strict=True)]
        if any(beside):
            self._dropped["row_near_test_file"] += sum(beside)
            self._warnings.append(
                f"Left out of training, because the test file has a near-duplicate or a mail of the same thread: "
                f"{sum(beside):,} rows."
            )
        return [None if near else split for split, near in zip(chosen, beside, strict=True)]

    def _divided_beside_frozen_set(self, groups: Sequence[int]) -> list[str | None]:
        """Split as the frozen test set leaves it; what is to be learned from is divided further."""
        assert self._frozen is not None
        found = self._frozen.freeze(self._facts, groups, self.taxonomy)
        self._dropped.update(found.dropped)
        self._warnings += found.warnings
        learned = [place for place, split in enumerate(found.splits) if split == TRAIN]
        rows = [self._split_row(self._facts[place], groups[place], self._facts[place].split) for place in learned]
        divided = dict(zip(learned, self._split_rows(rows, test=0), strict=True))
        return [divided.get(place, split) for place, split in enumerate(found.splits)]

    def _split_rows(self, rows: Sequence[SplitRow], *, test: float) -> list[str | None]:
        result = split_rows(rows, validation=self._settings.validation_share, test=test, seed=self._settings.seed)
        self._dropped.update(result.dropped)
        self._warnings += result.warnings
        return list(result.splits)

    def _split_row(self, one: Facts, group: int, fixed: str | None) -> SplitRow:
        labels = {task: one.labels[task] for task in self.tasks if task in one.labels}
        return SplitRow(group=group, labels=labels, fixed=fixed)

    def _jobs(self) -> Iterator[Job]:
        """The bodies of the rows that are left, from a second reading, so that raw bodies are never all in memory."""
        wanted = {one.key: one for one in self._facts}
        columns = self._settings.columns
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
