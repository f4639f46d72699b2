"""The cleaner and the sample fit: what customers wrote survives, what they quoted goes."""

import re

import ftfy
import pytest

from local.sample.months import SampleMail
from local.sample.parts import Quote
from model.cleaning import core_text

pytestmark = pytest.mark.slow


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", ftfy.fix_text(text)).strip().casefold()


def quoted(mail: SampleMail) -> list[str]:
    texts: list[str] = []
    quote: Quote | None = mail.draft.parts.quote
    while quote:
        texts += quote.text.split("\n\n")
        quote = quote.inner
    own = plain(" ".join(mail.draft.parts.written))
    return [text for text in map(plain, texts) if len(text) > 25 and text not in own]


def test_the_cleaner_keeps_requests_and_drops_quoted_replies(mails: dict[str, list[SampleMail]]) -> None:
    chosen = mails["2026-01"][:150]
    cores = {mail.id: plain(core_text(mail.body, kind=mail.draft.body_format.value)) for mail in chosen}
    kept = [
        mail
        for mail in chosen
        if all(plain(text) in cores[mail.id] for text in (mail.draft.text.situation, mail.draft.text.request))
    ]
    answers = [mail for mail in chosen if mail.draft.parts.quote]
    clean = [mail for mail in answers if not any(text in cores[mail.id] for text in quoted(mail))]
    assert len(kept) >= 0.97 * len(chosen)
    assert len(clean) >= 0.97 * len(answers)
