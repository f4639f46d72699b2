"""The gate as a processing step: evaluations and taxonomy in, gate.json out.

    python -m model.gate --evaluation DIR --taxonomy DIR --out DIR

GATE_LIMITS holds ``{"minimum_scores": {task: macro-F1}, "test_mails": 30, "margin": 0.01, "coverage": 0.8}``. A model
that does not pass is an answer, not an error: the step succeeds either way, and the pipeline reads the verdict.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mailroom.errors import MailroomError
from mailroom.wire.labels import taxonomy_from_json
from model.comparison.comparison_json import comparison_from_json
from model.comparison.results import Comparison
from model.evaluation.evaluation_json import evaluation_from_json
from model.files import write_atomically
from model.gate.rules import NONE, GateError, Limits, judge
from model.gate.verdict import Verdict, verdict_to_json


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the step; 0, or 2 after one sentence if the gate cannot judge."""
    folders = _parser().parse_args(arguments)
    try:
        limits = limits_from(environment.get("GATE_LIMITS", ""))
        judged = _judge(folders.evaluation, folders.taxonomy, limits)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    verdict, text = judged
    write_atomically(folders.out / "gate.json", text)
    print(f"gate: {'passed' if verdict.passed else 'failed'}. {verdict.text}")
    return 0


def limits_from(text: str) -> Limits:
    """The limits that GATE_LIMITS holds; raises GateError for anything else."""
    try:
        content = json.loads(text)
        scores = {str(task): float(score) for task, score in content.pop("minimum_scores").items()}
        limits = Limits(
            minimum_scores=scores,
            test_mails=int(content.pop("test_mails")),
            margin=float(content.pop("margin")),
            coverage=float(content.pop("coverage")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        content, limits = None, None
    shares = () if limits is None else (*scores.values(), limits.margin, limits.coverage)
    if limits is None or content or limits.test_mails < 0 or not all(0 <= value <= 1 for value in shares):
        raise GateError(
            "GATE_LIMITS must be a JSON object of minimum_scores (per task), margin and coverage, all from 0 to 1, and "
            "test_mails, a whole number."
        )
    return limits


def _judge(evaluation: Path, taxonomy: Path, limits: Limits) -> tuple[Verdict, str]:
    """The verdict, and gate.json."""
    model = _object(evaluation / "model.json")
    comparison = comparison_from_json(_text(evaluation / "comparison.json"))
    verdict = judge(
        evaluation_from_json(_text(evaluation / "evaluation.json")),
        comparison,
        known_labels=model["labels"],
        taxonomy=taxonomy_from_json(_object(taxonomy / "taxonomy.json")),
        limits=limits,
    )
    card = json.dumps(_object(evaluation / "model_card.json"), ensure_ascii=False, separators=(",", ":"))
    return verdict, verdict_to_json(verdict, facts=_facts(model, comparison), model_card=card)


def _facts(model: Mapping[str, Any], comparison: Comparison) -> dict[str, str]:
    champion = comparison.champion
    coverage = comparison.test.coverage if comparison.test else {}
    apart = {
        task: scores.new_labels.labels
        for task, scores in (comparison.test.tasks if comparison.test else {}).items()
        if scores.new_labels.labels
    }
    return {
        "model_version": str(model["model_version"]),
        "taxonomy_version": str(model["taxonomy_version"]),
        "data_fingerprint": str(model["facts"]["data_fingerprint"]),
        "frozen_set": comparison.challenger.frozen_set or NONE,
        "frozen_set_sha256": comparison.challenger.mails_sha256,
        "champion": champion.model_package or NONE if champion else NONE,
        # Not held against the champion's scores, as its taxonomy did not have them.
        "coverage": "; ".join(f"{task}: {one.compared} of {one.mails}" for task, one in coverage.items()) or NONE,
        "labels_measured_apart": "; ".join(f"{task}: {', '.join(labels)}" for task, labels in apart.items()) or NONE,
    }


def _object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_text(path))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise GateError(f"{path.name} is not a JSON object.")
    return content


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise GateError(f"The gate's input {path.name} is missing or cannot be read.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.gate", description="Judge a new model.")
    parser.add_argument("--evaluation", type=Path, required=True, metavar="DIR")
    parser.add_argument("--taxonomy", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
