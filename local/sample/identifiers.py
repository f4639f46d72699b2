"""Numbers with check digits: invented, but formed as the real ones are."""

import random

_BANK_CODES = ("90030044", "91060012", "93075501", "95020087")
"""German bank codes begin with 1 to 8: no bank has one of these."""


def isin_check_digit(body: str) -> str:
    """The twelfth character of an ISIN for its first eleven (ISO 6166: Luhn over letters as two digits)."""
    digits = "".join(str(int(character, 36)) for character in body)
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def is_isin(text: str) -> bool:
    """Whether the text is an ISIN with a valid check digit."""
    formed = len(text) == 12 and text.isascii() and text.isalnum() and text == text.upper() and text[:2].isalpha()
    return formed and isin_check_digit(text[:11]) == text[11]


def german_iban(rng: random.Random, *, spaced: bool) -> str:
    """A German IBAN with valid check digits (ISO 13616) at a bank that does not exist."""
    account = rng.choice(_BANK_CODES) + f"{rng.randrange(10**7, 10**10):010d}"
    check = 98 - int(account + "131400") % 97  # D = 13, E = 14, then the empty check digits
    iban = f"DE{check:02d}{account}"
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4)) if spaced else iban


def crm_id(digest: str) -> str:
    """A case id as a CRM writes it, 18 characters, from a hexadecimal digest."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    number = int(digest[:24], 16)
    characters = []
    for _ in range(15):
        number, rest = divmod(number, 36)
        characters.append(alphabet[rest])
    return "500" + "".join(characters)
