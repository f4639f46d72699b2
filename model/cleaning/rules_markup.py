"""Style sheets and conditional comments that leaked into the text (Word, Outlook, bad converters)."""

from __future__ import annotations

import re

from model.cleaning.lines import Row, Zone

_COMMENT = re.compile(r"<!--|<!\[(?:if|endif)|\[if (?:gte |lte |lt |gt |!)?mso|\[endif\]|\[if !support|-->$")
_AT_RULE = re.compile(r"@(?:font-face|media|page|import|charset|list)\b")
_DECLARATION = re.compile(r"\{?\s*[a-z-]{2,40} ?: ?[^:;{}]{1,120};\s*\}?$")
_SELECTOR = re.compile(r"[a-z0-9.#*:,>\[\]\"=@_ \\-]{1,200}\{")
_CSS_PROPERTY = re.compile(
    r"(?:^|[{; ])(?:mso-[a-z-]+|font-[a-z]+|line-height|margin(?:-[a-z]+)?|padding(?:-[a-z]+)?|text-[a-z]+"
    r"|border(?:-[a-z]+)?|background(?:-[a-z]+)?|color|display|width|max-width|panose-1|behavior) ?:"
)
_OFFICE = re.compile(r"(?:/\* (?:style|font|list) definitions|<o:|<w:|<m:|</?xml\b|normal 0 (?:21|false)\b)")


def mark_markup_rests(rows: list[Row]) -> None:
    """Put CSS rules, MSO comments and Office XML that stand in the text into the notice zone."""
    open_rule = False
    for index, row in enumerate(rows):
        if not row.is_author or not row.key:
            continue
        key = row.key
        if open_rule or _is_rest(key) or _is_selector_above_brace(rows, index):
            closes = "}" in key
            opens = "{" in key and key.rfind("{") > key.rfind("}")
            # An open brace counts only while what follows is style: a mail never loses its rest to a "{".
            if open_rule and not (closes or opens or _DECLARATION.match(key) or _CSS_PROPERTY.search(key)):
                open_rule = False
                continue
            row.take(Zone.NOTICE, "markup_rest")
            open_rule = opens or (open_rule and not closes)


def _is_selector_above_brace(rows: list[Row], index: int) -> bool:
    """Word writes "p.MsoNormal, li.MsoNormal" and the brace on the next line."""
    below = rows[index + 1].key if index + 1 < len(rows) else ""
    return below.startswith("{") and (below == "{" or bool(_CSS_PROPERTY.search(below))) and bool(
        _SELECTOR.match(rows[index].key + "{")
    )  # fmt: skip


def _is_rest(key: str) -> bool:
    if _COMMENT.search(key) or _AT_RULE.match(key) or _OFFICE.search(key):
        return True
    if _SELECTOR.match(key) and (_CSS_PROPERTY.search(key) or key.endswith("{")):
        return True
    return bool(_DECLARATION.match(key) and _CSS_PROPERTY.search(key))
