"""A mail before it is laid out: what stands in it, in which order, free of any format."""

from dataclasses import dataclass
from enum import StrEnum

from mailroom.message import BodyFormat

MESSAGE = "{message}"
"""Where the customer's text belongs in a filled form."""


class Client(StrEnum):
    """The program that wrote the mail, in the order of the HTML wrappers."""

    OUTLOOK = "outlook"
    GMAIL = "gmail"
    APPLE = "apple"
    WEBMAIL = "webmail"
    PLAIN = "plain"
    NEWSLETTER = "newsletter"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """An earlier mail below (or above) the new text: its header as the mail program writes it, and its text.

    ``attribution`` says whether the header is a line such as "Am … schrieb …:", under which text mails mark each line
    with ``>``, or a block of Von, Gesendet, An, Betreff, under which they do not.
    """

    header: str
    text: str
    attribution: bool
    inner: "Quote | None" = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """The parts of a mail in their order; empty ones are left out. ``quote_first`` puts the quote above the answer."""

    banner: str = ""
    greeting: str = ""
    paragraphs: tuple[str, ...] = ()
    closing: str = ""
    postscript: str = ""
    signature: str = ""
    legal: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    quote: Quote | None = None
    quote_first: bool = False

    @property
    def written(self) -> list[str]:
        """What the customer wrote, greeting and closing included, part by part."""
        return [part for part in (self.greeting, *self.paragraphs, self.closing, self.postscript) if part]

    @property
    def tail(self) -> list[str]:
        """What the mail program adds below."""
        return [part for part in (self.signature, *self.legal, *self.footers) if part]


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """What the customer has to say. ``situation`` and ``request`` are sentences of ``paragraphs``, as spelt there."""

    paragraphs: tuple[str, ...]
    situation: str
    request: str
    request_number: int
    postscript: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A mail's content and the way it is to be laid out; ``form`` is the filled contact form."""

    subject: str
    parts: Parts
    text: Text
    body_format: BodyFormat
    client: Client
    form: str = ""
