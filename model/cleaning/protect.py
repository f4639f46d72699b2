"""What a weak rule may never take: the data by which an inquiry is handled."""

from __future__ import annotations

import re

# ISO 13616: country, two check digits, up to thirty letters and digits. Spaces are gone when this is tried.
_IBAN = re.compile(r"[a-z]{2}\d{2}[a-z0-9]{4}\d{7}")
_AMOUNT = re.compile(r"\d ?(?:€|eur\b|euro\b|chf\b|usd\b|gbp\b|\$)|(?:€|\$|£|\beur|\bchf) ?\d")
_DATE = re.compile(r"(?<!\d)\d{1,2}\. ?\d{1,2}\. ?\d{2,4}(?!\d)|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_NUMBER_LABEL = re.compile(
    r"(?:bestell|kunden|auftrags?|rechnungs?|vertrags?|versicherungs?|policen?|schaden|depot|konto|mitglieds?"
    r"|vorgangs?|ticket|fall|sendungs?|serien|referenz|buchungs?|reklamations?|vertragskonto|zähler)"
    r"[- ]?(?:nummer|nr\b|id\b)|aktenzeichen|geschäftszeichen"
    r"|(?:order|customer|invoice|account|contract|policy|claim|ticket|case|booking|tracking|reference|client|member)"
    r" ?(?:number|no\b|id\b|#|nr)"
)
_DIGIT = re.compile(r"\d")


def has_iban(key: str) -> bool:
    """Whether the case-folded line holds something shaped like an IBAN."""
    if not _DIGIT.search(key):
        return False
    return bool(_IBAN.search(key.replace(" ", "")))


def is_customer_data(key: str) -> bool:
    """Whether the line holds an IBAN, an amount, a date, or a labelled order, customer or contract number."""
    if not _DIGIT.search(key):
        return False
    return bool(has_iban(key) or _NUMBER_LABEL.search(key) or _AMOUNT.search(key) or _DATE.search(key))
