"""A model card in the form that the registry takes with a model package.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-details.html#model-card-schema; of ``model_overview``, a
package's card has the creator alone, as the package itself says the rest.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mailroom.taxonomy import Taxonomy
from model.archive.reader import Manifest
from model.card.evaluations import evaluation_details
from model.card.limits import MAX_CHARACTERS, MAX_HYPERPARAMETERS, TEXT, VALUE, short
from model.card.wording import CAVEATS, ETHICS, FACTORS, INTENDED_USES, PROBLEM, PURPOSE, RISK, STAKEHOLDERS
from model.comparison.results import Comparison
from model.evaluation.results import Evaluation

_MOST_NOTES = 20


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """What a card is made of: the archive's manifest, what was measured, and the dataset's report."""

    manifest: Manifest
    taxonomy: Taxonomy = field(repr=False)
    evaluation: Evaluation = field(repr=False)
    comparison: Comparison = field(repr=False)
    data_report: Mapping[str, Any] = field(repr=False)

    @property
    def synthetic(self) -> bool:
        """Whether the mails are made up."""
        return self.data_report.get("synthetic") is True


def model_card(facts: CardFacts) -> dict[str, Any]:
    """The card's JSON object, at most half of what the registry takes, all but ASCII counted as written in codes: where
    it would be more, without the scores of each label, and at the worst without the notes on the data."""
    for per_label, notes in ((True, _MOST_NOTES), (False, _MOST_NOTES)):
        card = _card(facts, per_label=per_label, notes=notes)
        if len(json.dumps(card)) <= MAX_CHARACTERS:
            return card
    return _card(facts, per_label=False, notes=0)


def _card(facts: CardFacts, *, per_label: bool, notes: int) -> dict[str, Any]:
    made_up = (
        " The mails of this card are synthetic: its numbers say little about real mail." if facts.synthetic else ""
    )
    return {
        "model_overview": {"model_creator": "Mailroom's training pipeline"},
        "intended_uses": {
            "purpose_of_model": PURPOSE,
            "intended_uses": INTENDED_USES,
            "factors_affecting_model_efficiency": FACTORS,
            "risk_rating": "Medium",
            "explanations_for_risk_rating": RISK,
        },
        "business_details": {"business_problem": PROBLEM, "business_stakeholders": STAKEHOLDERS},
        "training_details": _training(facts),
        "evaluation_details": evaluation_details(
            facts.evaluation, facts.comparison, per_label=per_label, synthetic=facts.synthetic
        ),
        "additional_information": {
            "ethical_considerations": ETHICS,
            "caveats_and_recommendations": CAVEATS + made_up,
            "custom_details": {name: short(value, TEXT) for name, value in _details(facts, notes)},
        },
    }


def _training(facts: CardFacts) -> dict[str, Any]:
    made, report = facts.manifest.facts, facts.data_report
    rows = report.get("rows", {})
    dropped = sum(rows.get("dropped", {}).values())
    inputs = [f"{one['file']} ({one['rows']:,} rows)" for one in report.get("inputs", ())]
    observations = (
        f"{made.get('training_mails', 0):,} mails to train on, {made.get('validation_mails', 0):,} for calibration, "
        f"thresholds and early stopping; {rows.get('kept', 0):,} of {rows.get('read', 0):,} exported mails kept, "
        f"{dropped:,} left out. Architecture: {facts.manifest.architecture}; languages: "
        f"{', '.join(facts.manifest.languages) or 'unknown'}. Fine-tuning lowers the mean cross-entropy of the tasks."
    )
    given = made.get("hyperparameters", {})
    return {
        "training_observations": short(observations, TEXT),
        "training_job_details": {
            # The newest exports, where a list of all would not fit.
            "training_datasets": [short(text, TEXT) for text in inputs[-10:]],
            "user_provided_hyper_parameters": [
                {"name": name, "value": short(str(value), VALUE)}
                for name, value in list(given.items())[:MAX_HYPERPARAMETERS]
            ],
        },
    }


def _details(facts: CardFacts, notes: int) -> Iterator[tuple[str, str]]:
    manifest, comparison = facts.manifest, facts.comparison
    yield "model_version", manifest.model_version
    yield "taxonomy_version", manifest.taxonomy_version
    yield "frozen_set", comparison.challenger.frozen_set or "none"
    yield "champion", (comparison.champion.model_package or "none") if comparison.champion else "none"
    if comparison.champion is not None and comparison.champion.note is not None:
        yield "champion_note", comparison.champion.note
    yield "data_fingerprint", str(manifest.facts.get("data_fingerprint", "unknown"))
    yield "torch", str(manifest.facts.get("torch", "unknown"))
    yield "transformers", str(manifest.facts.get("transformers", "unknown"))
    for task in facts.taxonomy.tasks:
        known = manifest.labels.get(task, ())
        missing = [label.id for label in facts.taxonomy.active(task) if label.id not in known]
        yield f"labels_{task}", f"{len(known)} known" + (f"; not taught: {', '.join(missing)}" if missing else "")
    for number, note in enumerate(facts.data_report.get("warnings", ())[:notes]):
        yield f"data_note_{number + 1:02}", note
