"""From exports to a prepared dataset: read, check, clean, group, split, write."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailroom.taxonomy import Taxonomy
from mailroom.wire.labels import taxonomy_to_json
from model.classifier.model_input import MAX_CHARACTERS
from model.cleaning import core_text
from model.dataset import fingerprint
from model.dataset.cleaned import Clean
from model.dataset.columns import ColumnMapping
from model.dataset.errors import DatasetError
from model.dataset.freezing import Freezing
from model.dataset.prepared import PreparedDataset, check_replaceable, read_fingerprint, write_prepared
from model.dataset.run import Run, RunSettings
from model.dataset.split import TEST_SHARE, VALIDATION_SHARE, VALIDATION_SHARE_BESIDE_TEST_FILE, check_shares


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What to prepare, and how.

    ``tasks`` None means all of the taxonomy's. With ``test``, a file of its own, ``exports`` are split into training
    and validation only. ``validation`` and ``test_share`` are shares of the rows; None means 0.1 (0.12 with ``test``)
    and 0.2. ``freezing`` is in place of both test file and test share; the exports then lie in folders named after
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
    freezing: Freezing | None = None
    drop_invalid: bool = False
    synthetic: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if self.freezing is None:
            return
        if self.test is not None or self.test_share is not None:
            raise DatasetError("A frozen test set takes the place of a test file and of a test share; leave those out.")
        frozen_set = self.freezing.frozen_set
        if frozen_set.taxonomy_version != self.taxonomy.version:
            raise DatasetError(
                f"The frozen test set {frozen_set} is not labelled under the taxonomy {self.taxonomy.version}."
            )

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of validation and test among the rows of ``exports`` that are not for testing anyway."""
        beside = self.test is not None or self.freezing is not None
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
                "freezing": None if self.freezing is None else self.freezing.to_json(),
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
    validation, test = preparation.shares
    run = Run(
        RunSettings(
            exports=preparation.exports,
            test=preparation.test,
            columns=preparation.columns,
            taxonomy=preparation.taxonomy,
            tasks=preparation.tasks,
            freezing=preparation.freezing,
            validation_share=validation,
            test_share=test,
            seed=preparation.seed,
            drop_invalid=preparation.drop_invalid,
        )
    )
    run.read()
    splits = run.split(run.clean(clean, processes, progress))
    report = run.report(splits, settings=preparation.settings(), fingerprint=made_from)
    write_prepared(out, splits, taxonomy=run.taxonomy, report=report, fingerprint=made_from, kept=run.kept(splits))
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
