"""What each mail of a month will be, before a word is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from local.sample.changes import label_of
from local.sample.draws import Rota, among_hundred, rng_for, weighted
from local.sample.families import Families, Family, Split
from local.sample.frequency import topic_weights
from mailroom.taxonomy import Taxonomy

GERMAN, FOLLOW_UPS, TWO_REQUESTS, WRONG_LABELS = 80, 6, 4, 3
"""Of a hundred mails."""
_FORMS = 0.09
_LONGEST_THREAD = 3
_HOURS = {7: 2, 8: 7, 9: 11, 10: 12, 11: 11, 12: 8, 13: 8, 14: 9, 15: 9, 16: 8, 17: 7, 18: 5, 19: 3}


class Channel(StrEnum):
    """How the mail came."""

    MAIL = "mail"
    FORM = "form"


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month's rules: its taxonomy, and the splits with their shares."""

    first_day: date
    taxonomy: Taxonomy
    splits: Mapping[Split, float]
    holidays: tuple[date, ...] = ()

    @property
    def name(self) -> str:
        """As ``2026-01``."""
        return f"{self.first_day:%Y-%m}"

    @property
    def working_days(self) -> list[date]:
        """Monday to Friday, but for holidays."""
        days = [self.first_day + timedelta(days=offset) for offset in range(31)]
        return [
            day for day in days if day.month == self.first_day.month and day.weekday() < 5 and day not in self.holidays
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class MailPlan:
    """One mail's facts.

    ``thread_start`` is the number of the thread's first mail, ``answers`` that of the one before. ``received`` is local
    time. ``second_family`` is the one that a second request in the same mail comes from.
    """

    month: str
    number: int
    family: Family
    language: str
    channel: Channel
    received: datetime
    thread_start: int
    thread_began: datetime
    answers: int | None
    second_family: Family | None
    wrong_label: bool


@dataclass(kw_only=True)
class _Thread:
    last: MailPlan
    day: int
    mails: int


def plan_month(month: Month, families: Families, *, seed: int, mails: int) -> list[MailPlan]:
    """The plans of the month's mails, by number.

    A smaller number of mails gives the beginning of a greater one: each plan depends on its number and on earlier ones.
    """
    topics = [topic for topic in families if label_of(topic, month.taxonomy)]
    weights = topic_weights(topics, month.name)
    topic_rota = Rota(weights, rng_for(seed, month.name, "topics"))
    split_rotas = {topic: Rota({str(split): share for split, share in month.splits.items()}) for topic in topics}
    open_threads: dict[tuple[str, Split], list[_Thread]] = {}
    days = month.working_days
    plans = []
    for number in range(mails):
        topic = topic_rota.next()
        split = Split(split_rotas[topic].next())
        threads = open_threads.setdefault((topic, split), [])
        plan, day = _plan(month, families, weights, threads, days, seed=seed, number=number, topic=topic, split=split)
        _remember(threads, plan, day)
        plans.append(plan)
    return plans


def _plan(
    month: Month,
    families: Families,
    weights: Mapping[str, float],
    threads: list[_Thread],
    days: list[date],
    *,
    seed: int,
    number: int,
    topic: str,
    split: Split,
) -> tuple[MailPlan, int]:
    rng = rng_for(seed, month.name, number, "plan")
    gap = rng.randint(1, 4)
    waiting = [thread for thread in threads if thread.day + gap < len(days)]
    answered = None
    if waiting and among_hundred(FOLLOW_UPS, number, seed, month.name, "follow-ups"):
        answered = rng.choice(waiting)
    day = answered.day + gap if answered else rng.randrange(len(days))
    fitting = [family for family in families[topic] if family.use is split]
    second = None
    if among_hundred(TWO_REQUESTS, number, seed, month.name, "two requests"):
        own_label = label_of(topic, month.taxonomy)
        others = {other: weight for other, weight in weights.items() if label_of(other, month.taxonomy) != own_label}
        second = rng.choice([family for family in families[weighted(rng, others)] if family.use is split])
    first = answered.last if answered else None
    german = among_hundred(GERMAN, number, seed, month.name, "German")
    received = datetime.combine(days[day], time(weighted(rng, _HOURS), rng.randrange(60), rng.randrange(60)))
    return MailPlan(
        month=month.name,
        number=number,
        family=first.family if first else rng.choice(fitting),
        language=first.language if first else ("de" if german else "en"),
        channel=Channel.FORM if not first and rng.random() < _FORMS else Channel.MAIL,
        received=received,
        thread_start=first.thread_start if first else number,
        thread_began=first.thread_began if first else received,
        answers=first.number if first else None,
        second_family=second,
        wrong_label=among_hundred(WRONG_LABELS, number, seed, month.name, "wrong labels"),
    ), day


def _remember(threads: list[_Thread], plan: MailPlan, day: int) -> None:
    """Keep the thread open for a follow-up, unless it is long enough or a form, to which nobody replies."""
    for thread in threads:
        if thread.last.number == plan.answers:
            thread.last, thread.day, thread.mails = plan, day, thread.mails + 1
            if thread.mails >= _LONGEST_THREAD:
                threads.remove(thread)
            return
    if plan.channel is Channel.MAIL:
        threads.append(_Thread(last=plan, day=day, mails=1))
