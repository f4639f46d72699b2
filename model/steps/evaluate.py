"""The pipeline's evaluation: the new model and the champion, on the same test split.

    python -m model.steps.evaluate --model DIR --data DIR --champion DIR --out DIR

Writes evaluation.json, report.html, predictions.jsonl and model.json (what the model is), and the champion's in a
folder ``champion``, which holds champion.json alone where there is none.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from mailroom.errors import MailroomError
from model import evaluate
from model.archive.reader import open_archive
from model.steps import champion

MODEL_FACTS = "model.json"
CHAMPION = "champion"


def main(arguments: Sequence[str]) -> int:
    """Run the step; 0, or 2 after one sentence on what does not fit."""
    folders = _parser().parse_args(arguments)
    try:
        with evaluate.unpacked_model(folders.model) as model:
            code = evaluate.main(["--model", str(model), "--data", str(folders.data), "--out", str(folders.out)])
            if code == 0:
                _write_facts(model, folders.out / MODEL_FACTS)
        if code == 0:
            code = _champion(folders.champion, folders.data, folders.out / CHAMPION)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return code


def _champion(folder: Path, data: Path, out: Path) -> int:
    named = champion.champion_in(folder)
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / champion.FACTS, out / champion.FACTS)
    if named == champion.NONE:
        print("champion: none, so there is nothing to compare with")
        return 0
    print(f"champion: {named}")
    return evaluate.main(["--model", str(folder), "--data", str(data), "--out", str(out)])


def _write_facts(model: Path, path: Path) -> None:
    _, manifest = open_archive(model)
    content = {
        "model_version": manifest.model_version,
        "taxonomy_version": manifest.taxonomy_version,
        "labels": manifest.labels,
        "facts": manifest.facts,
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.steps.evaluate", description="The pipeline's evaluation.")
    parser.add_argument("--model", type=Path, required=True, metavar="DIR")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--champion", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
