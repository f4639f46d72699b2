"""The language of a mail: sure where there is enough of it, never sure on a few words."""

import pytest

from mailroom.prediction import Language
from model.language import UNDETERMINED, detect_language

FRENCH = (
    "Bonjour, je voudrais changer mon adresse s'il vous plaît, car nous avons déménagé la semaine dernière. "
    "Merci beaucoup de votre aide et bonne journée à toute votre équipe."
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sehr geehrte Damen und Herren, ich bitte um Erstattung der Depotgebühr, die Sie mir belastet haben.", "de"),
        ("bitte übertragen sie mein depot von der bank", "de"),
        ("Could you please tell me when the dividend of last month will be credited to my account?", "en"),
        ("where is my money", "en"),
        (FRENCH, "fr"),
    ],
)
def test_the_language_is_told(text: str, code: str):
    assert detect_language(text).language.code == code


def test_a_paragraph_in_another_language_is_surely_foreign_and_a_few_words_are_not():
    assert detect_language(FRENCH).foreign > 0.9
    assert detect_language("adresse s'il vous plaît merci").foreign < 0.9
    assert detect_language(FRENCH, home=("fr",)).foreign < 0.1


def test_too_few_letters_tell_nothing_but_what_the_hint_says():
    assert detect_language("TAN 4711").language == UNDETERMINED
    assert detect_language("TAN 4711", hint="de-AT").language == Language(code="de", confidence=0.0)


def test_a_hint_decides_only_where_the_text_does_not():
    assert detect_language(FRENCH, hint="de").language.code == "fr"
