"""What mail clients write around a mail, per language: data only, so that a language is one more entry.

German and English are complete; the others hold what the wide-spread clients write above a quote, because
customers of a German company write from clients set to any language. Everything is compared case-folded.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """Words of one language.

    ``sender`` ... ``subject`` are labels of header blocks without colon, ``extra`` further labels that may
    stand among them; ``wrote`` verbs of attribution lines ("Am 1. Mai schrieb Eva:"), ``on`` the words such
    lines begin with; ``separators`` the phrases between the dashes above a quoted mail.
    """

    code: str
    sender: tuple[str, ...]
    sent: tuple[str, ...]
    recipient: tuple[str, ...]
    subject: tuple[str, ...]
    extra: tuple[str, ...] = ()
    wrote: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()


LANGUAGES: tuple[Language, ...] = (
    Language(
        code="de",
        sender=("Von", "Absender", "Message von", "Nachricht von"),
        sent=("Gesendet", "Gesendet am", "Gesendet um", "Datum", "Verschickt"),
        recipient=("An", "Empfänger"),
        subject=("Betreff", "Betr"),
        extra=(
            "Cc", "Kopie", "Bcc", "Antwort an", "Priorität", "Wichtigkeit", "Anlagen", "Anhang", "Anhänge",
        ),
        wrote=("schrieb", "schrieben", "hat geschrieben", "geschrieben"),
        on=("Am", "Den", "Vom"),
        separators=(
            "Ursprüngliche Nachricht", "Ursprüngliche E-Mail", "Ursprüngliche Mail", "Originalnachricht",
            "Original-Nachricht", "Original Nachricht", "Original Mail", "Originaltext", "Antwort Nachricht",
            "Weitergeleitete Nachricht", "Weitergeleitete E-Mail", "Anfang der weitergeleiteten Nachricht",
            "Anfang der weitergeleiteten E-Mail", "Weitergeleitete Mail", "Vorherige Nachricht",
        ),
    ),
    Language(
        code="en",
        sender=("From", "Sender"),
        sent=("Sent", "Date", "Sent on", "Sent at"),
        recipient=("To",),
        subject=("Subject",),
        extra=(
            "Cc", "Bcc", "Reply-To", "Importance", "Attachments", "Message-ID", "Organization", "Newsgroups",
        ),
        wrote=("wrote", "writes", "sent", "said"),
        on=("On", "At"),
        separators=(
            "Original Message", "Original Mail", "Original Appointment", "Reply Message", "Forwarded Message",
            "Forwarded message", "Begin forwarded message", "Original email", "Forwarded email",
            "Forwarded by",
            "Previous message",
        ),
    ),
    Language(
        code="fr",
        sender=("De",), sent=("Envoyé", "Envoyé le", "Date", "Message du"), recipient=("À", "A"),
        subject=("Objet", "Sujet"), extra=("Cc", "Copie à"), wrote=("a écrit", "écrit"), on=("Le",),
        separators=(
            "Message d'origine", "Message original", "Message transféré", "Début du message transféré",
        ),
    ),
    Language(
        code="nl",
        sender=("Van",), sent=("Verzonden", "Datum"), recipient=("Aan",), subject=("Onderwerp",),
        wrote=("schreef", "geschreven"), on=("Op",),
        separators=("Oorspronkelijk bericht", "Doorgestuurd bericht", "Begin doorgestuurd bericht"),
    ),
    Language(
        code="it",
        sender=("Da",), sent=("Inviato", "Data"), recipient=("A",), subject=("Oggetto",),
        extra=("Risposta",), wrote=("ha scritto",), on=("Il", "In data", "Alle"),
        separators=("Messaggio originale", "Messaggio inoltrato", "Inizio messaggio inoltrato"),
    ),
    Language(
        code="es",
        sender=("De",), sent=("Enviado", "Enviado el", "Fecha"), recipient=("Para",), subject=("Asunto",),
        wrote=("escribió",), on=("El",), separators=("Mensaje original", "Mensaje reenviado"),
    ),
    Language(
        code="pt",
        sender=("De",), sent=("Enviado", "Enviada", "Data"), recipient=("Para",), subject=("Assunto",),
        wrote=("escreveu",), on=("Em", "No dia", "A"),
        separators=("Mensagem original", "Mensagem encaminhada"),
    ),
    Language(
        code="pl",
        sender=("Od", "Nadawca"), sent=("Wysłano", "Data"), recipient=("Do", "Adresat"), subject=("Temat",),
        wrote=("napisał", "napisał(a)", "napisała", "pisze"),
        on=("W dniu", "Dnia", "Wiadomość napisana"),
        separators=("Wiadomość oryginalna", "Oryginalna wiadomość", "Przekazana wiadomość"),
    ),
    Language(
        code="da",
        sender=("Fra",), sent=("Sendt", "Dato"), recipient=("Til",), subject=("Emne",), wrote=("skrev",),
        on=("Den",), separators=("Oprindelig besked", "Oprindelig meddelelse", "Videresendt besked"),
    ),
    Language(
        code="sv",
        sender=("Från",), sent=("Skickat", "Datum"), recipient=("Till",), subject=("Ämne",),
        wrote=("skrev",),
        on=("Den", "På"), separators=("Ursprungligt meddelande", "Vidarebefordrat meddelande"),
    ),
)  # fmt: skip


def _roles() -> dict[str, str]:
    roles: dict[str, str] = {}
    for language in LANGUAGES:
        for role in ("extra", "sent", "recipient", "subject", "sender"):
            for label in getattr(language, role):
                roles.setdefault(label.casefold(), role)
    return roles


#: Case-folded header label to its role: sender, sent, recipient, subject or extra.
HEADER_ROLES: dict[str, str] = _roles()

WROTE: tuple[str, ...] = tuple(
    sorted({verb.casefold() for one in LANGUAGES for verb in one.wrote}, key=len, reverse=True)
)
ON: tuple[str, ...] = tuple(sorted({word.casefold() for one in LANGUAGES for word in one.on}))
SEPARATORS: frozenset[str] = frozenset(phrase.casefold() for one in LANGUAGES for phrase in one.separators)
