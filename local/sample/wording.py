"""The customer's own text: situation, request and detail in some order, and what people say around them."""

import random
import re

from local.sample import formats
from local.sample.parts import Text
from local.sample.plan import MailPlan
from local.sample.scene import Scene

_ORDERS = {
    ("situation", "request", "detail"): 46,
    ("situation", "detail", "request"): 14,
    ("request", "situation", "detail"): 10,
    ("situation", "request"): 22,
    ("request", "situation"): 4,
    ("detail", "situation", "request"): 4,
}
_FOLLOW_UP_ORDERS = {("situation", "request"): 50, ("request", "detail"): 15, ("situation", "request", "detail"): 35}
_SMALL_TALK, _URGENCY, _THANKS, _CUSTODIAN, _REMINDER = 0.11, 0.1, 0.42, 0.15, 0.85
# Wishes and apologies that end a mail rather than begin it.
_FAREWELL = re.compile(r"Wochenende|lange Mail|weekend|Feiertage", re.IGNORECASE)
_GRAVE_TOPICS = frozenset({"bereavement"})
_ENDS = ".!?:…"
_QUOTES = "“”’‘\"')"


def write_text(scene: Scene, *, answers: MailPlan | None, used_request: int | None) -> Text:
    """What the customer has to say.

    Args:
        scene: the mail's setting.
        answers: the plan of the earlier mail of the thread, if there is one.
        used_request: which request that earlier mail made; this one words it otherwise.
    """
    rng, texts = scene.rng, scene.texts
    numbers = [number for number in range(len(texts.request)) if number != used_request]
    request_number = rng.choice(numbers or [0])
    said = {
        "situation": scene.say(rng.choice(texts.situation)),
        "request": scene.say(texts.request[request_number]),
        "detail": scene.say(rng.choice(texts.detail)),
    }
    orders = _FOLLOW_UP_ORDERS if answers else _ORDERS
    order = rng.choices(list(orders), weights=list(orders.values()))[0]
    sentences = [said[role] for role in order]
    if scene.persona.custodian_banks and rng.random() < _CUSTODIAN:
        mention = rng.choice(scene.phrases.custodian_mention)
        sentences.append(scene.say(mention, custodian=scene.persona.custodian_banks[0]))
    opening, end = _opening(scene, answers), _end(scene)
    if any(_FAREWELL.search(sentence) for sentence in opening):
        opening, end = [], [*end, *opening]
    paragraphs = _paragraphs([*opening, *sentences, *end], rng, casual=scene.is_casual)
    postscript = ""
    if scene.plan.second_family:
        second = _second_request(scene)
        if second.upper().startswith("PS"):
            postscript = second
        else:
            paragraphs.insert(len(paragraphs) - (1 if end and len(paragraphs) > 1 else 0), second)
    return Text(
        paragraphs=tuple(paragraphs),
        situation=said["situation"] if "situation" in order else "",
        request=said["request"],
        request_number=request_number,
        postscript=postscript,
    )


def _opening(scene: Scene, answers: MailPlan | None) -> list[str]:
    if answers:
        if scene.rng.random() >= _REMINDER:
            return []
        sent_on = formats.day(answers.received.date(), scene.plan.language, scene.rng)
        return [scene.say(scene.rng.choice(scene.phrases.reminder), sent_on=sent_on)]
    if scene.plan.family.topic not in _GRAVE_TOPICS and scene.rng.random() < _SMALL_TALK:
        return [scene.say(scene.rng.choice(scene.furniture.small_talk))]
    return []


def _end(scene: Scene) -> list[str]:
    end = []
    if scene.rng.random() < _URGENCY:
        end.append(_furnished(scene, scene.furniture.urgency))
    if scene.rng.random() < _THANKS:
        end.append(_furnished(scene, scene.furniture.thanks))
    return end


def _furnished(scene: Scene, options: tuple[str, ...]) -> str:
    return scene.pen.spell(scene.furnish(scene.rng.choice(options)), scene.rng)


def _second_request(scene: Scene) -> str:
    family = scene.plan.second_family
    if family is None:
        return ""
    texts = family.texts[scene.plan.language]
    said = [scene.furniture.second_request_joiner, texts.situation, texts.request]
    return _run_on([scene.say(scene.rng.choice(options)) for options in said], scene.rng, casual=False)


def _paragraphs(sentences: list[str], rng: random.Random, *, casual: bool) -> list[str]:
    """One paragraph, one per sentence, or something between."""
    habit = rng.random()
    if habit < 0.35 or len(sentences) < 2:
        return [_run_on(sentences, rng, casual=casual)]
    if habit < 0.6:
        return list(sentences)
    cut = rng.randint(1, len(sentences) - 1)
    return [_run_on(sentences[:cut], rng, casual=casual), _run_on(sentences[cut:], rng, casual=casual)]


def _run_on(sentences: list[str], rng: random.Random, *, casual: bool) -> str:
    text = sentences[0]
    for sentence in sentences[1:]:
        ended = text.rstrip(_QUOTES)[-1:] in _ENDS
        joint = " " if ended else rng.choice(("\n", ", ", ". ")) if casual else ". "
        text += joint + sentence
    return text
