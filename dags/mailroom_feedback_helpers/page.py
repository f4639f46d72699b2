"""The report as a page that a browser shows without anything else."""

from mailroom_dags.html import html_page, html_table, html_text
from mailroom_feedback_helpers.summary import Document, percent

_EVIDENCE = (
    "Accuracy counts cases that a person looked at: confirmed, corrected or audited blind. An untouched case proves "
    "nothing. Ranges are 95 % intervals (Wilson)."
)


def page(document: Document) -> str:
    """HTML of ``document``; it holds counts and names of labels, and no script."""
    body = _sections(document) if document["cases"] else [html_text("No feedback was recorded in this month.")]
    return html_page(f"Feedback of {document['month']}", body)


def _sections(document: Document) -> list[str]:
    audited = [(task, *map(percent, (own["reviewed"], own["blind_audit"]))) for task, own in document["tasks"].items()]
    decided = [
        (decision, own["cases"], "" if own["share"] is None else f"{own['share']:.1%}", own["transferred"])
        for decision, own in document["decisions"].items()
    ]
    tasks = list(document["tasks"])
    models = [
        (version, own["cases"], *(percent(own["tasks"][task]) for task in tasks))
        for version, own in document["models"].items()
    ]
    unknown = document["unknown_predictions"]
    return [
        html_text(f"{document['cases']} cases, {unknown} of them about no prediction that the ledger has."),
        html_table("Reviews", ("review", "cases"), list(document["reviews"].items())),
        html_table("Accuracy", ("task", "reviewed", "audited blind alone"), audited),
        f'<p class="note">{_EVIDENCE}</p>',
        html_table("Decisions", ("decision", "cases", "share", "handed on"), decided),
        *(_routing(document, mode) for mode in document["automatic_routing"]),
        html_table("Model versions", ("version", "cases", *tasks), models),
    ]


def _routing(document: Document, mode: str) -> str:
    heading = "Routed automatically" if mode == "live" else "Would have been routed automatically (shadow)"
    rows = [
        (queue, own["routed"], own["transferred"], percent(own["reviewed"]))
        for queue, own in document["automatic_routing"][mode].items()
    ]
    return html_table(heading, (document["routing_task"], "mails", "handed on", "right, of those reviewed"), rows)
