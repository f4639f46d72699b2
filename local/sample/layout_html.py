"""A draft as the HTML of a mail program."""

import html
import random
import re
from html.entities import codepoint2name

from local.sample.furniture import HtmlFurniture
from local.sample.parts import MESSAGE, Client, Draft, Parts, Quote

_CSS_REST, _ENTITIES, _ONE_BLOCK, _LOGO, _LINKS = 0.25, 0.15, 0.2, 0.3, 0.5
_FIELD = re.compile(r"^(Von|Gesendet|An|Betreff|Datum|From|Sent|To|Subject|Date):", re.MULTILINE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
_WRAPPERS = tuple(Client)
_QUOTES = {Client.GMAIL: 0, Client.APPLE: 1, Client.OUTLOOK: 2, Client.PLAIN: 3}
_BANNER = (
    '<table border="0" cellspacing="0" cellpadding="0" width="100%"><tr>'
    '<td style="background:#FFEB9C;padding:5pt;font-size:10pt">{banner}</td></tr></table>'
)
_NAMED = {code: f"&{name};" for code, name in codepoint2name.items() if code > 127}
_LOGO_TAG = '<img width="142" height="48" src="cid:image001.png@01DC7A2B.5E0F3C10" alt="Logo">'


def html_body(draft: Draft, furniture: HtmlFurniture, rng: random.Random) -> str:
    """The body of an HTML mail, quotes included."""
    parts, client = draft.parts, draft.client
    body = _form(draft) if draft.form else _new_text(parts, client, rng)
    quote = _quote(parts.quote, furniture, client, linked=rng.random() < _LINKS) if parts.quote else ""
    if quote and client is Client.OUTLOOK:
        body += _gap(client) + quote
    elif quote and parts.quote_first:
        body = quote + "\n" + body
    if parts.banner:
        body = _BANNER.format(banner=_lines(parts.banner)) + "\n" + body
    if rng.random() < _CSS_REST:
        body = _style(rng.choice(furniture.css_rest)) + "\n" + body
    page = furniture.wrapper[_WRAPPERS.index(client)].format(body=body)
    if quote and client is not Client.OUTLOOK and not parts.quote_first:
        head, end, rest = page.rpartition("</body>")
        page = f"{head}{quote}\n{end}{rest}" if end else page + quote
    return _entities(page) if rng.random() < _ENTITIES else page


def _style(rest: str) -> str:
    return rest if "<" in rest.replace("<!--\n", "") else f'<style type="text/css">{rest}</style>'


def _lines(text: str) -> str:
    return "<br>\n".join(html.escape(line, quote=False) for line in text.split("\n"))


def _form(draft: Draft) -> str:
    message = "\n\n".join(draft.parts.written)
    return _lines(draft.form.replace(MESSAGE, message))


def _new_text(parts: Parts, client: Client, rng: random.Random) -> str:
    if rng.random() < _ONE_BLOCK:
        text = "<br>\n<br>\n".join(_lines(part) for part in parts.written)
        written = text if client is Client.OUTLOOK else f"<div>{text}</div>"
    else:
        written = _gap(client).join(_paragraph(_lines(part), client) for part in parts.written)
    signature = _signature(parts.signature, client, logo=rng.random() < _LOGO) if parts.signature else ""
    legal = [f'<p style="font-size:8.0pt;color:gray">{_lines(text)}</p>' for text in parts.legal]
    footers = [_footer(text, client) for text in parts.footers]
    return "\n".join(part for part in (written, signature, *legal, *footers) if part)


def _paragraph(inner: str, client: Client) -> str:
    match client:
        case Client.OUTLOOK:
            return f'<p class="MsoNormal">{inner}<o:p></o:p></p>'
        case Client.GMAIL | Client.APPLE | Client.WEBMAIL:
            return f"<div>{inner}</div>"
        case Client.NEWSLETTER:
            return f'<p style="margin:0 0 16px 0;">{inner}</p>'
        case _:
            return f"<p>{inner}</p>"


def _gap(client: Client) -> str:
    match client:
        case Client.OUTLOOK:
            return '\n<p class="MsoNormal"><o:p>&nbsp;</o:p></p>\n'
        case Client.GMAIL | Client.APPLE:
            return "\n<div><br></div>\n"
        case Client.WEBMAIL:
            return "\n<div>&nbsp;</div>\n"
        case _:
            return "\n"


def _signature(text: str, client: Client, *, logo: bool) -> str:
    image = _LOGO_TAG if logo and client is Client.OUTLOOK else ""
    match client:
        case Client.OUTLOOK:
            lines = [
                '<p class="MsoNormal"><span style="font-size:9.0pt;color:#595959">'
                f"{html.escape(line, quote=False) or '&nbsp;'}<o:p></o:p></span></p>"
                for line in text.split("\n")
            ]
            return "\n".join(['<p class="MsoNormal"><o:p>&nbsp;</o:p></p>', *lines, image])
        case Client.PLAIN:
            return f'<div class="moz-signature">{_lines(text)}</div>'
        case _:
            return f'<div class="signature"><br>{_lines(text)}</div>'


def _footer(text: str, client: Client) -> str:
    match client:
        case Client.APPLE:
            return f'<div id="AppleMailSignature" dir="ltr"><br>{_lines(text)}</div>'
        case Client.OUTLOOK:
            return f'<p class="MsoNormal"><o:p>&nbsp;</o:p></p>\n<p class="MsoNormal">{_lines(text)}<o:p></o:p></p>'
        case _:
            return f"<div><br></div>\n<div>{_lines(text)}</div>"


def _quote(quote: Quote, furniture: HtmlFurniture, client: Client, *, linked: bool) -> str:
    wrapper = furniture.quote_wrapper[_QUOTES.get(client, 3 if quote.attribution else 2)]
    header = _lines(quote.header)
    if not quote.attribution:
        header = _FIELD.sub(r"<b>\1:</b>", header)
    if linked:
        header = _ADDRESS.sub(lambda match: f'<a href="mailto:{match[0]}">{match[0]}</a>', header)
    quoted = "<br>\n<br>\n".join(_lines(part) for part in quote.text.split("\n\n"))
    if quote.inner:
        quoted += "<br>\n<br>\n" + _quote(quote.inner, furniture, client, linked=linked)
    return wrapper.format(header=header, quoted=quoted)


def _entities(page: str) -> str:
    return page.translate(_NAMED)
