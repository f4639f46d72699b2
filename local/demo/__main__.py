"""``python -m local.demo``: a model's life on one machine; with an export of one's own, the main job on that."""

import argparse
import sys
from pathlib import Path

from local.command_line import end_on_signals, run
from local.demo.loop.run import run_loop, serves_this
from local.demo.own_data import train_and_serve
from local.demo.plan import DEFAULT_MAILS, DemoError, DemoOptions
from local.infra.assembly import DEFAULT_FOLDER, read_assembly
from local.train_job import hyperparameters_of


def main() -> None:
    """The whole loop on the sample; training and serving alone for an export, or where only the archive is wanted."""
    options, given = _options()
    end_on_signals()
    looped = options.export is None and not given.only_archive and not given.once
    _check(options, given, looped=looped)
    if not given.only_archive:
        read_assembly(options.assembly)  # minutes of training would be for nothing without it
    options.folder.mkdir(parents=True, exist_ok=True)
    if looped:
        run_loop(options, fast=given.fast)
    elif given.only_archive and options.export is None and serves_this(options):
        print(f"Model archive: {options.folder / 'model.tar.gz'}, the one that was live at the end of `make demo`")
    else:
        train_and_serve(options, only_archive=given.only_archive)


def _check(options: DemoOptions, given: argparse.Namespace, *, looped: bool) -> None:
    if given.fast and not looped:
        raise DemoError(
            "FAST leaves out the second training of the sample's loop; an export of your own is trained once."
        )
    if looped and (options.tasks or options.columns or options.taxonomy):
        raise DemoError("TASKS, COLUMNS and TAXONOMY belong to an export of your own: name it with EXPORT=file.")


def _options() -> tuple[DemoOptions, argparse.Namespace]:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/demo"), help="where its work is kept")
    parser.add_argument("--export", type=Path, help="mails of your own: CSV, JSON Lines or Parquet")
    parser.add_argument("--taxonomy", type=Path, help="their taxonomy (TOML); default: derived from the labels")
    parser.add_argument("--columns", default="", help="column mapping, subject=Betreff,queue=Team")
    parser.add_argument("--tasks", default="", help="tasks to train, a,b; default: all")
    parser.add_argument("--mails", type=int, default=DEFAULT_MAILS, help="synthetic mails a month")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--base-model", default="embedded", help="embedded, a folder, s3://bucket/prefix or hub:NAME")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a hyperparameter; repeatable")
    parser.add_argument("--rows", type=int, default=20, help="rows of the table to print")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="the synthesized accounts to serve it in")
    parser.add_argument("--fast", action="store_true", help="leave the second training out")
    parser.add_argument("--once", action="store_true", help="the sample too is only trained on, served and classified")
    parser.add_argument("--only-archive", action="store_true", help="stop when the model archive is there")
    given = parser.parse_args()
    return DemoOptions(
        folder=given.folder,
        export=given.export,
        taxonomy=given.taxonomy,
        columns=given.columns,
        tasks=tuple(task.strip() for task in given.tasks.split(",") if task.strip()),
        mails=given.mails,
        seed=given.seed,
        base_model=given.base_model,
        hyperparameters=hyperparameters_of(given.set),
        rows=given.rows,
        assembly=given.assembly,
    ), given


if __name__ == "__main__":
    sys.exit(run(main))
