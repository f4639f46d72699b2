"""Contact-form mails: the customer's message stays, the form around it goes."""

from __future__ import annotations

import re

from model.cleaning.lines import Row, Zone, row
from model.cleaning.protect import is_customer_data

_LABEL_LENGTH = 40
_FEWEST_FIELDS = 2
_VALUE_LENGTH = 80

#: Labels of the field that holds the customer's words (WordPress, TYPO3, Shopify, Wix, Jimdo).
MESSAGE_LABELS = frozenset((
    "nachricht", "ihre nachricht", "deine nachricht", "nachrichtentext", "nachrichteninhalt", "mitteilung",
    "ihre mitteilung",
    "anliegen", "ihr anliegen", "kommentar", "kommentare", "ihr kommentar", "anfrage", "ihre anfrage",
    "text", "bemerkung",
    "bemerkungen", "inhalt", "frage", "ihre frage", "freitext", "beschreibung", "message", "your message",
    "message body",
    "comment", "comments", "enquiry", "inquiry", "question", "your question", "body", "description",
))  # fmt: skip

#: Labels whose value the model should read: they say what the mail is about.
TOPIC_LABELS = frozenset((
    "betreff", "thema", "grund", "grund der anfrage", "kategorie", "art der anfrage", "produkt", "subject",
    "topic", "reason",
    "category", "product",
))  # fmt: skip

#: Labels of who and when.
PERSON_LABELS = frozenset((
    "von", "name", "ihr name", "dein name", "vorname", "nachname", "vor- und nachname", "anrede", "titel",
    "firma", "unternehmen",
    "e-mail", "e-mail-adresse", "email", "emailadresse", "email-adresse", "ihre e-mail",
    "ihre e-mail-adresse", "mail", "telefon",
    "telefonnummer", "telefon-nr", "tel", "handy", "mobil", "mobilnummer", "rückrufnummer", "fax",
    "strasse", "strasse und hausnummer",
    "strasse, nr", "hausnummer", "plz", "postleitzahl", "ort", "plz/ort", "plz, ort", "stadt", "land",
    "adresse", "anschrift",
    "geburtsdatum", "ip", "ip-adresse", "ip adresse", "absender-ip", "datum", "uhrzeit", "zeitpunkt",
    "gesendet am", "seite", "url",
    "webseite", "website", "browser", "user agent", "useragent", "user-agent", "formular", "datenschutz",
    "einwilligung",
    "datenschutzerklärung", "newsletter", "captcha", "from", "first name", "last name", "full name",
    "your name", "your email", "email address",
    "e-mail address", "phone", "phone number", "telephone", "company", "street", "city", "zip", "zip code",
    "postcode", "country",
    "address", "ip address", "remote ip", "date", "time", "page url", "page", "sent from", "form", "consent",
))  # fmt: skip

# These alone are the header of a quoted mail.
_MAIL_HEADER = frozenset(("von", "from", "datum", "date", "gesendet am", "betreff", "subject"))
_TIME_LABELS = frozenset(("datum", "date", "geburtsdatum", "gesendet am", "zeitpunkt", "time", "uhrzeit"))

# Said by the form's plugin above or below the fields.
_SCAFFOLD = (
    "kontaktformular", "über das formular", "formular auf ihrer", "contact form",
    "neue nachricht von ihrer website",
    "new form submission", "folgende daten", "formulareintrag", "form submission", "wurde über ihre website",
)  # fmt: skip
_SCAFFOLD_VERBS = ("gesendet", "erhalten", "sent", "received", "submission", "folgende", "wurde", "über")
_BULLET = re.compile(r"^[-*•·] ")


def mark_form_fields(rows: list[Row]) -> None:
    """Give the scaffolding of a contact-form mail its zone, if the mail is one.

    It is one with a message label and at least two labels of who or when, or with the plugin's own sentence
    and two labels. A message, topic or number on the same line as its label stays the author's.
    """
    labels = [_label(one) for one in rows]
    fields = {label for label in labels if label in PERSON_LABELS or label in TOPIC_LABELS}
    scaffolds = [one for one in rows if one.is_author and one.key and _is_scaffold(one.key)]
    has_message = not MESSAGE_LABELS.isdisjoint(labels)
    if len(fields) < _FEWEST_FIELDS or not (scaffolds or (has_message and not fields <= _MAIL_HEADER)):
        return
    for one in scaffolds:
        one.take(Zone.FORM_FIELD, "form_scaffold")
    out: list[Row] = []
    for index, (one, label) in enumerate(zip(rows, labels, strict=True)):
        if label and one.is_author:
            out.extend(_field(one, label, rows[index + 1 : index + 2]))
        else:
            out.append(one)
    rows[:] = out


def _field(one: Row, label: str, below: list[Row]) -> list[Row]:
    """The field's line, cut in two if its value stays the author's."""
    value = one.key.partition(":")[2].strip(" *_")
    if label in MESSAGE_LABELS or label in TOPIC_LABELS:
        head, colon, rest = one.text.partition(":")
        label_row = row(head + colon)
        label_row.take(Zone.FORM_FIELD, "form_label")
        return [label_row, row(rest.strip(" *\t\u00a0"))] if value else [label_row]
    if is_customer_data(one.key) and label not in _TIME_LABELS:
        return [one]
    one.take(Zone.FORM_FIELD, "form_label")
    for value_row in below if not value else []:
        # Forms laid out in two lines: the label, and under it the value.
        short = 0 < len(value_row.key) < _VALUE_LENGTH
        if value_row.is_author and short and not _label(value_row) and not is_customer_data(value_row.key):
            value_row.take(Zone.FORM_FIELD, "form_value")
    return [one]


def _is_scaffold(key: str) -> bool:
    return any(phrase in key for phrase in _SCAFFOLD) and any(word in key for word in _SCAFFOLD_VERBS)


def _label(one: Row) -> str:
    """The known form label that the line begins with, or ""."""
    if not one.is_author or one.depth:
        return ""
    key = _BULLET.sub("", one.key)
    colon = key.find(":", 0, _LABEL_LENGTH)
    label = key[:colon].strip(" *_") if colon > 0 else ""
    return label if label in MESSAGE_LABELS or label in TOPIC_LABELS or label in PERSON_LABELS else ""
