"""The model card: in the registry's form, within its limits, and to read."""

import json
import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pydantic
import pytest

from mailroom.taxonomy import Label, Taxonomy
from model.archive.reader import Manifest
from model.card import wording
from model.card.content import CardFacts, model_card
from model.card.limits import LONG_TEXT, MAX_CHARACTERS, REGISTRY_CHARACTERS
from model.card.markdown import card_markdown
from model.comparison.compare import compare
from tests.support.comparisons import NOW, entrant, former, judged
from tests.support.evaluations import evaluation_of

SHAPES = tuple(
    (Path(__file__).parents[3] / ".venvs" / "gates").glob(
        "lib/*/site-packages/sagemaker/core/shapes/model_card_shapes.py"
    )
)
needs_shapes = pytest.mark.skipif(not SHAPES, reason="the environment of the gates is not there; make setup makes it")
ANSWERS = [("fees", "fees"), ("transfers", "transfers")]
MANIFEST = Manifest(
    model_version="m-0a1b2c",
    taxonomy_version="2",
    architecture="mailroom",
    labels={"queue": ("fees",), "topic": ("order",)},
    languages=("de", "en"),
    max_tokens=192,
    files={},
    facts={
        "hyperparameters": {"epochs": 4, "tasks": ""},
        "data_fingerprint": "f" * 64,
        "training_mails": 1200,
        "validation_mails": 150,
        "torch": "2.13.0",
        "transformers": "5.3.0",
    },
)
REPORT: dict[str, Any] = {
    "synthetic": False,
    "inputs": [{"file": "2026-03/export.jsonl", "rows": 2200, "is_test_file": False}],
    "rows": {"read": 2200, "kept": 2150, "dropped": {"empty": 20, "duplicate_id": 30}},
    "warnings": ["Left out for holding no text: row 3."],
}


def facts(**more: Any) -> CardFacts:
    mails = judged("queue", ANSWERS)
    return CardFacts(
        **{
            "manifest": MANIFEST,
            "taxonomy": NOW,
            "evaluation": evaluation_of({"queue": 0.9, "topic": 0.8}, rows=2),
            "comparison": compare(entrant(mails, recent=mails), former(mails, recent=mails), taxonomy=NOW),
            "data_report": REPORT,
            **more,
        }
    )


def test_it_says_which_model_it_is_and_what_it_was_made_of():
    assert model_card(facts())["additional_information"]["custom_details"] == {
        "model_version": "m-0a1b2c",
        "taxonomy_version": "2",
        "frozen_set": "2/2026-03",
        "champion": "arn:champion",
        "data_fingerprint": "f" * 64,
        "torch": "2.13.0",
        "transformers": "5.3.0",
        "labels_queue": "1 known; not taught: transfers",
        "labels_topic": "1 known; not taught: login_locked, login_forgotten, bill, passkey",
        "data_note_01": "Left out for holding no text: row 3.",
    }


def test_it_tells_of_the_training():
    assert model_card(facts())["training_details"] == {
        "training_observations": "1,200 mails to train on, 150 for calibration, thresholds and early stopping; "
        "2,150 of 2,200 exported mails kept, 50 left out. Architecture: mailroom; languages: de, en. "
        "Fine-tuning lowers the mean cross-entropy of the tasks.",
        "training_job_details": {
            "training_datasets": ["2026-03/export.jsonl (2,200 rows)"],
            "user_provided_hyper_parameters": [{"name": "epochs", "value": "4"}, {"name": "tasks", "value": ""}],
        },
    }


def test_it_tells_of_the_test_set_of_the_champion_and_of_newer_mails():
    details = model_card(facts())["evaluation_details"]
    assert [one["name"] for one in details] == [
        "Frozen test set 2/2026-03",
        "Against the champion",
        "Mails since the test set was frozen",
    ]
    scores = {metric["name"]: metric["value"] for metric in details[0]["metric_groups"][0]["metric_data"]}
    assert scores["macro-F1"] == 0.9
    against = {metric["name"]: metric["value"] for metric in details[1]["metric_groups"][0]["metric_data"]}
    assert against == {"macro-F1": 1.0, "macro-F1 of the champion": 1.0, "difference": 0.0}


def test_a_first_models_card_tells_of_its_own_scores_alone():
    first = compare(entrant(judged("queue", ANSWERS)), None, taxonomy=NOW)
    card = model_card(facts(comparison=first))
    assert [one["name"] for one in card["evaluation_details"]] == ["Frozen test set 2/2026-03"]
    assert card["additional_information"]["custom_details"]["champion"] == "none"


def test_synthetic_mails_are_called_so():
    card = model_card(facts(data_report={**REPORT, "synthetic": True}))
    assert "synthetic" in card["evaluation_details"][0]["evaluation_observation"]
    assert "synthetic" in card["additional_information"]["caveats_and_recommendations"]
    assert "synthetic" not in json.dumps(model_card(facts()))


def test_the_fixed_texts_are_within_the_limit():
    texts = [value for name, value in vars(wording).items() if name.isupper()]
    assert max(map(len, texts)) <= LONG_TEXT - len(" The mails of this card are synthetic: its numbers say little. ")


def _many_labels(count: int) -> CardFacts:
    labels = [f"a_label_with_quite_a_long_name_{number:05}" for number in range(count)]
    taxonomy = Taxonomy(version="2", tasks=("queue",), labels=tuple(Label(id=one, task="queue") for one in labels))
    mails = judged("queue", [(one, one) for one in labels])
    evaluation = evaluation_of({"queue": 0.9}, rows=count)
    scores = evaluation.tasks["queue"]
    label = scores.labels[0]
    scores = replace(scores, labels=tuple(replace(label, label=one) for one in labels))
    return facts(
        taxonomy=taxonomy,
        manifest=replace(MANIFEST, labels={"queue": tuple(labels)}),
        evaluation=replace(evaluation, tasks={"queue": scores}),
        comparison=compare(entrant(mails, taxonomy=taxonomy), None, taxonomy=taxonomy),
    )


@pytest.mark.parametrize(("labels", "told"), [(60, True), (5000, False)])
def test_a_card_takes_at_most_half_of_what_the_registry_does_however_many_labels_there_are(labels: int, told: bool):
    card = model_card(_many_labels(labels))
    assert len(json.dumps(card)) <= MAX_CHARACTERS <= REGISTRY_CHARACTERS / 2
    names = {metric["name"] for metric in card["evaluation_details"][0]["metric_groups"][0]["metric_data"]}
    assert ("F1 per label" in names) is told


def test_a_card_with_endless_notes_leaves_them_out():
    report = {**REPORT, "warnings": ["ü" * 2000] * 50}
    card = model_card(facts(data_report=report))
    assert len(json.dumps(card)) <= MAX_CHARACTERS
    assert not any(name.startswith("data_note") for name in card["additional_information"]["custom_details"])


def test_it_says_what_was_not_compared_with_the_champion():
    mine, theirs = judged("topic", [("passkey", "passkey")]), judged("topic", [("passkey", "order")])
    card = model_card(facts(comparison=compare(entrant(mine), former(theirs), taxonomy=NOW)))
    (against,) = [one for one in card["evaluation_details"] if one["name"] == "Against the champion"]
    assert against["evaluation_observation"].endswith("Not compared: topic, as the champion knows none of its labels.")


@pytest.fixture(scope="module")
def form() -> Any:
    """The card as Amazon's own library has it, taken from its file, with every unknown field refused."""
    (path,) = SHAPES
    core = types.ModuleType("sagemaker.core")
    core.shapes = types.SimpleNamespace(ModelDataSource=dict, BaseModel=dict)  # of a part that the card leaves out
    source = path.read_text(encoding="utf-8").replace("import BaseModel, Field", "import Field")
    strict = type("BaseModel", (pydantic.BaseModel,), {"__module__": __name__}, extra="forbid")
    module = types.ModuleType("model_card_shapes")
    module.BaseModel = strict
    with patch.dict(
        sys.modules, {"sagemaker": types.ModuleType("sagemaker"), "sagemaker.core": core, module.__name__: module}
    ):
        exec(compile(source, str(path), "exec"), vars(module))
        module.ModelCardContent.model_rebuild()
    return module.ModelCardContent


@needs_shapes
def test_amazons_own_library_finds_the_card_in_the_form_of_a_model_card(form: Any):
    form.model_validate(model_card(facts()))


@needs_shapes
@pytest.mark.parametrize("where", ["model_overview", "intended_uses", "training_details", "additional_information"])
def test_a_field_that_the_form_does_not_have_would_be_found(form: Any, where: str):
    card = model_card(facts())
    with pytest.raises(pydantic.ValidationError, match="unheard_of"):
        form.model_validate({**card, where: {**card[where], "unheard_of": ""}})


def test_a_packages_card_has_of_the_overview_only_what_the_package_does_not_say_itself():
    assert set(model_card(facts())["model_overview"]) <= {"model_creator", "model_artifact"}


def test_the_same_can_be_read_as_text():
    text = card_markdown(model_card(facts()), title="Mailroom m-0a1b2c")
    assert text.startswith("# Mailroom m-0a1b2c\n\n## What it is for\n")
    for line in (
        "## Risk: medium",
        "## Frozen test set 2/2026-03",
        "| macro-F1 | 0.900 | over 1 labels |",
        "| F1 of a | 1.000 | |",
        "| frozen_set | 2/2026-03 |",
        "| epochs | 4 |",
    ):
        assert line in text.splitlines()
