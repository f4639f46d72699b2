"""A draft as a whole message (RFC 5322), as an archive keeps it."""

import random
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from local.sample.furniture import HtmlFurniture
from local.sample.layout_html import html_body
from local.sample.layout_text import text_body
from local.sample.parts import Draft
from local.sample.persona import Persona

_ATTACHMENT = 0.12
_SHAPES = {"alternative": 70, "plain": 15, "html": 15}
_POLICY = SMTP.clone(linesep="\n")
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def mime_body(
    draft: Draft,
    persona: Persona,
    furniture: HtmlFurniture,
    rng: random.Random,
    *,
    received_at: datetime,
    digest: str,
) -> str:
    """The message with headers and encoded parts, pure ASCII. ``digest`` makes its id and boundaries."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = f"{_phrase(persona.name)} <{persona.email}>"
    message["To"] = "Kundenservice <service@kundenpost.example>"
    message["Subject"] = draft.subject
    message["Date"] = format_datetime(received_at.astimezone(UTC))
    message["Message-ID"] = f"<{digest[:24]}@{persona.email.partition('@')[2]}>"
    message["MIME-Version"] = "1.0"
    shape = rng.choices(list(_SHAPES), weights=list(_SHAPES.values()))[0]
    text = text_body(draft, furniture, rng).replace("\r\n", "\n")
    page = html_body(draft, furniture, rng)
    if shape != "html":
        _set(message, text, "plain", rng)
    if shape == "html":
        _set(message, page, "html", rng)
    elif shape == "alternative":
        message.add_alternative(page, subtype="html", charset=_charset(page, rng), cte=_encoding(rng))
    if rng.random() < _ATTACHMENT:
        message.add_attachment(_PDF, maintype="application", subtype="pdf", filename="Anlage.pdf")
    for part in [part for part in message.walk() if part is not message]:
        del part["MIME-Version"]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        # Left to itself the library draws boundaries at random.
        part.set_boundary(f"----=_NextPart_{digest[24:44]}_{number:03d}")
    return message.as_string()


def _set(message: EmailMessage, text: str, subtype: str, rng: random.Random) -> None:
    message.set_content(text, subtype=subtype, charset=_charset(text, rng), cte=_encoding(rng))


def _phrase(name: str) -> str:
    return f'"{name}"' if "'" in name or "." in name else name


def _encoding(rng: random.Random) -> str:
    return rng.choice(("quoted-printable", "quoted-printable", "base64"))


def _charset(text: str, rng: random.Random) -> str:
    wanted = rng.choices(("utf-8", "iso-8859-1", "windows-1252"), weights=(70, 15, 15))[0]
    try:
        text.encode(wanted)
    except UnicodeEncodeError:
        return "utf-8"
    return wanted
