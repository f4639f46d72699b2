"""How good the model is beside simple systems: any labelled files, any tasks.

    make bench-quality DATA=train.jsonl TEST=test.jsonl TASKS=a,b,c

Trains on DATA (a part of it validates), measures on TEST, and writes benchmarks/results/quality.json.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.baselines import Predictions, frozen_embeddings, scores, tfidf_svc
from local.command_line import run
from local.train_job import TrainJob, hyperparameters_of, run_train_job
from mailroom.errors import MailroomError
from model.base_model import resolve
from model.classifier.mail_classifier import MailClassifier
from model.dataset.columns import ColumnMapping, task_names
from model.dataset.preparation import Preparation, prepare
from model.dataset.prepared import PreparedDataset
from model.dataset.taxonomy_from_export import derive_taxonomy
from model.evaluation.run import measure
from model.files import write_atomically

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "quality.json"
# Best of what was tried on development data; see docs/measurements.md.
HYPERPARAMETERS = {"layers": "0", "tuned_layers": "6", "max_tokens": "192", "epochs": "8"}


class QualityError(MailroomError):
    """The measurement could not be finished."""


def main() -> None:
    """Measure and write after each step; the mean over the seeds is what counts."""
    options = _options()
    settings = {**HYPERPARAMETERS, **hyperparameters_of(options.set)}
    base = resolve(options.base_model, cache=ROOT / ".cache" / "base-models")
    runs: list[dict[str, Any]] = []
    baselines: dict[str, dict[str, dict[str, float]]] = {}
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="quality-", dir=ROOT / "build") as folder:
        work = Path(folder)
        dataset = _prepared(options, task_names(options.tasks) or (), work / "dataset")
        tasks = [task for task in dataset.taxonomy.tasks if any(task in example.labels for example in dataset.test)]
        for seed in options.seeds:
            runs.append(_measured(dataset, work, base.path, {**settings, "seed": str(seed)}))
            _write(_result(tasks, dataset, runs, baselines, settings, options))
        for name in options.baselines:
            predicted = _baseline(name, dataset, tasks, settings, base.path, work)
            baselines[name] = scores(dataset.test, predicted)
            _write(_result(tasks, dataset, runs, baselines, settings, options))
    print(_table(_result(tasks, dataset, runs, baselines, settings, options)))
    print(f"written to {RESULT.relative_to(ROOT)}")


def _write(result: Mapping[str, Any]) -> None:
    write_atomically(RESULT, json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def _prepared(options: argparse.Namespace, tasks: tuple[str, ...], folder: Path) -> PreparedDataset:
    columns = ColumnMapping.parse(options.columns, tasks=tasks)
    derived = derive_taxonomy([options.data, options.test], columns=columns, tasks=tasks)
    print("\n".join(derived.remarks))
    taxonomy = derived.taxonomy
    return prepare(
        Preparation(
            exports=(options.data,),
            test=options.test,
            taxonomy=taxonomy,
            columns=columns,
            tasks=taxonomy.tasks,
            drop_invalid=True,
        ),
        folder,
    )


def _train(data: Path, model: Path, base: Path, settings: Mapping[str, str]) -> float:
    """Run model/train.py; returns the seconds it took."""
    started = time.monotonic()
    run_train_job(
        TrainJob(
            data=data,
            base_model=base,
            model=model,
            output=model.with_name("output"),
            checkpoints=model.with_name("checkpoints"),
        ),
        settings,
    )
    return time.monotonic() - started


def _measured(dataset: PreparedDataset, work: Path, base: Path, settings: Mapping[str, str]) -> dict[str, Any]:
    folder = work / f"model-{settings['seed']}" / "model"
    seconds = _train(work / "dataset", folder, base, settings)
    model = MailClassifier.load(folder)
    evaluation = measure(model, dataset.test, progress=True).evaluation
    return {
        "seconds": seconds,
        "tasks": {
            task: {
                "accuracy": scored.accuracy,
                "macro_f1": scored.macro_f1,
                "n": scored.n,
                "expected_calibration_error": scored.expected_calibration_error,
            }
            for task, scored in evaluation.tasks.items()
        },
    }


def _baseline(
    name: str, dataset: PreparedDataset, tasks: list[str], settings: Mapping[str, str], base: Path, work: Path
) -> Predictions:
    train = [*dataset.train, *dataset.validation]  # they need no validation mails of their own
    if name == "tfidf_svc":
        return tfidf_svc(train, dataset.test, tasks, seed=7)
    if name == "frozen_embeddings":
        return frozen_embeddings(train, dataset.test, tasks, seed=7, base=base, max_tokens=int(settings["max_tokens"]))
    folder = work / "stock" / "model"
    kept = {key: settings[key] for key in ("max_tokens", "epochs") if key in settings}
    _train(
        work / "dataset",
        folder,
        base,
        {**kept, "architecture": "stock", "class_weighting": "none", "learning_rate": "5e-5"},
    )
    predicted = measure(MailClassifier.load(folder), dataset.test, progress=True).predicted
    return {task: [labels[task].label for labels in predicted] for task in tasks}


def _result(
    tasks: list[str],
    dataset: PreparedDataset,
    runs: list[dict[str, Any]],
    baselines: Mapping[str, Mapping[str, Mapping[str, float]]],
    settings: Mapping[str, str],
    options: argparse.Namespace,
) -> dict[str, Any]:
    def mean(task: str, measure_name: str) -> float:
        return statistics.fmean(one["tasks"][task][measure_name] for one in runs)

    return {
        "tasks": {
            task: {
                "accuracy": mean(task, "accuracy"),
                "macro_f1": mean(task, "macro_f1"),
                "n": runs[0]["tasks"][task]["n"],
                "expected_calibration_error": mean(task, "expected_calibration_error"),
                "per_seed": [one["tasks"][task] for one in runs],
                "baselines": {name: found[task] for name, found in baselines.items()},
            }
            for task in tasks
            if task in runs[0]["tasks"]
        },
        "data": options.data.name,
        "test": options.test.name,
        "training_mails": len(dataset.train),
        "validation_mails": len(dataset.validation),
        "test_mails": len(dataset.test),
        "seeds": options.seeds,
        "training_seconds": [round(one["seconds"], 1) for one in runs],
        "hyperparameters": dict(settings),
        "base_model": options.base_model,
    }


def _table(result: Mapping[str, Any]) -> str:
    lines = [f"{'task':<18} {'system':<20} accuracy  macro-F1   ({result['test_mails']} test mails)"]
    for task, found in result["tasks"].items():
        for name, one in {"mailroom": found, **found["baselines"]}.items():
            lines.append(f"{task:<18} {name:<20} {one['accuracy']:>8.4f}  {one['macro_f1']:>8.4f}")
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--tasks", required=True)
    parser.add_argument("--columns", default="")
    parser.add_argument("--seeds", type=lambda text: [int(part) for part in text.split(",")], default=[7])
    parser.add_argument(
        "--baselines",
        type=lambda text: [part for part in text.split(",") if part],
        default=["tfidf_svc", "frozen_embeddings"],
        help="of tfidf_svc, frozen_embeddings, stock (slow: fine-tunes one model per task)",
    )
    parser.add_argument("--base-model", default="embedded")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a hyperparameter; repeatable")
    options = parser.parse_args()
    unknown = set(options.baselines) - {"tfidf_svc", "frozen_embeddings", "stock"}
    if unknown:
        raise QualityError(f"The baseline {sorted(unknown)[0]!r} is unknown.")
    return options


if __name__ == "__main__":
    sys.exit(run(main))
