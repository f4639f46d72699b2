"""How sloppily a customer types: typos, umlauts left out, no capitals; and what broken programs add."""

import random
import re
from dataclasses import dataclass

_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U", "ß": "ss"})
_WORD = re.compile(r"\b[^\W\d_]{5,}\b")
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pen:
    """A writer's habits: the share of longer words with a typo, the way to write umlauts, and capitals or none."""

    typo_share: float = 0.0
    umlauts: str = "kept"
    lower: bool = False

    def spell(self, text: str, rng: random.Random) -> str:
        """The text as this writer types it. Words with digits (numbers, ISINs) stay as they are, but for umlauts."""
        if self.lower:
            text = _TOKEN.sub(lambda match: match[0] if any(map(str.isdigit, match[0])) else match[0].lower(), text)
        if self.typo_share:
            text = _WORD.sub(lambda match: _typo(match[0], rng) if rng.random() < self.typo_share else match[0], text)
        return self.transliterate(text)

    def transliterate(self, text: str) -> str:
        """The text with this writer's umlauts."""
        table = {"ascii": _ASCII, "bare": _BARE}.get(self.umlauts)
        return text.translate(table) if table else text


def draw_pen(rng: random.Random, *, language: str, casual: bool) -> Pen:
    """Most write well; some do not; those who write casually do so oftener."""
    sloppy = rng.random() < (0.45 if casual else 0.16)
    umlauts = rng.choices(("kept", "ascii", "bare"), weights=(92, 6.5, 1.5))[0] if language == "de" else "kept"
    return Pen(
        typo_share=rng.choice((0.02, 0.04, 0.07)) if sloppy else 0.0,
        umlauts=umlauts,
        lower=rng.random() < (0.9 if casual else 0.03),
    )


def _typo(word: str, rng: random.Random) -> str:
    position = rng.randint(1, len(word) - 2)
    before, here, following, rest = word[:position], word[position], word[position + 1], word[position + 2 :]
    return rng.choice(
        (
            before + following + here + rest,
            before + following + rest,
            before + here + here + following + rest,
        )
    )


def mojibake(text: str) -> str:
    """UTF-8 read as Windows-1252, as broken gateways do it: ``für`` becomes ``fÃ¼r``.

    The five bytes that Windows-1252 leaves free become control characters, as in browsers (WHATWG encoding standard).
    """
    broken = []
    for byte in text.encode("utf-8"):
        try:
            broken.append(bytes((byte,)).decode("cp1252"))
        except UnicodeDecodeError:
            broken.append(chr(byte))
    return "".join(broken)
