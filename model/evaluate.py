"""Entry point of the evaluation, under SageMaker's processing contract: input folders in, an output folder out.

    python -m model.evaluate --model DIR --data PREPARED_DIR --out DIR

Writes evaluation.json, report.html and predictions.jsonl (ids, labels and confidences; no text).
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from model.vendored import BESIDE_CODE, use_vendored

# Before the imports that need them: the processing container has no HTML parser.
use_vendored(BESIDE_CODE)

from mailroom.errors import MailroomError  # noqa: E402
from model.archive.unpack import unpacked  # noqa: E402
from model.classifier.mail_classifier import MailClassifier  # noqa: E402
from model.dataset.prepared import PreparedDataset  # noqa: E402
from model.dataset.split import RECENT, SPLITS, TEST  # noqa: E402
from model.evaluation.run import measure, read_baseline, report_facts, split_of, write_measured  # noqa: E402
from model.evaluation.summary import metric_lines, summary_table  # noqa: E402

ARCHIVE = "model.tar.gz"


def main(arguments: Sequence[str]) -> int:
    """Evaluate as the arguments say; 0, or 2 after one sentence on what does not fit."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    baselines = {name: read_baseline(path) for name, path in options.baseline}
    dataset = PreparedDataset.load(options.data)
    synthetic = options.synthetic or dataset.report.get("synthetic") is True
    with unpacked_model(options.model) as folder:
        model = MailClassifier.load(folder)
        measured = measure(model, split_of(dataset, options.split), progress=True)
        facts = report_facts(
            model, folder, dataset, measured, split=options.split, synthetic=synthetic, baselines=baselines
        )
    write_measured(options.out, measured, facts)
    if synthetic:
        print("measured on synthetic mails")
    print(summary_table(measured.evaluation))
    for line in metric_lines(measured.evaluation, options.split):
        print(line)


@contextmanager
def unpacked_model(path: Path) -> Iterator[Path]:
    """The folder of a model archive: ``path``, or what model.tar.gz holds, unpacked for as long as the context lasts.

    ``path`` is the unpacked folder, the archive itself, or a folder with model.tar.gz in it, which is how SageMaker
    hands an archive to a processing job.

    Raises:
        ArchiveError: there is nothing at ``path``, or the archive is damaged or names files outside of it.
    """
    archive = path / ARCHIVE if (path / ARCHIVE).is_file() else path
    with tempfile.TemporaryDirectory(prefix="mailroom-model-") as scratch:
        yield unpacked(archive, Path(scratch))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.evaluate", description="Measure a model on labelled mails.")
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("/opt/ml/processing/input/model"),
        help="model folder, model.tar.gz, or a folder that holds one",
    )
    parser.add_argument("--data", type=Path, default=Path("/opt/ml/processing/input/data"), help="prepared dataset")
    parser.add_argument("--out", type=Path, default=Path("/opt/ml/processing/output"), help="folder to write to")
    parser.add_argument("--split", choices=(*SPLITS, RECENT), default=TEST)
    parser.add_argument("--synthetic", action="store_true", help="say in the report that the mails are synthetic")
    parser.add_argument(
        "--baseline",
        type=_named_path,
        action="append",
        default=[],
        metavar="NAME=EVALUATION_JSON",
        help="another system's evaluation on the same mails, to show beside; repeatable",
    )
    return parser


def _named_path(value: str) -> tuple[str, Path]:
    name, separator, path = value.partition("=")
    if not separator or not name or not path:
        raise argparse.ArgumentTypeError(f"{value!r} is not of the form NAME=FILE")
    return name, Path(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
