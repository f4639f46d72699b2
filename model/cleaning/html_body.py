"""HTML mail to text, with the quotes and signatures that its structure gives away marked."""

from __future__ import annotations

import re
from typing import Any, cast

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import ElementNode, HTMLTree

from model.cleaning.lines import CLOSE, OPEN_QUOTE, OPEN_SIGNATURE

#: Marked elements per mail. Selectors answer in document order, so the outermost come first, and one mark
#: around the outermost quote is enough.
MAX_MARKED = 500

_HIDDEN = (
    "head", "style", "script", "title", "noscript", "template", "[hidden]",
    '[style*="display:none"]', '[style*="display: none"]',
    '[style*="mso-hide:all"]', '[style*="mso-hide: all"]',
)  # fmt: skip

# Inline answers stand between the blockquotes of one div.gmail_quote, so the blockquote is marked, and the
# div only where it holds none (a forward).
_QUOTES = ", ".join((
    "blockquote.gmail_quote",  # Gmail
    'blockquote[type="cite"]',  # Apple Mail, Thunderbird
    "div.yahoo_quoted", "div.yahoo-quoted-begin",  # Yahoo
    "div.protonmail_quote", "blockquote.protonmail_quote",  # Proton Mail
    'div[name="quote"]',  # GMX, web.de
    "div.zmail_extra", "div.tutanota_quote", "blockquote.tutanota_quote",  # Zoho, Tuta
    "#mail-editor-reference-message-container",  # Outlook for Windows (new), Outlook for iOS
))  # fmt: skip
_GMAIL_DIV = "div.gmail_quote"
_ATTRIBUTIONS = "div.moz-cite-prefix, div.gmail_attr, div.protonmail_quote_attribution"
# Outlook closes nothing: what follows the marked place is the conversation, to the end of the mail.
_OPEN_ENDED = "#divRplyFwdMsg, #appendonsend, #stopSpelling"
_OUTLOOK_RULE = 'div[style*="border-top:solid"], div[style*="border-top: solid"], div[style*="border-top-style: solid"]'
_SIGNATURES = (
    ".gmail_signature, [data-smartmail=gmail_signature], .moz-signature, .protonmail_signature_block-user, "
    '#ms-outlook-mobile-signature, [data-signatureblock="true"]'
)
_HEADER_TEXT, _HEADER_COLONS = 600, 3


# decode.py removes the marks as characters; here they could still come as "&#xE0F0;".
_FORGED = re.compile(r"&#(?:x0*e0f[012]|0*5758[456]);?", re.IGNORECASE)


def to_text(markup: str) -> str:
    """Return the text of an HTML mail, structural quotes and signatures between marks (see lines.py).

    Hidden elements are left out unless everything is hidden. Nesting depth does not matter: the parser
    does not recurse.
    """
    tree = HTMLTree.parse(_FORGED.sub("", markup))
    if tree.body is None:
        return ""
    _mark(tree)
    text = _extract(tree, list(_HIDDEN))
    if not text.strip(CLOSE + OPEN_QUOTE + OPEN_SIGNATURE + " \t\r\n\u00a0"):
        text = _extract(tree, ["head", "style", "script"])
    return text


def _extract(tree: HTMLTree, skip: list[str]) -> str:
    return extract_plain_text(
        tree, preserve_formatting=True, main_content=False, list_bullets=True, alt_texts=False, links=False,
        form_fields=False, noscript=False, skip_elements=skip,
    )  # fmt: skip


def _mark(tree: HTMLTree) -> None:
    for node in _found(tree, f"{_QUOTES}, {_ATTRIBUTIONS}"):
        _wrap(tree, node, OPEN_QUOTE)
    for node in _found(tree, _GMAIL_DIV):
        if node.query_selector("blockquote") is None:
            _wrap(tree, node, OPEN_QUOTE)
    for node in _found(tree, _SIGNATURES):
        _wrap(tree, node, OPEN_SIGNATURE)
    for node in _found(tree, _OPEN_ENDED):
        _insert(tree, node, OPEN_QUOTE)
    for node in _found(tree, _OUTLOOK_RULE):
        # Designers draw such lines too; Outlook's holds the header block of the mail below.
        text = node.text or ""
        if text[:_HEADER_TEXT].count(":") >= _HEADER_COLONS and len(text) < _HEADER_TEXT * 3:
            _insert(tree, node, OPEN_QUOTE)


def _found(tree: HTMLTree, selector: str) -> list[ElementNode]:
    body = tree.body
    # Cut before it becomes a list: walking a whole collection looks each node up anew.
    return list(body.query_selector_all(selector)[:MAX_MARKED]) if body is not None else []


def _wrap(tree: HTMLTree, node: ElementNode, mark: str) -> None:
    _insert(tree, node, mark)
    node.append_child(_paragraph(tree, CLOSE))


def _insert(tree: HTMLTree, node: ElementNode, mark: str) -> None:
    parent = node.parent
    if parent is not None:
        parent.insert_before(_paragraph(tree, mark), node)


def _paragraph(tree: HTMLTree, text: str) -> ElementNode:
    node: Any = tree.create_element("div")  # the package's stubs do not say that it is an element
    node.append_child(tree.create_text_node(text))
    return cast("ElementNode", node)
