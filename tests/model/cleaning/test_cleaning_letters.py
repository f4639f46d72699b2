"""Greeting, sign-off, signatures, notices and footers."""

import pytest

from model.cleaning import core_text, visible_text

BODY = "bitte ändern Sie meine Anschrift."


@pytest.mark.parametrize(
    "greeting",
    [
        "Sehr geehrte Damen und Herren,",
        "Hallo Frau Müller!",
        "Guten Tag",
        "Liebes Team,",
        "Dear Sir or Madam,",
        "Moin,",
    ],
)
@pytest.mark.parametrize(
    "closing",
    [
        "Mit freundlichen Grüßen\nEva Beispiel",
        "MfG\n\nEva",
        "VG Eva",
        "LG",
        "Hochachtungsvoll\nE. Beispiel",
        "Kind regards,\nEva",
        "Vielen Dank im Voraus und freundliche Grüße\nEva Beispiel",
        "Freundliche Grüsse\nEva",
    ],
)
def test_greeting_and_sign_off_are_visible_but_not_core(greeting: str, closing: str) -> None:
    mail = f"{greeting}\n\n{BODY}\n\n{closing}"

    assert (visible_text(mail), core_text(mail)) == (mail, BODY)


@pytest.mark.parametrize(
    "sentence", ["Hallo, ich kündige.", "Danke für nichts, ich will mein Geld.", "Gruß aus Köln kam nie an."]
)
def test_a_sentence_that_begins_like_a_greeting_or_a_sign_off_is_core(sentence: str) -> None:
    assert core_text(f"{sentence}\nBitte bestätigen.") == f"{sentence}\nBitte bestätigen."


def test_a_mail_of_greeting_and_sign_off_keeps_them() -> None:
    assert core_text("Hallo,\n\nviele Grüße\nEva") == "Hallo,\n\nviele Grüße\nEva"


@pytest.mark.parametrize("rule", ["---", "___", "***", "=====", "-------------"])
def test_sentences_below_a_rule_line_stay(rule: str) -> None:
    mail = f"{BODY}\n\n{rule}\nZweitens: Warum ist mein Depot gesperrt?\nIch erreiche niemanden unter Tel. 0800 123."

    assert visible_text(mail) == mail


def test_a_postscript_stays() -> None:
    mail = "Ich kündige zum 31.12.2024.\n\nLG\nEva\n\nPS: Bitte per Post bestätigen."

    assert core_text(mail) == "Ich kündige zum 31.12.2024.\n\n\nPS: Bitte per Post bestätigen."


def test_a_signature_below_its_delimiter_goes() -> None:
    assert visible_text(f"{BODY}\n\n-- \nEva Beispiel\nTel. 0221 123456") == BODY


@pytest.mark.parametrize(
    "line",
    [
        "IBAN: DE02 1203 0000 0000 2020 51",
        "Kundennummer 4711",
        "Bestellnummer: 2024-88",
        "offen: 12,50 €",
        "geboren 01.02.1980",
    ],
)
def test_the_data_of_the_customer_stay_even_in_a_signature(line: str) -> None:
    assert visible_text(f"{BODY}\n\n-- \nEva Beispiel\n{line}") == f"{BODY}\n\n{line}"


IMPRESSUM = """Muster Handel GmbH
Beispielstraße 12
50667 Köln
Tel.: +49 221 123456
www.muster.example

Sitz der Gesellschaft: Köln
Registergericht: Amtsgericht Köln, HRB 12345
Geschäftsführerin: Eva Beispiel
USt-IdNr.: DE123456789"""


def test_the_particulars_of_a_company_go() -> None:
    assert visible_text(f"{BODY}\n\nMit freundlichen Grüßen\nEva Beispiel\n\n{IMPRESSUM}") == (
        f"{BODY}\n\nMit freundlichen Grüßen\nEva Beispiel"
    )


def test_particulars_above_the_sign_off_are_the_inquiry() -> None:
    mail = "Neue Daten:\nGeschäftsführer: Max Neu\nAmtsgericht Köln, HRB 999\n\nViele Grüße\nEva"

    assert visible_text(mail) == mail


def test_a_court_in_a_sentence_stays() -> None:
    mail = "Ich klage vor dem Amtsgericht Köln gegen Ihren Geschäftsführer: HRB 12345."

    assert visible_text(mail) == mail


NOTICES = [
    "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht der richtige\n"
    "Adressat sind, vernichten Sie bitte diese Mail.",
    "This e-mail may contain confidential information. If you are not the intended recipient,\nnotify us.",
    "Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail drucken.",
    "Virenfrei. www.avast.com",
    "Diese E-Mail wurde von Avast-Antivirussoftware auf Viren geprüft.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_below_the_mail_goes(notice: str) -> None:
    assert visible_text(f"{BODY}\n\n{notice}") == BODY


@pytest.mark.parametrize(
    "banner",
    [
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender.",
        "CAUTION: This email originated from outside the organization.",
        "Sie erhalten nicht oft eine E-Mail von eva@post.example. Erfahren Sie, warum dies wichtig ist",
    ],
)
def test_a_banner_above_the_mail_goes(banner: str) -> None:
    assert visible_text(f"{banner}\n\n{BODY}") == BODY


def test_a_customer_who_got_a_mail_in_error_is_heard() -> None:
    mail = "Hallo,\n\nich habe Ihre Mail irrtümlich erhalten, bitte löschen Sie meine Adresse.\n\nGruß"

    assert visible_text(mail) == mail


@pytest.mark.parametrize(
    "footer",
    [
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Gesendet von Outlook für iOS",
        "Outlook für Android beziehen",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Von unterwegs gesendet",
        "Sent from my iPhone",
        "Gesendet mit der Telekom Mail App",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
        "Get Outlook for iOS<https://aka.ms/x>",
    ],
)
def test_a_device_footer_goes(footer: str) -> None:
    assert visible_text(f"{BODY}\n\n{footer}") == BODY


@pytest.mark.parametrize("sentence", ["Gesendet mit DHL am 3. Mai.", "Sent from my desk, which is not a phone."])
def test_a_sentence_about_sending_stays(sentence: str) -> None:
    assert visible_text(f"{BODY}\n\n{sentence}") == f"{BODY}\n\n{sentence}"
