"""The report as a page that a browser shows without anything else."""

from collections.abc import Sequence
from html import escape

from mailroom_feedback_helpers.summary import Document, percent

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2733}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{padding:.3rem .8rem;border-bottom:1px solid #d5dce3;"
    "text-align:left}td+td,th+th{text-align:right}p.note{color:#5a6773}"
)
_EVIDENCE = (
    "Accuracy counts cases that a person looked at: confirmed, corrected or audited blind. An untouched case proves "
    "nothing. Ranges are 95 % intervals (Wilson)."
)


def page(document: Document) -> str:
    """HTML of ``document``; it holds counts and names of labels, and no script."""
    title = f"Feedback of {document['month']}"
    body = _sections(document) if document["cases"] else ["<p>No feedback was recorded in this month.</p>"]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            *body,
            "</body></html>\n",
        ]
    )


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
        f"<p>{document['cases']} cases, {unknown} of them about no prediction that the ledger has.</p>",
        _table("Reviews", ("review", "cases"), list(document["reviews"].items())),
        _table("Accuracy", ("task", "reviewed", "audited blind alone"), audited),
        f'<p class="note">{_EVIDENCE}</p>',
        _table("Decisions", ("decision", "cases", "share", "handed on"), decided),
        *(_routing(document, mode) for mode in document["automatic_routing"]),
        _table("Model versions", ("version", "cases", *tasks), models),
    ]


def _routing(document: Document, mode: str) -> str:
    heading = "Routed automatically" if mode == "live" else "Would have been routed automatically (shadow)"
    rows = [
        (queue, own["routed"], own["transferred"], percent(own["reviewed"]))
        for queue, own in document["automatic_routing"][mode].items()
    ]
    return _table(heading, (document["routing_task"], "mails", "handed on", "right, of those reviewed"), rows)


def _table(heading: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows]
    return f"<h2>{escape(heading)}</h2><table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
