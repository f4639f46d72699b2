"""The pipeline's evaluation: the new model and the champion, on the same frozen test set.

    python -m model.steps.evaluate --model DIR --data DIR --champion DIR --out DIR

Writes, of the new model, evaluation.json, report.html, predictions.jsonl, model.json (what it is), metrics.json (its
training) and data_report.json (what it was trained on); of the champion, champion/champion.json and, unless there is
none or it could not be measured, champion/evaluation.json, predictions.jsonl and, unless only its own code could read
its archive, report.html; of both, comparison.json and comparison.html; and model_card.json and model_card.md. What was
measured on mails newer than the test set lies in folders named recent.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.vendored import BESIDE_CODE, use_vendored

# Before the imports that need them: the processing container has no language detector.
use_vendored(BESIDE_CODE)

from mailroom.errors import MailroomError  # noqa: E402
from model.archive.layout import ArchiveLayout  # noqa: E402
from model.archive.reader import Manifest  # noqa: E402
from model.card.content import CardFacts, model_card  # noqa: E402
from model.card.markdown import card_markdown  # noqa: E402
from model.comparison.compare import compare  # noqa: E402
from model.comparison.comparison_json import comparison_to_json  # noqa: E402
from model.comparison.page import comparison_page  # noqa: E402
from model.comparison.results import Comparison, Contestant  # noqa: E402
from model.dataset.prepared import REPORT, PreparedDataset  # noqa: E402
from model.files import write_atomically  # noqa: E402
from model.steps.champion import FACTS, Champion, champion_in  # noqa: E402
from model.steps.champion_entrant import ChampionEntrant, champion_entrant  # noqa: E402
from model.steps.contender import Contender, contender  # noqa: E402

CHAMPION = "champion"


def main(arguments: Sequence[str]) -> int:
    """Run the step; 0, or 2 after one sentence on what does not fit."""
    folders = _parser().parse_args(arguments)
    try:
        _run(folders.model, folders.data, folders.champion, folders.out)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _run(model: Path, data: Path, champion: Path, out: Path) -> None:
    dataset = PreparedDataset.load(data)
    named = champion_in(champion)
    with contender(model, dataset, out) as challenger:
        former = None
        if named is not None:
            former = champion_entrant(champion, dataset, out / CHAMPION, registered=named)
        (out / CHAMPION).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(champion / FACTS, out / CHAMPION / FACTS)
        print(f"champion: {named.model_package if named else 'none, so there is nothing to compare with'}")
        comparison = _compared(challenger, former, named, dataset)
        _write_facts(challenger, data, out)
    _write_comparison(challenger, comparison, dataset, out)


def _compared(
    challenger: Contender, former: ChampionEntrant | None, named: Champion | None, dataset: PreparedDataset
) -> Comparison:
    entrant = None if former is None else former.entrant
    comparison = compare(challenger.entrant, entrant, taxonomy=dataset.taxonomy)
    if named is None or former is None or former.problem is None:
        return comparison
    print(f"The champion cannot be measured: {former.problem}.")
    unmeasured = Contestant(
        model_version=named.model_version or "unknown",
        taxonomy_version=named.taxonomy_version or "unknown",
        model_package=named.model_package,
        frozen_set=named.frozen_set,
        mails=0,
        mails_sha256="",
    )
    return replace(comparison, champion=unmeasured, unmeasured=former.problem)


def _write_facts(challenger: Contender, data: Path, out: Path) -> None:
    """What later steps ask about the model, and what a person does: how it was trained, and on what."""
    manifest = challenger.model.manifest
    write_atomically(out / "model.json", _json(_model_facts(manifest)))
    metrics = ArchiveLayout(challenger.folder).metrics
    if metrics.exists():
        shutil.copyfile(metrics, out / metrics.name)
    shutil.copyfile(data / REPORT, out / REPORT)


def _model_facts(manifest: Manifest) -> Mapping[str, Any]:
    return {
        "model_version": manifest.model_version,
        "taxonomy_version": manifest.taxonomy_version,
        "labels": manifest.labels,
        "facts": manifest.facts,
    }


def _write_comparison(challenger: Contender, comparison: Comparison, dataset: PreparedDataset, out: Path) -> None:
    facts = CardFacts(
        manifest=challenger.model.manifest,
        taxonomy=challenger.model.taxonomy,
        evaluation=challenger.measured.evaluation,
        comparison=comparison,
        data_report=dataset.report,
    )
    card = model_card(facts)
    write_atomically(out / "model_card.json", _json(card))
    write_atomically(out / "model_card.md", card_markdown(card, title=f"Mailroom {challenger.model.model_version}"))
    write_atomically(out / "comparison.html", comparison_page(comparison, dataset.taxonomy, synthetic=facts.synthetic))
    write_atomically(out / "comparison.json", comparison_to_json(comparison))


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m model.steps.evaluate", description="The pipeline's evaluation.")
    parser.add_argument("--model", type=Path, required=True, metavar="DIR")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--champion", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
