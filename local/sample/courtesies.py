"""Greeting and closing, as this customer would write them."""

import re

from local.sample.scene import Scene

_NO_GREETING, _NO_CLOSING = 0.06, 0.07
_CASUAL_NO_GREETING, _CASUAL_NO_CLOSING = 0.4, 0.45
_SHORT_GREETING, _SHORT_CLOSING = 12, 16
_BY_NAME = 0.5
# Words that begin a sentence and are no nouns: after a greeting's comma they are written small in German.
_SMALL_WORDS = frozenset(
    {
        "ich",
        "am",
        "seit",
        "bitte",
        "nach",
        "im",
        "in",
        "mein",
        "meine",
        "meinen",
        "wir",
        "bei",
        "hiermit",
        "leider",
        "können",
        "könnten",
        "könnte",
        "heute",
        "gestern",
        "auf",
        "für",
        "es",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "wie",
        "warum",
        "wann",
        "was",
        "wo",
        "gibt",
        "hätte",
        "habe",
        "haben",
        "mit",
        "zu",
        "zum",
        "zur",
        "als",
        "da",
        "wegen",
        "vor",
        "von",
        "unser",
        "unsere",
        "auch",
        "nun",
        "an",
        "aus",
        "beim",
        "laut",
        "letzte",
        "letzten",
        "diese",
        "dieser",
        "dieses",
        "jetzt",
        "wenn",
        "weil",
        "ein",
        "eine",
        "einen",
        "ist",
        "sind",
        "war",
        "wird",
        "kann",
        "um",
        "durch",
        "ohne",
        "hier",
        "dort",
        "so",
        "nachdem",
        "obwohl",
        "trotz",
        "beide",
        "alle",
        "jedes",
        "jede",
        "jeden",
        "anbei",
        "unter",
        "über",
        "zwischen",
        "erst",
        "gleich",
        "schon",
        "ab",
        "bis",
        "damit",
        "dass",
        "darf",
        "dürfte",
        "wäre",
        "würden",
        "welche",
        "welcher",
        "welches",
        "während",
        "seither",
        "sollte",
        "sowohl",
        "soll",
        "sagen",
        "schicken",
        "senden",
        "teilen",
        "nennen",
        "erklären",
        "prüfen",
        "stellen",
        "veranlassen",
        "sorgen",
        "leiten",
        "tragen",
        "richten",
    }
)


def greeting(scene: Scene, *, answers_agent: bool) -> str:
    """A greeting, or nothing; one with a name only to an agent who has written before."""
    rng = scene.rng
    if rng.random() < (_CASUAL_NO_GREETING if scene.is_casual else _NO_GREETING):
        return ""
    by_name = answers_agent and rng.random() < _BY_NAME
    options = [text for text in scene.furniture.greeting if ("{agent}" in text) == by_name]
    if scene.is_casual:
        options = [text for text in options if len(text) <= _SHORT_GREETING] or options
    template = rng.choice(options)
    if not by_name:
        return scene.pen.transliterate(template)
    return scene.pen.transliterate(_to_agent(scene, template))


def _to_agent(scene: Scene, template: str) -> str:
    agent = scene.agent
    if scene.plan.language == "de":
        template = template.replace("geehrte/r", "geehrte" if agent.female else "geehrter")
        return template.format(agent=f"{'Frau' if agent.female else 'Herr'} {agent.last_name}")
    if template.startswith("Dear"):
        return template.format(agent=f"{'Ms' if agent.female else 'Mr'} {agent.last_name}")
    return template.format(agent=agent.first_name)


def after_comma(greeting_text: str, first: str, *, language: str) -> str:
    """The first sentence, begun with a small letter where German does so after a greeting's comma."""
    word = re.match(r"\w+", first)
    if language == "de" and greeting_text.endswith(",") and word and word[0].lower() in _SMALL_WORDS:
        return first[0].lower() + first[1:]
    return first


def closing(scene: Scene, *, signature: str) -> str:
    """A sign-off, or nothing. Above a signature that begins with the name it leaves the name out."""
    rng = scene.rng
    options = list(scene.furniture.closing)
    if signature:
        options = [text for text in options if "\n" in text and "{street}" not in text]
    elif rng.random() < (_CASUAL_NO_CLOSING if scene.is_casual else _NO_CLOSING):
        return ""
    elif scene.is_casual:
        options = [text for text in options if len(text.split("\n")[0]) <= _SHORT_CLOSING] or options
    template = rng.choice(options).replace("aus {city}", "aus {town}")
    if signature and not signature.startswith("--"):
        template = template.split("\n")[0]
    return scene.pen.transliterate(scene.furnish(template, town=scene.persona.town))
