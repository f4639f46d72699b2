"""What surrounds a mail's text: greetings, signatures, notices, quote headers, forms, HTML."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from local.sample.errors import SampleError
from local.sample.families import LANGUAGES


@dataclass(frozen=True, kw_only=True, slots=True)
class Furniture:
    """One language's furniture; each text is a template for ``str.format``."""

    greeting: tuple[str, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
    impressum: tuple[str, ...]
    disclaimer: tuple[str, ...]
    phone_footer: tuple[str, ...]
    virus_footer: tuple[str, ...]
    quote_header: tuple[str, ...]
    agent_reply: tuple[str, ...]
    small_talk: tuple[str, ...]
    urgency: tuple[str, ...]
    thanks: tuple[str, ...]
    form_template: tuple[str, ...]
    second_request_joiner: tuple[str, ...]
    external_banner: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HtmlFurniture:
    """HTML of mail programs. ``css_rest`` is literal, the others are templates.

    ``wrapper``: Outlook, Gmail, Apple Mail, webmail, plain, newsletter editor; ``quote_wrapper``: Gmail, Apple Mail,
    Outlook, Thunderbird.
    """

    css_rest: tuple[str, ...]
    wrapper: tuple[str, ...]
    quote_wrapper: tuple[str, ...]


def load_furniture(path: Path) -> tuple[Mapping[str, Furniture], HtmlFurniture]:
    """The furniture per language, and that of HTML mails.

    Raises:
        SampleError: the file is not TOML, or a list is missing.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        languages = {
            language: Furniture(**{part.name: tuple(document[language][part.name]) for part in fields(Furniture)})
            for language in LANGUAGES
        }
        html = HtmlFurniture(**{part.name: tuple(document["html"][part.name]) for part in fields(HtmlFurniture)})
    except KeyError as error:
        raise SampleError(f"{path.name} lacks the part {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise SampleError(f"{path.name} is not valid TOML: {error}.") from None
    return languages, html
