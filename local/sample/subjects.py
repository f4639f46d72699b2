"""Subject lines: the customer's own, empty ones, shouted ones, and the prefixes of replies."""

import re

from local.sample import formats
from local.sample.parts import Draft
from local.sample.plan import Channel
from local.sample.scene import Scene

_EMPTY, _GENERIC, _SHOUTED, _FORM, _FOLLOW_UP_WORDED, _REPLY_PREFIX = 0.03, 0.06, 0.025, 0.45, 0.15, 0.75
_STRAY_PREFIX = 0.02
_PREFIX = re.compile(r"^(?:(?:AW|WG|Re|RE|Fwd|FW):\s*)+")
_LONGEST_SHOUT = 60


def write_subject(scene: Scene, *, earlier: Draft | None, quoted: bool, forwarded: bool) -> str:
    """The subject of a mail.

    Args:
        scene: the mail's setting.
        earlier: the thread's mail before this one.
        quoted: whether the mail stands above a quoted reply.
        forwarded: whether that reply was forwarded rather than answered.
    """
    rng, phrases = scene.rng, scene.phrases
    sent_on = formats.day(scene.plan.received.date(), scene.plan.language, rng)
    own = scene.say(rng.choice(scene.texts.subject))
    if scene.plan.channel is Channel.FORM:
        return scene.furnish(rng.choice(phrases.form_subject)) if rng.random() < _FORM else own
    if earlier:
        before = without_prefix(earlier.subject) or own
        reworded = any(before.startswith(template.partition("{")[0]) for template in phrases.follow_up_subject)
        if rng.random() < _FOLLOW_UP_WORDED and not reworded:
            return rng.choice(phrases.follow_up_subject).format(subject=before)
        return _prefix(scene, forwarded=forwarded) + before
    if rng.random() < _EMPTY:
        return ""
    if rng.random() < _GENERIC:
        own = scene.say(rng.choice(phrases.generic_subject), sent_on=sent_on)
    if rng.random() < _SHOUTED and len(own) <= _LONGEST_SHOUT:
        own = own.upper()
    prefixed = rng.random() < (_REPLY_PREFIX if quoted else _STRAY_PREFIX)
    return _prefix(scene, forwarded=forwarded) + own if prefixed else own


def without_prefix(subject: str) -> str:
    """The subject without the prefixes of replies and forwards."""
    return _PREFIX.sub("", subject)


def _prefix(scene: Scene, *, forwarded: bool) -> str:
    german = scene.plan.language == "de"
    if forwarded:
        return "WG: " if german else scene.rng.choice(("Fwd: ", "FW: "))
    weights = (60, 25, 8, 7) if german else (12, 55, 3, 30)
    return scene.rng.choices(("AW: ", "Re: ", "AW: AW: ", "RE: "), weights=weights)[0]
