"""Makes a prepared dataset of a CRM's exports.

python -m model.prepare --export month1.jsonl month2.jsonl --taxonomy config/taxonomy.toml --out build/dataset
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from model.vendored import BESIDE_CODE, use_vendored

# Before the imports that need them: the processing container has no HTML parser.
use_vendored(BESIDE_CODE)

from mailroom.errors import MailroomError  # noqa: E402
from mailroom.taxonomy import Taxonomy  # noqa: E402
from mailroom.taxonomy_file import load_taxonomy  # noqa: E402
from model.dataset.columns import ColumnMapping, task_names  # noqa: E402
from model.dataset.freezing import Freezing  # noqa: E402
from model.dataset.frozen_set import frozen_set_named  # noqa: E402
from model.dataset.kept_set import load_kept_set  # noqa: E402
from model.dataset.preparation import Preparation, prepare, unchanged  # noqa: E402
from model.dataset.prepared import PreparedDataset  # noqa: E402
from model.dataset.split import SPLITS  # noqa: E402
from model.dataset.taxonomy_from_export import CANDIDATE_TASKS, derive_taxonomy  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare a dataset; 0, or 2 after saying what is wrong."""
    options = _parser().parse_args(arguments)
    try:
        preparation = _preparation(options)
        former = unchanged(preparation, options.out)
        dataset = former or prepare(preparation, options.out)
    except MailroomError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.out}: {'unchanged' if former else 'prepared'}")
    print(summary(dataset))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.prepare", description="Make a prepared dataset of exports.")
    parser.add_argument(
        "--export",
        type=Path,
        nargs="+",
        required=True,
        metavar="FILE",
        help="CSV, JSON Lines or Parquet; several are read as one",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--taxonomy", type=Path, metavar="FILE.toml", help="default: derived from the labels")
    parser.add_argument("--test", type=Path, metavar="FILE", help="test on this export, train on the others")
    parser.add_argument("--columns", default="", metavar="subject=Betreff,queue=Team")
    parser.add_argument("--tasks", default="", metavar="a,b", help="default: all of the taxonomy's")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--validation", type=float, metavar="SHARE", help="default: 0.1, or 0.12 with --test")
    parser.add_argument("--test-share", type=float, metavar="SHARE", help="default: 0.2; none with --test")
    parser.add_argument(
        "--frozen-set",
        metavar="TAXONOMY_VERSION/MONTH",
        help="test on the mails of this set, the same ones in each run",
    )
    parser.add_argument("--frozen-reason", default="", help="a sentence for the report: why this set")
    parser.add_argument(
        "--former",
        type=Path,
        metavar="DIR",
        help="an earlier prepared dataset (of its files, frozen_set.json and test.jsonl), whose choice of mails stands",
    )
    parser.add_argument(
        "--drop-invalid",
        action="store_true",
        help="treat labels that do not fit the taxonomy as missing instead of refusing the export",
    )
    parser.add_argument("--synthetic", action="store_true", help="say in the report that the mails are made up")
    parser.add_argument("--note", default="", help="a sentence for the report")
    return parser


def _preparation(options: argparse.Namespace) -> Preparation:
    tasks = task_names(options.tasks)
    taxonomy, columns = _taxonomy(options, tasks)
    return Preparation(
        exports=tuple(options.export),
        taxonomy=taxonomy,
        test=options.test,
        columns=columns,
        tasks=tasks if options.taxonomy else None,
        seed=options.seed,
        validation=options.validation,
        test_share=options.test_share,
        freezing=_freezing(options),
        # What a derived taxonomy calls impossible are the export's own rarest combinations: no reason to refuse it.
        drop_invalid=options.drop_invalid or options.taxonomy is None,
        synthetic=options.synthetic,
        note=options.note,
    )


def _freezing(options: argparse.Namespace) -> Freezing | None:
    if not options.frozen_set:
        return None
    former = None if options.former is None else load_kept_set(options.former)
    return Freezing(frozen_set=frozen_set_named(options.frozen_set), reason=options.frozen_reason, former=former)


def _taxonomy(options: argparse.Namespace, tasks: tuple[str, ...] | None) -> tuple[Taxonomy, ColumnMapping]:
    if options.taxonomy is not None:
        taxonomy = load_taxonomy(options.taxonomy)
        return taxonomy, ColumnMapping.parse(options.columns, tasks=taxonomy.tasks)
    columns = ColumnMapping.parse(options.columns, tasks=tasks or CANDIDATE_TASKS)
    files = [*options.export, *([options.test] if options.test else [])]
    derived = derive_taxonomy(files, columns=columns, tasks=tasks)
    print(f"No taxonomy was given: derived one from the labels of {', '.join(derived.taxonomy.tasks)}.")
    return derived.taxonomy, columns


def summary(dataset: PreparedDataset) -> str:
    """A small table of the splits, and the warnings."""
    report, tasks = dataset.report, dataset.taxonomy.tasks
    table = [["split", "rows", "groups", *(f"{task} labels" for task in tasks)]]
    for split in SPLITS:
        counts = report["splits"][split]
        table.append(
            [
                split,
                f"{counts['rows']:,}",
                f"{counts['groups']:,}",
                *(f"{len(counts['labels'][task]):,}" for task in tasks),
            ]
        )
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in table
    ]
    if "frozen_set" in report:
        lines.append(f"frozen test set {report['frozen_set']}. {report['frozen_set_reason']}".rstrip())
    rows = report["rows"]
    dropped = ", ".join(f"{reason.replace('_', ' ')} {count:,}" for reason, count in rows["dropped"].items())
    lines.append(
        f"{rows['kept']:,} of {rows['read']:,} rows kept{f' (dropped: {dropped})' if dropped else ''}; "
        f"{report['near_duplicates']['rows']:,} rows in groups of near-duplicates; "
        f"fingerprint {dataset.fingerprint[:12]}"
    )
    return "\n".join([*lines, *(f"warning: {warning}" for warning in report["warnings"])])


if __name__ == "__main__":
    sys.exit(main())
