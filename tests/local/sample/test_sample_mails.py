"""Finished mails: what stands in them and what must not."""

import re
from collections import Counter
from email import message_from_string
from email.policy import default

import pytest

from local.sample.families import Family, Split
from local.sample.months import SampleMail
from local.sample.parts import Quote
from local.sample.plan import Month
from local.sample.sources import Sources
from mailroom.message import BodyFormat

Mails = dict[str, list[SampleMail]]
SLOT = re.compile(r"\{[a-z_]+\}")


def everything(mails: Mails) -> list[SampleMail]:
    return [mail for month in mails.values() for mail in month]


def visible(mail: SampleMail) -> str:
    """All texts of a mail before it is laid out, quotes included."""
    texts = [mail.subject, *mail.draft.parts.written, *mail.draft.parts.tail, mail.draft.parts.banner]
    quote: Quote | None = mail.draft.parts.quote
    while quote:
        texts += [quote.header, quote.text]
        quote = quote.inner
    return "\n".join(texts)


def fragments(family: Family) -> set[str]:
    """The longer stretches between the slots of a family's texts."""
    texts = [text for block in family.texts.values() for text in (*block.situation, *block.request, *block.detail)]
    return {part.strip().lower() for text in texts for part in SLOT.split(text) if len(part.strip()) >= 25}


def test_no_slot_is_left_unfilled(mails: Mails) -> None:
    for mail in everything(mails):
        assert not SLOT.search(visible(mail)), mail.id
        assert not SLOT.search(mail.body), mail.id


@pytest.mark.slow
def test_no_text_of_a_test_family_stands_in_a_mail_of_another_split(mails: Mails, sources: Sources) -> None:
    families = [family for group in sources.families.values() for family in group]
    tested = set().union(*(fragments(family) for family in families if family.use is Split.TEST))
    learnt = set().union(*(fragments(family) for family in families if family.use is not Split.TEST))
    for mail in everything(mails):
        foreign = learnt if mail.plan.family.use is Split.TEST else tested
        text = visible(mail).lower()
        assert not [part for part in foreign if part in text], mail.id


def test_the_labels_are_a_path_of_active_labels(mails: Mails, months: tuple[Month, ...]) -> None:
    for month in months:
        active = {task: {label.id for label in month.taxonomy.active(task)} for task in month.taxonomy.tasks}
        for mail in mails[month.name]:
            for path in (mail.labels, mail.true_labels):
                labels = {"line_of_business": path.line_of_business, "queue": path.queue, "topic": path.topic}
                assert month.taxonomy.is_path(labels)
                assert all(labels[task] in active[task] for task in labels)


def test_a_wrong_label_is_wrong_mostly_within_the_queue_and_the_others_are_right(mails: Mails) -> None:
    wrong = [mail for mail in everything(mails) if mail.plan.wrong_label]
    assert len(wrong) == 27
    assert all(mail.labels.topic != mail.true_labels.topic for mail in wrong)
    assert sum(mail.labels.queue == mail.true_labels.queue for mail in wrong) > len(wrong) / 2
    assert all(mail.labels == mail.true_labels for mail in everything(mails) if not mail.plan.wrong_label)


def test_all_three_formats_occur_and_their_bodies_are_whole(mails: Mails) -> None:
    counts = Counter(mail.draft.body_format for mail in everything(mails))
    total = counts.total()
    assert 0.40 <= counts[BodyFormat.TEXT] / total <= 0.55
    assert 0.35 <= counts[BodyFormat.HTML] / total <= 0.50
    assert 0.06 <= counts[BodyFormat.MIME] / total <= 0.15
    for mail in everything(mails):
        if mail.draft.body_format is BodyFormat.HTML:
            assert mail.body.count("<blockquote") == mail.body.count("</blockquote>")
            assert mail.body.count("<div") == mail.body.count("</div>")
            assert mail.body.count("<body") == mail.body.count("</body>") <= 1


def test_a_mime_mail_is_ascii_and_reads_back_with_the_same_subject_and_text(mails: Mails) -> None:
    for mail in everything(mails):
        if mail.draft.body_format is not BodyFormat.MIME:
            continue
        assert mail.body.isascii()
        message = message_from_string(mail.body, policy=default)
        assert not message.defects
        assert message["Subject"] == mail.subject
        part = message.get_body(preferencelist=("plain", "html"))
        assert part is not None
        text = " ".join(re.sub(r"<[^>]*>", " ", part.get_content()).split())
        assert part.get_content_type() == "text/html" or " ".join(mail.draft.text.request.split()) in text


def test_a_mail_says_situation_and_request_once_and_in_the_customers_spelling(mails: Mails) -> None:
    for mail in everything(mails):
        text = "\n".join(mail.draft.parts.paragraphs)
        assert mail.draft.text.situation in text
        assert text.count(mail.draft.text.request) == 1


def test_a_thread_has_one_writer(mails: Mails) -> None:
    threads: dict[str, set[tuple[str, str]]] = {}
    for mail in everything(mails):
        if mail.thread_id:
            threads.setdefault(mail.thread_id, set()).add((mail.persona.email, mail.persona.depot_no))
    assert all(len(writers) == 1 for writers in threads.values())


def test_a_thread_stays_within_one_split_and_one_true_topic(mails: Mails) -> None:
    threads: dict[str, list[SampleMail]] = {}
    for mail in everything(mails):
        if mail.thread_id:
            threads.setdefault(mail.thread_id, []).append(mail)
    longer = [thread for thread in threads.values() if len(thread) > 1]
    assert longer
    for thread in longer:
        assert len({(mail.plan.family.use, mail.true_labels) for mail in thread}) == 1


def test_a_follow_up_quotes_an_earlier_mail_and_wears_a_subject(mails: Mails) -> None:
    for mail in everything(mails):
        if mail.plan.answers is not None:
            assert mail.draft.parts.quote
            assert mail.subject


def test_a_contact_form_has_neither_thread_nor_quote_nor_signature(mails: Mails) -> None:
    forms = [mail for mail in everything(mails) if mail.draft.form]
    assert forms
    for mail in forms:
        assert mail.thread_id is None
        assert (mail.draft.parts.quote, mail.draft.parts.signature) == (None, "")


def test_custodian_banks_are_none_one_or_two_different_ones(mails: Mails, sources: Sources) -> None:
    counts = Counter(len(mail.persona.custodian_banks) for mail in everything(mails))
    assert set(counts) == {0, 1, 2}
    for mail in everything(mails):
        banks = mail.persona.custodian_banks
        assert len(set(banks)) == len(banks)
        assert set(banks) <= set(sources.tables.custodian_banks)


@pytest.mark.parametrize(
    ("share", "least", "most"),
    [("empty", 0.01, 0.05), ("prefixed", 0.1, 0.35), ("mojibake", 0.002, 0.02)],
)
def test_the_mails_are_as_untidy_as_wanted(mails: Mails, share: str, least: float, most: float) -> None:
    tests = {
        "empty": lambda mail: not mail.subject,
        "prefixed": lambda mail: mail.subject.startswith(("AW:", "WG:", "Re:", "RE:", "Fwd:", "FW:")),
        "mojibake": lambda mail: "Ã" in mail.body,
    }
    found = sum(map(tests[share], everything(mails)))
    assert least <= found / len(everything(mails)) <= most


def test_every_id_is_used_once(mails: Mails) -> None:
    ids = [mail.id for mail in everything(mails)]
    assert len(set(ids)) == len(ids)
