"""What of a conversation the cleaner leaves out."""

import pytest

from model.cleaning import Line, Zone, visible_text, zones

REPLY = "Hallo,\n\nmein Paket fehlt noch immer."
QUOTED = "Guten Tag,\n\nes ist unterwegs."

HEADERS = {
    "Apple Mail": "Am 12.03.2024 um 10:11 schrieb Kundendienst <hilfe@laden.example>:",
    "Apple Mail, wrapped": "Am 12.03.2024 um 10:11 schrieb Kundendienst\n<hilfe@laden.example>:",
    "Apple Mail before 2014": "Am 12.03.2024 um 10:11 hat Laden <a@laden.example> folgendes geschrieben:",
    "Thunderbird": "Am 12.03.24 um 10:11 schrieb Kundendienst:",
    "Thunderbird, English": "On 12/03/2024 10:11, Service wrote:",
    "Gmail": "Am Di., 12. März 2024 um 10:11 Uhr schrieb Kundendienst <\nhilfe@laden.example>:",
    "Gmail, name first": "Kundendienst <hilfe@laden.example> schrieb am Di., 12. März 2024,\n10:11:",
    "Gmail, English": "On Tue, Mar 12, 2024 at 10:11 AM Service <help@shop.example>\nwrote:",
    "Gmail before 2018": "2024-03-12 10:11 GMT+01:00 Kundendienst <hilfe@laden.example>:",
    "Yandex": '12.03.2024, 10:11, "Kundendienst" <hilfe@laden.example>:',
    "Outlook": (
        "Von: Kundendienst <hilfe@laden.example>\nGesendet: Dienstag, 12. März 2024 10:11\n"
        "An: Eva Beispiel <eva@post.example>\nBetreff: AW: Paket"
    ),
    "Outlook, rule above": (
        "________________________________\nVon: Kundendienst <hilfe@laden.example>\n"
        "Gesendet: Dienstag, 12. März 2024 10:11\nAn: Eva Beispiel\nBetreff: AW: Paket"
    ),
    "Outlook, bold labels": "*From:* Service\n*Sent:* Tuesday, March 12, 2024\n*To:* Eva\n*Subject:* RE: parcel",
    "GMX and web.de": (
        "Gesendet: Dienstag, 12. März 2024 um 10:11 Uhr\nVon: Kundendienst <hilfe@laden.example>\n"
        "An: eva@post.example\nBetreff: Paket"
    ),
    "Outlook separator": "-----Ursprüngliche Nachricht-----\nVon: Kundendienst\nGesendet: gestern",
    "T-Online separator": "-----Original-Nachricht-----\nBetreff: Paket\nDatum: 12.03.2024, 10:11 Uhr",
    "Samsung separator": "-------- Ursprüngliche Nachricht --------\nVon: Kundendienst\nDatum: 12.03.24",
    "Apple forward": "Anfang der weitergeleiteten Nachricht:\n\nVon: Kundendienst\nBetreff: Paket",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_reply_above_an_unmarked_quote_keeps_only_the_reply(header: str) -> None:
    assert visible_text(f"{REPLY}\n\n{header}\n\n{QUOTED}") == REPLY


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_conversation_alone_keeps_its_newest_message(header: str) -> None:
    older = "Am 01.03.2024 um 09:00 schrieb Eva <eva@post.example>:\n> Wo ist es?"

    assert visible_text(f"{header}\n\n{QUOTED}\n\n{older}") == QUOTED


def test_answers_between_quoted_lines_stay() -> None:
    mail = "> Ihre Kundennummer?\n4711\n\n> Wann bestellt?\nAm 3. Mai 2024.\n"

    assert visible_text(mail) == "4711\n\nAm 3. Mai 2024."


def test_an_answer_below_a_marked_quote_stays() -> None:
    assert visible_text("Am 1.5.2024 schrieb Eva <e@post.example>:\n> Alt\n\nDanke, erledigt.") == "Danke, erledigt."


def test_the_authors_last_line_does_not_become_part_of_the_header_below_it() -> None:
    mail = "Am liebsten wäre mir Geld zurück\nAm 12.03.2024 um 10:11 schrieb Laden <a@laden.example>:\n> Alt"

    assert visible_text(mail) == "Am liebsten wäre mir Geld zurück"


def test_words_that_share_a_line_with_the_header_stay() -> None:
    assert visible_text("Danke! Am 12.03.2024 um 10:11 schrieb Eva <e@post.example>:\nAlt") == "Danke!"


@pytest.mark.parametrize(
    "sentence",
    [
        "Am 12.03.2024 um 10:11 Uhr schrieb mir Ihr Kollege folgendes:",
        "Ich habe am 12.03.2024 um 10:11 eine Mail geschickt an hilfe@laden.example:",
        "Von: Hamburg\nDatum: 12.03.2024",
        "Datum: Mittwoch, 3. Mai\nUhrzeit: 10:00\nOrt: Köln",
        "Von: Depot 123\nAn: Depot 456\nBetreff: Übertrag",
        "> 100 Euro habe ich bezahlt.",
    ],
)
def test_what_only_resembles_a_quote_stays(sentence: str) -> None:
    mail = f"Guten Tag,\n\n{sentence}\n\nBitte melden Sie sich."

    assert visible_text(mail) == mail


def test_each_line_tells_its_zone_and_rule() -> None:
    assert zones("Wo?\nAm 1.5.2024 schrieb Eva <e@post.example>:\n> Da") == [
        Line("Wo?", Zone.AUTHOR, ""),
        Line("Am 1.5.2024 schrieb Eva <e@post.example>:", Zone.HEADER, "attribution"),
        Line("> Da", Zone.QUOTE, "quote_mark"),
    ]
