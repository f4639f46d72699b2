"""Which language a mail is in: Resiliparse's fast detector, with a confidence made from its distances."""

import math

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
_NO_CUTOFF = 1 << 30
_MAX_CHARACTERS = 2_000
_MIN_LETTERS = 12


def detect_language(text: str, *, hint: str | None = None) -> Language:
    """The language of a cleaned text.

    Below 12 letters nothing can be told: the hint's language with confidence 0, or UNDETERMINED. A hint ("de", "de-AT")
    wins over the detector only where that is in doubt between the two.
    """
    hinted = (hint or "").split("-")[0].split("_")[0].lower()
    sample = text[:_MAX_CHARACTERS]
    if sum(character.isalpha() for character in sample) < _MIN_LETTERS:
        return Language(code=hinted, confidence=0.0) if hinted in CANDIDATES else UNDETERMINED
    found = detect_fast(sample, cutoff=_NO_CUTOFF, n_results=len(CANDIDATES), langs=list(CANDIDATES))
    if not found:
        return UNDETERMINED
    nearest = found[0][1]
    weights = {code: math.exp((nearest - distance) / _SCALE) for code, distance in found}
    total = sum(weights.values())
    code = found[0][0]
    if hinted in weights and weights[hinted] > 0.2:
        code = hinted
    return Language(code=code, confidence=weights[code] / total)
