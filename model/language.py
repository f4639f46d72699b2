"""Which language a mail is in: Resiliparse's fast detector, with a confidence made from its distances."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from resiliparse.parse.lang import detect_fast

from mailroom.prediction import Language

# The detector returns the distance of the text's byte n-gram profile from each language's: smaller is nearer. The
# languages that a European client service meets; more candidates only make short texts less certain.
CANDIDATES = (
    "de",
    "en",
    "fr",
    "it",
    "es",
    "pt",
    "nl",
    "pl",
    "cs",
    "sk",
    "hu",
    "ro",
    "bg",
    "hr",
    "sl",
    "da",
    "sv",
    "no",
    "fi",
    "el",
    "tr",
    "ru",
    "uk",
    "et",
    "lv",
    "lt",
    "ar",
)
UNDETERMINED = Language(code="und", confidence=0.0)  # ISO 639-2's code for it

# Distance at which a language is e times less likely. Between related languages (German and Dutch) a sentence's
# distances differ by a few points, between others by thirty and more.
_SCALE = 12.0
# A client service's mails are in the languages it serves unless much speaks against it: the head start that these get.
# Without it one of eight English one-liners was taken for another language.
_HEAD_START = 25.0
_NO_CUTOFF = 1 << 30
_MAX_CHARACTERS = 2_000
_MIN_LETTERS = 12
# With fewer letters no language is certain.
_SURE_FROM_LETTERS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Detected:
    """The likeliest language, and how sure it is (0 to 1) that the text is in none of the expected ones.

    A French text may be taken for a Spanish one in part, and be surely neither German nor English all the same.
    """

    language: Language
    foreign: float


def detect_language(text: str, *, hint: str | None = None, home: Sequence[str] = ("de", "en")) -> Detected:
    """The language of a cleaned text; ``home`` are the languages to be expected.

    Below 12 letters nothing can be told: the hint's language with confidence 0, or UNDETERMINED. A hint ("de", "de-AT")
    wins over the detector only where that is in doubt between the two.
    """
    hinted = (hint or "").split("-")[0].split("_")[0].lower()
    sample = text[:_MAX_CHARACTERS]
    letters = sum(character.isalpha() for character in sample)
    if letters < _MIN_LETTERS:
        known = Language(code=hinted, confidence=0.0) if hinted in CANDIDATES else UNDETERMINED
        return Detected(language=known, foreign=0.0)
    found = detect_fast(sample, cutoff=_NO_CUTOFF, n_results=len(CANDIDATES), langs=list(CANDIDATES))
    if not found:
        return Detected(language=UNDETERMINED, foreign=0.0)
    distances = {code: distance - _HEAD_START * (code in home) for code, distance in found}
    nearest = min(distances.values())
    weights = {code: math.exp((nearest - distance) / _SCALE) for code, distance in distances.items()}
    total = sum(weights.values())
    sure = min(1.0, letters / _SURE_FROM_LETTERS)
    code = max(weights, key=lambda one: weights[one])
    if weights.get(hinted, 0.0) > 0.2:
        code = hinted
    return Detected(
        language=Language(code=code, confidence=weights[code] / total * sure),
        foreign=(1.0 - sum(weights.get(one, 0.0) for one in home) / total) * sure,
    )
