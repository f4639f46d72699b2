"""What a demo run works on: the synthetic sample, or an export of one's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.sample.write import make_sample
from mailroom.errors import MailroomError
from mailroom.taxonomy import Taxonomy
from mailroom.taxonomy_file import load_taxonomy
from model.dataset.columns import ColumnMapping
from model.dataset.taxonomy_from_export import CANDIDATE_TASKS, derive_taxonomy

DEFAULT_MAILS = 1300
"""Synthetic mails a month."""


class DemoError(MailroomError):
    """The demo cannot go on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoOptions:
    """What was asked for. ``export`` None means the synthetic sample of ``mails`` a month; no ``tasks`` means all.
    ``assembly``: the synthesized templates of the accounts that serve it."""

    folder: Path
    export: Path | None
    taxonomy: Path | None
    columns: str
    tasks: tuple[str, ...]
    mails: int
    seed: int
    base_model: str
    hyperparameters: Mapping[str, str]
    rows: int
    assembly: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Exports to train on, their taxonomy, and the export whose mails the CRM sends: all of them, or those of the test
    split. ``truth`` holds labels without the deliberate errors; ``newest_taxonomy`` is the one that the newest
    export is labelled under."""

    exports: tuple[Path, ...]
    taxonomy: Taxonomy
    columns: ColumnMapping
    tasks: tuple[str, ...]
    newest: Path
    newest_taxonomy: Taxonomy
    only_test_split: bool
    truth: Path | None
    synthetic: bool


def make_plan(options: DemoOptions) -> Plan:
    """The plan of the options; makes the sample if that is what is wanted.

    Raises:
        MailroomError: the export or the taxonomy cannot be read, or the sample cannot be written.
    """
    return _sample_plan(options) if options.export is None else _own_data_plan(options, options.export)


def _sample_plan(options: DemoOptions) -> Plan:
    """Train on the first two months, let the CRM send the third."""
    sample = make_sample(options.folder / "sample", seed=options.seed, mails=options.mails)
    first, second, newest = sample.months
    taxonomy = load_taxonomy(second.taxonomy)
    return Plan(
        exports=(first.export, second.export),
        taxonomy=taxonomy,
        columns=ColumnMapping(),
        tasks=options.tasks or taxonomy.tasks,
        newest=newest.export,
        newest_taxonomy=load_taxonomy(newest.taxonomy),
        only_test_split=False,
        truth=newest.truth,
        synthetic=True,
    )


def _own_data_plan(options: DemoOptions, export: Path) -> Plan:
    """Train on the export's training part, let the CRM send its test part."""
    if options.taxonomy is not None:
        taxonomy = load_taxonomy(options.taxonomy)
        columns = ColumnMapping.parse(options.columns, tasks=taxonomy.tasks)
    else:
        columns = ColumnMapping.parse(options.columns, tasks=options.tasks or CANDIDATE_TASKS)
        derived = derive_taxonomy([export], columns=columns, tasks=options.tasks or None)
        taxonomy = derived.taxonomy
        print("\n".join(derived.remarks))
    tasks = (
        tuple(task for task in options.tasks if task in taxonomy.tasks) if options.taxonomy is None else options.tasks
    )
    return Plan(
        exports=(export,),
        taxonomy=taxonomy,
        columns=columns,
        tasks=tasks or taxonomy.tasks,
        newest=export,
        newest_taxonomy=taxonomy,
        only_test_split=True,
        truth=None,
        synthetic=False,
    )


def true_labels(plan: Plan) -> dict[str, dict[str, str]]:
    """Per mail id the labels of the sample's truth file; empty for data of one's own."""
    if plan.truth is None:
        return {}
    found = {}
    for line in plan.truth.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["id"]] = {task: row[task] for task in plan.tasks}
    return found


def carried_back(labels: Mapping[str, str], taxonomy: Taxonomy, known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Labels of a newer taxonomy under the names that an older model knows.

    A label that replaced a known one stands for it; any other that the model does not know stays, and is counted apart.
    """
    back = dict(labels)
    for task, label in labels.items():
        if label not in known.get(task, ()):
            former = [
                old.id for old in taxonomy.of_task(task) if label in old.replaced_by and old.id in known.get(task, ())
            ]
            back[task] = former[0] if former else label
    return back
