"""Lines that phones and webmail clients add by themselves."""

from __future__ import annotations

import re

from model.cleaning.lines import Row, Zone

_LONGEST = 140
_WORD = re.compile(r"[\w.&-]+")

#: Devices, apps and providers that sign mails.
_APP_WORDS = (
    "1&1 10 11 8 airmail android app aqua blackberry bluemail cell device e-mail-app freemail galaxy gmx "
    "handy htc huawei ios ipad iphone ipod k-9 magenta mail mailapp mailbox mobil mobile mobilen "
    "mobilgerät mobilgeräte mobiltelefon nine nokia outlook phone posteo proton protonmail samsung smart "
    "smartphone spark sparrow t-online tablet telefon telekom thunderbird typeapp vodafone web.de windows "
    "xiaomi yahoo "
)
_APPS = frozenset(_APP_WORDS.split())
#: Beginnings that need one of _APPS behind them (GMX, web.de, Outlook, Samsung, Telekom).
_SENT_WITH = (
    *(
        f"{verb} {word} "
        for verb in ("gesendet", "gesandt", "verschickt", "versendet", "geschrieben")
        for word in ("mit", "von", "vom", "aus", "über")
    ),
    *(f"diese {mail} wurde {word} " for mail in ("e-mail", "nachricht") for word in ("von meinem", "mit")),
    "sent from ", "sent by ", "sent via ", "sent with ", "sent using ", "someone from ", "verzonden ",
    "inviato da ",
    "sendt fra ", "skickat från ", "enviado ", "envoyé ", "wysłane z ", "wysłano z ", "lähetetty ",
    "trimis de pe ",
)  # fmt: skip
#: Beginnings that need a word of sending at the end (Apple Mail, Samsung: "Von meinem iPhone gesendet").
_FROM_DEVICE = ("von mein", "vom ", "von unterwegs", "von iphone", "von ipad", "von android", "von samsung")
_SENT_END = ("gesendet", "gesandt", "verschickt", "versendet", "geschrieben")
#: Beginnings that are enough.
_ENOUGH = (
    "sent from my ", "from my iphone", "from my ipad", "from my android", "get outlook for ",
    "download outlook for ",
    "outlook für ios beziehen", "outlook für android beziehen", "outlook für ios herunterladen",
    "outlook für android herunterladen", "holen sie sich outlook für ", "envoyé de mon ",
    "envoyé depuis mon ",
)  # fmt: skip
_FOREIGN_ENDS = ("-omról küldve", "傳送", "发自我的iphone")
# "Sent from my desk, is much easier than ..." is a sentence, and so is "Gesendet mit DHL am 3.5., habe ...".
_SENTENCE_WORDS = "are because gestern habe haben have is ist nicht not war waren was weil were yesterday "
_SENTENCE = frozenset(_SENTENCE_WORDS.split())


def mark_device_footers(rows: list[Row]) -> None:
    """Give the footers of phones and mail apps their zone; what stands below them stays."""
    for row in rows:
        if row.is_author and row.key and is_device_footer(row.key):
            row.take(Zone.DEVICE_FOOTER, "device_footer")


def is_device_footer(key: str) -> bool:
    """Whether the line is "Von meinem iPhone gesendet", "Gesendet mit der GMX Mail App" or the like."""
    if not 8 <= len(key) <= _LONGEST:
        return False
    key = key.replace("[", "").lstrip("<(").rstrip(" .!)>]")
    if key.endswith(_FOREIGN_ENDS):
        return True
    starts_with_app = key.startswith(_SENT_WITH)
    from_device = key.startswith(_FROM_DEVICE) and key.endswith(_SENT_END)
    if not (starts_with_app or from_device or key.startswith(_ENOUGH)):
        return False
    words = {word.strip(".-&") for word in _WORD.findall(key)}
    if words & _SENTENCE:
        return False
    if key.startswith(_ENOUGH) or key.startswith("von unterwegs"):
        return True
    return bool(words & _APPS) or any(word.startswith(("iphone", "ipad")) for word in words)
