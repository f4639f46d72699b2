"""Counts and shares of whole months, as planned."""

from collections import Counter

import pytest

from local.sample.changes import label_of
from local.sample.families import Split
from local.sample.plan import Channel, MailPlan, Month, plan_month
from local.sample.sources import Sources

SEED, MAILS = 7, 2200


@pytest.fixture(scope="module")
def plans(sources: Sources, months: tuple[Month, ...]) -> dict[str, list[MailPlan]]:
    return {month.name: plan_month(month, sources.families, seed=SEED, mails=MAILS) for month in months}


def labels(plans: list[MailPlan], month: Month) -> Counter[str | None]:
    return Counter(label_of(plan.family.topic, month.taxonomy) for plan in plans)


def test_the_topics_are_imbalanced_and_the_rarest_has_eight_mails_or_more(
    plans: dict[str, list[MailPlan]],
    months: tuple[Month, ...],
) -> None:
    for month in months:
        counts = labels(plans[month.name], month)
        assert {label.id for label in month.taxonomy.active("topic")} == set(counts)
        assert min(counts.values()) >= 8
        assert max(counts.values()) >= 10 * min(counts.values())


def test_a_passkey_is_set_up_in_march_only_and_nobody_faxes_in_march(
    plans: dict[str, list[MailPlan]],
    months: tuple[Month, ...],
) -> None:
    january, february, march = (set(labels(plans[month.name], month)) for month in months)
    assert "passkey_setup" in march - january - february
    assert "fax_order" in (january & february) - march
    assert {"login_locked", "login_forgotten_password"} <= march - january - february
    assert "login_problem" in (january & february) - march


def test_four_fifths_are_german_three_in_a_hundred_mislabelled_four_make_two_requests(
    plans: dict[str, list[MailPlan]],
) -> None:
    for month in plans.values():
        assert 0.78 <= sum(plan.language == "de" for plan in month) / MAILS <= 0.82
        assert sum(plan.wrong_label for plan in month) == 0.03 * MAILS
        assert sum(plan.second_family is not None for plan in month) == 0.04 * MAILS
        assert 0.04 <= sum(plan.answers is not None for plan in month) / MAILS <= 0.06
        assert 0.06 <= sum(plan.channel is Channel.FORM for plan in month) / MAILS <= 0.11


def test_two_months_are_for_learning_and_the_third_for_testing(plans: dict[str, list[MailPlan]]) -> None:
    for name in ("2026-01", "2026-02"):
        uses = Counter(plan.family.use for plan in plans[name])
        assert uses[Split.TRAIN] / MAILS == pytest.approx(0.73, abs=0.01)
        assert uses[Split.VALIDATION] / MAILS == pytest.approx(0.12, abs=0.01)
        assert uses[Split.TEST] / MAILS == pytest.approx(0.15, abs=0.01)
    assert {plan.family.use for plan in plans["2026-03"]} == {Split.TEST}


def test_a_second_request_is_of_another_label_and_of_the_same_split(
    plans: dict[str, list[MailPlan]],
    months: tuple[Month, ...],
) -> None:
    for month in months:
        for plan in plans[month.name]:
            if plan.second_family:
                assert plan.second_family.use is plan.family.use
                second = label_of(plan.second_family.topic, month.taxonomy)
                assert second not in (None, label_of(plan.family.topic, month.taxonomy))


def test_a_thread_keeps_its_family_and_language_and_goes_forward_in_time(plans: dict[str, list[MailPlan]]) -> None:
    for month in plans.values():
        for plan in month:
            if plan.answers is None:
                assert plan.thread_start == plan.number
                continue
            before = month[plan.answers]
            assert (plan.family.id, plan.language, plan.thread_start) == (
                before.family.id,
                before.language,
                before.thread_start,
            )
            assert plan.received > before.received
            assert before.channel is Channel.MAIL


def test_mails_come_on_working_days_in_working_hours(
    plans: dict[str, list[MailPlan]],
    months: tuple[Month, ...],
) -> None:
    for month in months:
        received = [plan.received for plan in plans[month.name]]
        assert {moment.date() for moment in received} == set(month.working_days)
        assert all(moment.weekday() < 5 and 7 <= moment.hour < 20 for moment in received)


def test_fewer_mails_are_the_beginning_of_more(
    sources: Sources,
    months: tuple[Month, ...],
    plans: dict[str, list[MailPlan]],
) -> None:
    assert plan_month(months[0], sources.families, seed=SEED, mails=150) == plans["2026-01"][:150]


def test_another_seed_gives_other_mails(sources: Sources, months: tuple[Month, ...]) -> None:
    first, second = (plan_month(months[0], sources.families, seed=seed, mails=50) for seed in (1, 2))
    assert first != second
