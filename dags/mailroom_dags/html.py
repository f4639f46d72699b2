"""Pages that a browser shows without anything else: no script, nothing fetched."""

from collections.abc import Iterable, Sequence
from html import escape

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2733}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{padding:.3rem .8rem;border-bottom:1px solid #d5dce3;"
    "text-align:left}td+td,th+th{text-align:right}p.note{color:#5a6773}"
)


def html_page(title: str, body: Iterable[str]) -> str:
    """A page with ``title`` as its heading; ``body`` is HTML."""
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


def html_table(heading: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table under its heading; all of it is text."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows]
    return f"<h2>{escape(heading)}</h2><table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def html_text(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{escape(text)}</p>"
