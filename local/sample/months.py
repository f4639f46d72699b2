"""The three months, and the finished mails of each."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from local.sample.changes import label_of, march_taxonomy
from local.sample.compose import compose
from local.sample.draws import digest, rng_for
from local.sample.families import Split
from local.sample.identifiers import crm_id
from local.sample.layout_html import html_body
from local.sample.layout_mime import mime_body
from local.sample.layout_text import text_body
from local.sample.noise import mojibake
from local.sample.parts import Draft
from local.sample.persona import Persona, draw_persona
from local.sample.plan import Channel, MailPlan, Month, plan_month
from local.sample.sources import Sources
from mailroom.message import BodyFormat
from mailroom.taxonomy import Taxonomy

_LEARNING = {Split.TRAIN: 0.73, Split.VALIDATION: 0.12, Split.TEST: 0.15}
_ONLY_TEST = {Split.TEST: 1.0}
_MOJIBAKE = 0.01
# Berlin's clocks; written out because not every machine has a time zone database.
_SUMMER_BEGINS = datetime(2026, 3, 29, 3)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelPath:
    """The three labels of a mail."""

    line_of_business: str
    queue: str
    topic: str


@dataclass(frozen=True, kw_only=True)
class SampleMail:
    """One finished mail. ``labels`` are the export's, ``true_labels`` those before the wrong-label noise."""

    id: str
    plan: MailPlan
    persona: Persona
    draft: Draft
    subject: str
    body: str
    received_at: datetime
    thread_id: str | None
    labels: LabelPath
    true_labels: LabelPath
    second_topic: str | None


def sample_months(taxonomy: Taxonomy) -> tuple[Month, ...]:
    """January and February under the given taxonomy, March under its successor and with test families only."""
    return (
        Month(first_day=date(2026, 1, 1), taxonomy=taxonomy, splits=_LEARNING, holidays=(date(2026, 1, 1),)),
        Month(first_day=date(2026, 2, 1), taxonomy=taxonomy, splits=_LEARNING),
        Month(first_day=date(2026, 3, 1), taxonomy=march_taxonomy(taxonomy), splits=_ONLY_TEST),
    )


def month_mails(month: Month, sources: Sources, *, seed: int, mails: int) -> Iterator[SampleMail]:
    """The month's mails by number; a thread's mails come in the order they were written."""
    written: dict[int, tuple[MailPlan, Draft]] = {}
    paths = {topic: path_of(topic, month.taxonomy) for topic in sources.families if label_of(topic, month.taxonomy)}
    for plan in plan_month(month, sources.families, seed=seed, mails=mails):
        true_labels = paths[plan.family.topic]
        persona = draw_persona(
            rng_for(seed, month.name, plan.thread_start, "persona"),
            sources.tables,
            language=plan.language,
            line_of_business=true_labels.line_of_business,
        )
        earlier = written[plan.answers] if plan.answers is not None else None
        draft = compose(plan, sources, persona, seed=seed, earlier=earlier)
        written[plan.number] = (plan, draft)
        yield _finished(plan, draft, persona, sources, seed=seed, paths=paths)


def path_of(block_topic: str, taxonomy: Taxonomy) -> LabelPath:
    """The labels of a block's mails under a taxonomy."""
    topic = label_of(block_topic, taxonomy)
    if topic is None:
        raise ValueError(f"{block_topic} has no label in taxonomy {taxonomy.version}")
    queue = taxonomy.label("topic", topic).parents[0]
    return LabelPath(line_of_business=taxonomy.label("queue", queue).parents[0], queue=queue, topic=topic)


def _finished(
    plan: MailPlan,
    draft: Draft,
    persona: Persona,
    sources: Sources,
    *,
    seed: int,
    paths: Mapping[str, LabelPath],
) -> SampleMail:
    rng = rng_for(seed, plan.month, plan.number, "layout")
    key = digest(seed, plan.month, plan.number, "id")
    true_labels = paths[plan.family.topic]
    received_at = _utc(plan.received)
    body, subject = _body(draft, persona, sources, rng, received_at=received_at, key=key), draft.subject
    if draft.body_format is not BodyFormat.MIME and rng.random() < _MOJIBAKE:
        body, subject = mojibake(body), mojibake(subject)
    thread = digest(seed, plan.month, plan.thread_start, "thread")[:12]
    return SampleMail(
        id=crm_id(key),
        plan=plan,
        persona=persona,
        draft=draft,
        subject=subject,
        body=body,
        received_at=received_at,
        thread_id=f"thread-{thread}" if plan.channel is Channel.MAIL else None,
        labels=_wrong_path(true_labels, list(paths.values()), rng) if plan.wrong_label else true_labels,
        true_labels=true_labels,
        second_topic=paths[plan.second_family.topic].topic if plan.second_family else None,
    )


def _body(
    draft: Draft,
    persona: Persona,
    sources: Sources,
    rng: random.Random,
    *,
    received_at: datetime,
    key: str,
) -> str:
    match draft.body_format:
        case BodyFormat.TEXT:
            return text_body(draft, sources.html, rng)
        case BodyFormat.HTML:
            return html_body(draft, sources.html, rng)
        case BodyFormat.MIME:
            return mime_body(draft, persona, sources.html, rng, received_at=received_at, digest=key)


def _wrong_path(right: LabelPath, paths: list[LabelPath], rng: random.Random) -> LabelPath:
    """Another path, as a hurried agent picks it: mostly of the same queue, else of the same line of business."""
    others = [path for path in paths if path != right]
    same_queue = [path for path in others if path.queue == right.queue]
    same_line = [path for path in others if path.line_of_business == right.line_of_business and path not in same_queue]
    options = same_queue if rng.random() < 0.75 else same_line if rng.random() < 0.7 else others
    return rng.choice(options or others)


def _utc(local: datetime) -> datetime:
    offset = timedelta(hours=2 if local >= _SUMMER_BEGINS else 1)
    return local.replace(tzinfo=timezone(offset)).astimezone(UTC)
