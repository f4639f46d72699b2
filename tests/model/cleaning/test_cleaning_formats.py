"""Bytes, HTML and MIME."""

import subprocess
import sys
from email.message import EmailMessage

import pytest

from model.cleaning import visible_text


@pytest.mark.parametrize(
    "data",
    [
        "Größe falsch – 5 €".encode(),
        "Größe falsch – 5 €".encode("cp1252"),
        "\ufeffGröße falsch – 5 €".encode(),
        "\ufeffGröße falsch – 5 €".encode("utf-16-le"),
        "Größe falsch – 5 €",
        "GrÃ¶ÃŸe falsch â€“ 5 â‚¬",
        "Gro\u0308ße falsch – 5 €",
        "Grö\u00adße\u200b falsch – 5 €",
        "Größe falsch – 5 €".encode("cp1252").decode("utf-8", "surrogateescape"),
    ],
)
def test_text_of_any_encoding_becomes_the_same_text(data: str | bytes) -> None:
    assert visible_text(data) == "Größe falsch – 5 €"


def test_an_unknown_kind_is_refused_with_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"^The kind of a mail must be one of: text, html, mime\.$"):
        visible_text("geheim", kind="pdf")


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><div class="gmail_attr">Am Di. schrieb A:</div>'
        '<blockquote class="gmail_quote">Alt</blockquote></div>',
        '<div class="moz-cite-prefix">Am 1.5.24 schrieb A:<br></div><blockquote type="cite">Alt</blockquote>',
        '<div name="quote">Gesendet: gestern<br>Von: A<br>Alt</div>',
        '<div style="border-top:solid #E1E1E1 1.0pt"><p>Frá: A<br>Sent: 1<br>Til: B</p></div><p>Alt</p>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Da:</b> A<br></div><div>Alt</div>',
    ],
    ids=["Gmail", "Thunderbird", "GMX", "Outlook for Windows", "Outlook on the web"],
)
def test_quotes_told_by_structure_go(quote: str) -> None:
    assert visible_text(f"<html><body><p>Neu</p>{quote}</body></html>", "html") == "Neu"


def test_answers_between_gmail_blockquotes_stay() -> None:
    markup = (
        '<div class="gmail_quote"><blockquote class="gmail_quote">Frage 1</blockquote><div>Antwort 1</div>'
        '<blockquote class="gmail_quote">Frage 2</blockquote><div>Antwort 2</div></div>'
    )

    assert visible_text(markup, "html").split() == ["Antwort", "1", "Antwort", "2"]


def test_hidden_text_styles_and_scripts_go() -> None:
    markup = (
        "<head><title>t</title><style>p{color:red}</style></head><body><div style='display: none'>Vorschau</div>"
        "<script>x()</script><p>Gr&ouml;&szlig;e<br>falsch</p></body>"
    )

    assert visible_text(markup, "html") == "Größe\nfalsch"


def test_a_mail_that_is_hidden_altogether_is_read() -> None:
    assert visible_text("<div style='display:none'>Kündigung</div>", "html") == "Kündigung"


@pytest.mark.parametrize("mark", ["\ue0f0", "&#xE0F0;", "&#57584;", "&#x00e0f0"])
def test_a_sender_cannot_forge_the_marks_of_structure(mark: str) -> None:
    assert visible_text(f"<p>Neu</p><div>{mark}</div><p>Mehr</p>", "html").split() == ["Neu", "Mehr"]


def test_deep_nesting_is_survived() -> None:
    assert visible_text("<div>" * 100_000 + "Text", "html") == "Text"


def test_the_plain_part_wins_and_attachments_do_not_count() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Umlaute ä"
    mail.set_content("Größe falsch", charset="iso-8859-1")
    mail.add_alternative("<p>HTML</p>", subtype="html")
    mail.add_attachment("Anhang", filename="a.txt")

    assert visible_text(mail.as_bytes(), "mime") == "Größe falsch"


def test_the_html_part_is_read_where_the_plain_part_is_blank() -> None:
    mail = EmailMessage()
    mail.set_content(" \n")
    mail.add_alternative("<p>Größe</p>", subtype="html")

    assert visible_text(mail.as_bytes(), "mime") == "Größe"


def _nested(depth: int) -> str:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return f"{opened}Content-Type: text/plain\n\nText"


@pytest.mark.parametrize(
    "mail",
    [
        "Content-Type: text/plain; charset=nonsense\n\nText",
        "Content-Type: multipart/mixed\n\nText",
        "Content-Type: text/plain; charset*0*=\n\nText",
        _nested(1_500),
    ],
    ids=["unknown charset", "no boundary", "broken parameter", "1,500 levels"],
)
def test_broken_mime_still_gives_its_text(mail: str) -> None:
    assert visible_text(mail, "mime") == "Text"


def test_a_mail_forwarded_as_attachment_alone_is_read() -> None:
    inner = EmailMessage()
    inner.set_content("Kündigung")
    outer = EmailMessage()
    outer.set_content(" ")
    outer.add_attachment(inner)

    assert visible_text(outer.as_bytes(), "mime") == "Kündigung"


def test_the_package_imports_nothing_heavy() -> None:
    code = "import sys, model.cleaning; print(sorted({'numpy', 'torch', 'lxml', 'bs4'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
