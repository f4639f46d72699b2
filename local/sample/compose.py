"""A plan becomes a draft: text, courtesies, signature, quotes."""

from local.sample import formats
from local.sample.courtesies import after_comma, closing, greeting
from local.sample.draws import maybe, rng_for, weighted
from local.sample.noise import draw_pen
from local.sample.parts import MESSAGE, Client, Draft, Parts, Quote, Text
from local.sample.persona import Persona
from local.sample.plan import Channel, MailPlan
from local.sample.quoting import choose_header, is_attribution, is_forwarded, quote_agent, quote_own
from local.sample.scene import Scene
from local.sample.sources import Sources
from local.sample.subjects import without_prefix, write_subject
from local.sample.values import draw_values
from local.sample.wording import write_text
from mailroom.message import BodyFormat

_FORMATS = {BodyFormat.TEXT: 0.46, BodyFormat.HTML: 0.43, BodyFormat.MIME: 0.11}
_FORM_FORMATS = {BodyFormat.TEXT: 0.75, BodyFormat.HTML: 0.25}
_SIGNATURE, _CASUAL_SIGNATURE, _IMPRESSUM, _DISCLAIMER = 0.25, 0.06, 0.45, 0.35
# Of those whom it may concern: footers of mails written on a phone, quotes above the answer in plain programs.
_PHONE_FOOTER, _VIRUS_FOOTER, _BANNER, _QUOTE, _INLINE_GREETING, _QUOTE_FIRST = 0.4, 0.04, 0.07, 0.2, 0.05, 0.35


def compose(
    plan: MailPlan,
    sources: Sources,
    persona: Persona,
    *,
    seed: int,
    earlier: tuple[MailPlan, Draft] | None,
) -> Draft:
    """Write a mail.

    Args:
        plan: what the mail is to be.
        sources: blocks, furniture and slot tables.
        persona: who writes; the same for all mails of a thread.
        seed: the sample's seed.
        earlier: plan and draft of the thread's mail before this one.
    """
    scene = _scene(plan, sources, persona, seed=seed)
    text = write_text(
        scene,
        answers=earlier[0] if earlier else None,
        used_request=earlier[1].text.request_number if earlier else None,
    )
    if plan.channel is Channel.FORM:
        return _form_draft(scene, text)
    signature, client = _signature_and_client(scene)
    body_format = weighted(scene.rng, _FORMATS)
    header = ""
    if earlier or scene.rng.random() < _QUOTE:
        header = choose_header(scene, body_format=body_format, client=client)
    subject = write_subject(
        scene,
        earlier=earlier[1] if earlier else None,
        quoted=bool(header),
        forwarded=is_forwarded(header),
    )
    quote = _quote(scene, sources, header, subject=subject, earlier=earlier) if header else None
    parts = _parts(scene, text, signature=signature, client=client, quote=quote, header=header)
    return Draft(subject=subject, parts=parts, text=_text_as_sent(text, parts), body_format=body_format, client=client)


def _scene(plan: MailPlan, sources: Sources, persona: Persona, *, seed: int) -> Scene:
    rng = rng_for(seed, plan.month, plan.number, "text")
    texts = plan.family.texts[plan.language]
    # What a thread is about, and how its writer types, does not change from mail to mail.
    values = draw_values(
        rng_for(seed, plan.month, plan.thread_start, "values"),
        sources.tables,
        persona,
        now=plan.thread_began,
        texts=" ".join((*texts.situation, *texts.request, *texts.detail)),
        topic=plan.family.topic,
    )
    pen_rng = rng_for(seed, plan.month, plan.thread_start, "pen")
    return Scene(
        plan=plan,
        persona=persona,
        rng=rng,
        values=values,
        furniture=sources.furniture[plan.language],
        pen=draw_pen(pen_rng, language=plan.language, casual=texts.is_casual),
        phrases=sources.tables.phrases[plan.language],
        agent=rng.choice(sources.tables.agents),
    )


def _form_draft(scene: Scene, text: Text) -> Draft:
    rng = scene.rng
    subject = write_subject(scene, earlier=None, quoted=False, forwarded=False)
    salutation = greeting(scene, answers_agent=False) if rng.random() < 0.5 else ""
    parts = Parts(
        greeting=salutation,
        paragraphs=_begun_after(scene, salutation, text.paragraphs),
        postscript=text.postscript,
        closing=closing(scene, signature="") if rng.random() < 0.45 else "",
    )
    return Draft(
        subject=subject,
        parts=parts,
        text=_text_as_sent(text, parts),
        body_format=weighted(rng, _FORM_FORMATS),
        client=rng.choice((Client.PLAIN, Client.PLAIN, Client.NEWSLETTER)),
        form=_form(scene, subject),
    )


def _form(scene: Scene, subject: str) -> str:
    template = scene.rng.choice(scene.furniture.form_template)
    sent_at = formats.stamp(scene.plan.received, scene.plan.language)
    return scene.furnish(template, message=MESSAGE, subject=subject, sent_at=sent_at)


def _signature_and_client(scene: Scene) -> tuple[str, Client]:
    rng = scene.rng
    if rng.random() < (_CASUAL_SIGNATURE if scene.is_casual else _SIGNATURE):
        client = weighted(rng, {Client.OUTLOOK: 0.65, Client.PLAIN: 0.2, Client.WEBMAIL: 0.15})
        return scene.furnish(rng.choice(scene.furniture.signature)), client
    shares = {Client.OUTLOOK: 0.25, Client.GMAIL: 0.25, Client.APPLE: 0.15, Client.WEBMAIL: 0.2, Client.PLAIN: 0.15}
    return "", weighted(rng, shares)


def _parts(scene: Scene, text: Text, *, signature: str, client: Client, quote: Quote | None, header: str) -> Parts:
    rng = scene.rng
    salutation = greeting(scene, answers_agent=quote is not None)
    paragraphs = _begun_after(scene, salutation, text.paragraphs)
    if salutation and rng.random() < _INLINE_GREETING:
        salutation, paragraphs = "", (f"{salutation} {paragraphs[0]}", *paragraphs[1:])
    return Parts(
        banner=_maybe_furnish(scene, _BANNER, scene.furniture.external_banner),
        greeting=salutation,
        paragraphs=paragraphs,
        closing=closing(scene, signature=signature),
        postscript=text.postscript,
        signature=signature,
        legal=_legal(scene) if signature else (),
        footers=_footers(scene, client, signature=signature, header=header),
        quote=quote,
        quote_first=quote is not None and quote.attribution and client is Client.PLAIN and rng.random() < _QUOTE_FIRST,
    )


def _begun_after(scene: Scene, salutation: str, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    return (after_comma(salutation, paragraphs[0], language=scene.plan.language), *paragraphs[1:])


def _text_as_sent(text: Text, parts: Parts) -> Text:
    """The text's sentences as they stand in the parts: the first one may have lost its capital."""

    def sent(sentence: str) -> str:
        lowered = sentence[:1].lower() + sentence[1:]
        present = any(sentence in paragraph for paragraph in parts.paragraphs)
        return sentence if present else lowered

    return Text(
        paragraphs=parts.paragraphs,
        situation=sent(text.situation),
        request=sent(text.request),
        request_number=text.request_number,
        postscript=text.postscript,
    )


def _legal(scene: Scene) -> tuple[str, ...]:
    texts = (
        _maybe_furnish(scene, _IMPRESSUM, scene.furniture.impressum),
        _maybe_furnish(scene, _DISCLAIMER, scene.furniture.disclaimer),
    )
    return tuple(text for text in texts if text)


def _footers(scene: Scene, client: Client, *, signature: str, header: str) -> tuple[str, ...]:
    footers = []
    phone_client = client in (Client.GMAIL, Client.APPLE, Client.WEBMAIL)
    if phone_client and not signature and not header.startswith("--\n"):
        apple = scene.persona.device.startswith("iPhone")
        foreign = ("Android", "Samsung") if apple else ("iPhone", "iPad", "iOS")
        fitting = [text for text in scene.furniture.phone_footer if not any(word in text for word in foreign)]
        footers.append(_maybe_furnish(scene, _PHONE_FOOTER, fitting))
    footers.append(_maybe_furnish(scene, _VIRUS_FOOTER, scene.furniture.virus_footer))
    return tuple(text for text in footers if text)


def _maybe_furnish(scene: Scene, probability: float, options: tuple[str, ...] | list[str]) -> str:
    template = maybe(scene.rng, probability, options)
    return scene.furnish(template) if template else ""


def _quote(
    scene: Scene,
    sources: Sources,
    header: str,
    *,
    subject: str,
    earlier: tuple[MailPlan, Draft] | None,
) -> Quote:
    if not earlier:
        quoted_subject = without_prefix(subject) or scene.say(scene.rng.choice(scene.texts.subject))
        return quote_agent(scene, sources.tables, header, subject=quoted_subject, earlier=None, inner=None)
    plan, draft = earlier
    own = quote_own(scene, header, draft=draft, received=plan.received)
    if scene.rng.random() < 0.35 and not is_forwarded(header) and is_attribution(header) == own.attribution:
        return own
    quoted_subject = without_prefix(draft.subject)
    inner = own if scene.rng.random() < 0.7 else None
    return quote_agent(scene, sources.tables, header, subject=quoted_subject, earlier=plan.received, inner=inner)
