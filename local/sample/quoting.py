"""Earlier mails under a new one: the service's reply, and the customer's own mail before it."""

import re
from datetime import datetime, time, timedelta

from local.sample import formats
from local.sample.draws import rng_for
from local.sample.parts import Client, Draft, Quote
from local.sample.scene import Scene
from local.sample.slots import SlotTables
from local.sample.values import draw_values
from mailroom.message import BodyFormat

_SERVICE = "service@kundenpost.example"
_TRIES = 20
_FORWARDED = re.compile(r"eitergeleitet|orwarded")
_ATTRIBUTION_CLIENTS = frozenset({Client.GMAIL, Client.APPLE, Client.PLAIN})


def is_attribution(header: str) -> bool:
    """Whether a header is a line "Am … schrieb …:" rather than a block of fields."""
    return "schrieb" in header or "wrote" in header


def is_forwarded(header: str) -> bool:
    """Whether the header says that the mail was forwarded."""
    return bool(_FORWARDED.search(header))


def choose_header(scene: Scene, *, body_format: BodyFormat, client: Client) -> str:
    """A header template that the program may have written."""
    headers = list(scene.furniture.quote_header)
    if body_format is not BodyFormat.TEXT:
        # Only mails that are text throughout show a mark, a device's footer or a rule inside the header.
        headers = [header for header in headers if not header.startswith((">", "--\n"))]
        if client is not Client.WEBMAIL:
            wanted = client in _ATTRIBUTION_CLIENTS
            headers = [header for header in headers if is_attribution(header) == wanted]
    return scene.rng.choice(headers)


def quote_agent(
    scene: Scene,
    tables: SlotTables,
    header: str,
    *,
    subject: str,
    earlier: datetime | None,
    inner: Quote | None,
) -> Quote:
    """A reply of the service, of any topic: it tells nothing about this mail's label. ``earlier``: what it answers."""
    plan, persona = scene.plan, scene.persona
    rng = rng_for(plan.month, plan.number, persona.email, "reply")
    reply = rng.choice(scene.furniture.agent_reply)
    sent = _agent_wrote(scene, earlier)
    values = draw_values(rng, tables, persona, now=sent, texts=reply, topic="")
    title = "Sehr geehrte Frau" if persona.female else "Sehr geehrter Herr"
    reply = reply.replace("Sehr geehrte/r {sender}", f"{title} {{last_name}}")
    text = reply.format_map(
        {
            **values,
            "sender": persona.name,
            "last_name": persona.last_name,
            "agent": scene.agent.name,
        }
    )
    filled = scene.furnish(header, subject=subject, sent_at=formats.sent_at(sent, plan.language, header))
    return Quote(header=filled, text=text, attribution=is_attribution(header), inner=inner)


def quote_own(scene: Scene, header: str, *, draft: Draft, received: datetime) -> Quote:
    """The customer's own earlier mail, under a header of the same kind."""
    kind = is_attribution(header)
    plain = [
        other
        for other in scene.furniture.quote_header
        if is_attribution(other) == kind and not is_forwarded(other) and not other.startswith((">", "-"))
    ]
    template = scene.rng.choice(plain).replace(_SERVICE, scene.persona.email)
    service = "Kundenservice" if scene.plan.language == "de" else "Customer Service"
    filled = template.format(
        agent=scene.persona.name,
        sender=service,
        email=_SERVICE,
        subject=draft.subject,
        sent_at=formats.sent_at(received, scene.plan.language, template),
    )
    return Quote(header=filled, text="\n\n".join(draft.parts.written), attribution=kind)


def _agent_wrote(scene: Scene, earlier: datetime | None) -> datetime:
    """A moment of the service's hours, between the mail it answers and this one where there is such a moment."""
    rng, now = scene.rng, scene.plan.received
    since = earlier or now - timedelta(days=6)
    days = [now.date() - timedelta(days=back) for back in range((now.date() - since.date()).days + 1)]
    working = [day for day in days if day.weekday() < 5]
    for _ in range(_TRIES):
        moment = datetime.combine(rng.choice(working), time(rng.randint(8, 17), rng.randrange(60)))
        if since < moment < now:
            return moment
    return since + (now - since) / 2
