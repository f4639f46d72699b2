"""A draft as plain text."""

import random
import textwrap
from dataclasses import dataclass

from local.sample.furniture import HtmlFurniture
from local.sample.parts import MESSAGE, Draft, Parts, Quote

_TIGHT, _CRLF, _CSS_REST = 0.12, 0.08, 0.015
_WIDTHS = {0: 74, 72: 20, 64: 6}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Habits:
    """How a program sets text: the gap between paragraphs, the width to break lines at (0: none), the quote mark."""

    gap: str
    width: int
    mark: str


def text_body(draft: Draft, html: HtmlFurniture, rng: random.Random) -> str:
    """The body of a text mail, quotes included."""
    habits = _Habits(
        gap="\n" if rng.random() < _TIGHT else "\n\n",
        width=rng.choices(list(_WIDTHS), weights=list(_WIDTHS.values()))[0],
        mark=rng.choice(("> ", "> ", "> ", ">")),
    )
    text = _form(draft, habits) if draft.form else _mail(draft.parts, habits)
    if rng.random() < _CSS_REST:
        # What a careless conversion from HTML leaves at the top.
        text = rng.choice([rest for rest in html.css_rest if "<" not in rest]) + "\n\n" + text
    return text.replace("\n", "\r\n") if rng.random() < _CRLF else text


def _form(draft: Draft, habits: _Habits) -> str:
    message = habits.gap.join(draft.parts.written)
    return draft.form.replace(MESSAGE, message)


def _mail(parts: Parts, habits: _Habits) -> str:
    written = habits.gap.join(_wrapped(part, habits.width) for part in parts.written)
    blocks = [parts.banner, written, *parts.tail]
    if parts.quote:
        quote = _quote(parts.quote, habits)
        blocks.insert(1 if parts.quote_first else len(blocks), quote)
    return "\n\n".join(block for block in blocks if block)


def _quote(quote: Quote, habits: _Habits) -> str:
    text = quote.text
    if quote.inner:
        text += "\n\n" + _quote(quote.inner, habits)
    if not quote.attribution:
        return f"{quote.header}\n\n{_wrapped(text, habits.width)}"
    quoted = [
        (habits.mark + line if not line.startswith(">") else ">" + line) if line else ">"
        for line in _wrapped(text, habits.width).split("\n")
    ]
    return "\n".join([quote.header, *quoted])


def _wrapped(text: str, width: int) -> str:
    if not width:
        return text
    lines = []
    for line in text.split("\n"):
        fixed = line.startswith((">", "-", "_")) or len(line) <= width
        lines += [line] if fixed else textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)
