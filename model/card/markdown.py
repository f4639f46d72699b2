"""A model card to read."""

from collections.abc import Iterator, Mapping
from typing import Any


def card_markdown(card: Mapping[str, Any], *, title: str) -> str:
    """The same content as Markdown; ``card`` is what content.py makes."""
    uses, business, training = card["intended_uses"], card["business_details"], card["training_details"]
    more = card["additional_information"]
    lines = [
        f"# {title}",
        *_section("What it is for", uses["purpose_of_model"], uses["intended_uses"], business["business_problem"]),
        *_section(f"Risk: {uses['risk_rating'].lower()}", uses["explanations_for_risk_rating"]),
        *_section("What lowers its quality", uses["factors_affecting_model_efficiency"]),
        *_section("Training", training["training_observations"]),
        *(f"- {one}" for one in training["training_job_details"]["training_datasets"]),
    ]
    for evaluation in card["evaluation_details"]:
        lines += _section(evaluation["name"], evaluation["evaluation_observation"])
        for group in evaluation["metric_groups"]:
            lines += _metrics(group)
    lines += _section("Ethics", more["ethical_considerations"])
    lines += _section("Caveats", more["caveats_and_recommendations"])
    lines += [*_section("Facts"), "| | |", "|---|---|"]
    lines += [f"| {name} | {_cell(value)} |" for name, value in more["custom_details"].items()]
    lines += [*_section("Hyperparameters"), "| | |", "|---|---|"]
    hyperparameters = training["training_job_details"]["user_provided_hyper_parameters"]
    lines += [f"| {one['name']} | {_cell(one['value'])} |" for one in hyperparameters]
    return "\n".join(lines) + "\n"


def _section(heading: str, *paragraphs: str) -> list[str]:
    return ["", f"## {heading}", "", *(line for paragraph in paragraphs for line in (paragraph, ""))]


def _metrics(group: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"### {group['name']}", "", "| | | |", "|---|---:|---|")
    for metric in group["metric_data"]:
        if metric["type"] == "number":
            yield f"| {metric['name']} | {metric['value']:.3f} | {_cell(metric.get('notes', ''))} |"
        else:
            for label, value in zip(metric["x_axis_name"], metric["value"], strict=True):
                yield f"| {metric['y_axis_name']} of {_cell(label)} | {value:.3f} | |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
