"""What must hold for every mail: nothing raises, nothing is emptied, work grows with length only."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.cleaning import Zone, core_text, visible_text, zones
from model.cleaning.html_body import to_text

PIECES = st.sampled_from(
    [
        "Hallo,",
        "-- ",
        "> a",
        ">",
        "",
        "Von: A <a@b.example>",
        "An: B",
        "Betreff: C",
        "Am 1.5.2024 um 10:00 schrieb A:",
        "MfG",
        "Eva",
        "HRB 12345",
        "Sitz: Köln",
        "IBAN DE02120300000000202051",
        "____",
        "Nachricht: x",
        "Name: y",
        "E-Mail: z",
        "{",
        "}",
        "<!--[if mso]>",
        "Von meinem iPhone gesendet",
        "Virenfrei.",
        "-----Original Message-----",
        "Text.",
        "wrote:",
        "<a@b.example>",
        "\u200b",
        "Ã¼",
    ]
)
MAILS = st.one_of(st.text(), st.lists(PIECES, max_size=25).map("\n".join))


@given(MAILS)
@settings(max_examples=300, deadline=None)
def test_a_mail_that_holds_text_is_never_emptied(mail: str) -> None:
    held = any(line.text.strip() for line in zones(mail))

    assert (bool(visible_text(mail).strip()), bool(core_text(mail).strip())) == (held, held)


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div class=gmail_quote>",
                "</div>",
                "Text",
                "<style>",
                "<blockquote type=cite>",
                "<!--",
                "<div style='display:none'>",
                "&nbsp;",
                "<",
                "\n",
                "Von: A",
            ]
        ),
        max_size=20,
    ).map("".join)
)
@settings(max_examples=200, deadline=None)
def test_html_that_shows_text_is_never_emptied(markup: str) -> None:
    shown = any(line.text.strip() for line in zones(to_text(markup)))

    assert bool(visible_text(markup, "html").strip()) == shown


@given(st.binary(), st.sampled_from(["text", "html", "mime"]))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(data: bytes, kind: str) -> None:
    assert all(isinstance(line.zone, Zone) for line in zones(data, kind))


@given(MAILS)
@settings(max_examples=200, deadline=None)
def test_the_visible_text_can_be_stored(mail: str) -> None:
    assert visible_text(mail).encode("utf-8").decode("utf-8") == visible_text(mail)


def _calls(work: Callable[[], object]) -> int:
    """Function calls made, those into C included: a clock that is the same on every machine."""
    count = 0

    def counted(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "line",
    [
        "",
        "-",
        "--",
        "> a",
        "Am Am Am",
        "Am 1.5.2024 um 10:00",
        "On On On",
        "a@b.example wrote:",
        "Von: a@b.example",
        "LG\n",
        "Danke",
        "HRB 12345\n\n",
        "Name: x\nNachricht: y",
        "{",
        "____",
        "x Am 1 Am 1 Am 1:",
        "Virenfrei.\n",
    ],
)
def test_twice_the_lines_are_at_most_twice_the_work(line: str) -> None:
    once, twice = (_calls(lambda n=n: core_text(f"{line}\n" * n)) for n in (400, 800))

    assert twice <= 2.1 * once + 200


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["\n", "-", ">", " ", "Am Am Am\n", "On ", "Guten Tag, "])
def test_a_megabyte_costs_no_more_calls_than_a_long_mail(unit: str) -> None:
    assert _calls(lambda: core_text(unit * (1_000_000 // len(unit)))) < 3_000_000
