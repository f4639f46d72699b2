"""The report as a page."""

from mailroom_dags.html import html_page, html_table, html_text
from mailroom_retrain_helpers.report import Document, took


def page(document: Document) -> str:
    """HTML of ``document``: numbers, names of labels and tasks, and the gate's own words."""
    export = document["export"]
    return html_page(
        f"Retraining on {document['month']}",
        [
            html_text(f"{document['status']}. {document['next']}"),
            *([html_text(f"Why: {document['reason']}")] if document["reason"] else []),
            *_model(document),
            html_table("Export", ("", "mails"), [("all", export["rows"]), *export["labelled"].items()]),
            html_table(
                "Steps",
                ("step", "status", "took"),
                [(step["name"], step["status"], took(step["seconds"]).lstrip(", ")) for step in document["steps"]],
            ),
            html_text(f"Execution: {document['execution']}"),
        ],
    )


def _model(document: Document) -> list[str]:
    parts = []
    if document["model"] is not None:
        parts.append(html_table("Registered", ("", ""), list(document["model"].items())))
    if document["scores"]:
        parts.append(
            html_table(
                "Scores on the frozen test set (macro-F1)",
                ("task", "new", "champion", "difference"),
                [
                    (task, _number(score["macro_f1"]), _number(score["champion"]), _number(score["difference"], "+"))
                    for task, score in document["scores"].items()
                ],
            )
        )
    if document["comparison"] is not None:
        parts.append(html_text(f"Per label, and where the two differ: {document['comparison']}"))
    return parts


def _number(value: float | None, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign}.3f}"
