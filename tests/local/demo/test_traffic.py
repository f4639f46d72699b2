import pytest

from local.demo.loop.traffic import Traffic
from local.demo.plan import DemoError


def told(*answers: tuple[float, str], failed: int = 0) -> Traffic:
    traffic = Traffic(failed=failed)
    for at, version in answers:
        traffic.answer(version, at)
    return traffic


def test_each_version_is_told_with_the_mails_that_it_answered():
    traffic = told((0.0, "m-old"), (0.1, "m-old"), (0.2, "m-new"), failed=2)
    assert traffic.line() == "5 mails meanwhile: 2 by m-old, 1 by m-new, 2 failed"


def test_the_shift_is_told_second_by_second_and_leaves_out_seconds_without_a_mail():
    traffic = told((0.1, "m-old"), (0.9, "m-old"), (2.0, "m-old"), (2.5, "m-new"), (3.5, "m-new"))
    assert traffic.shift("m-new") == "share of m-new every 1 s, in %: 0 50 100"


def test_a_long_shift_is_told_in_sixteen_spans():
    traffic = told(*((float(second), "m-old" if second < 32 else "m-new") for second in range(64)))
    assert traffic.shift("m-new") == "share of m-new every 4 s, in %: " + "0 " * 8 + " ".join(["100"] * 8)


def test_a_shift_that_no_mail_saw_says_so():
    assert told().shift("m-new") == "no mail was answered meanwhile"


def test_a_canary_in_which_both_versions_answered_all_mails_is_as_it_should_be():
    told((0.0, "m-old"), (0.1, "m-new")).check({"m-old", "m-new"})


@pytest.mark.parametrize(
    ("traffic", "said"),
    [
        (told((0.0, "m-old"), (0.1, "m-new"), failed=2), "2 mails were not answered while the new version took over."),
        (
            told((0.0, "m-new"), (0.1, "m-new")),
            "Both versions had to answer mails in the canary, but it was: 2 mails meanwhile: 2 by m-new, 0 failed.",
        ),
        (
            told((0.0, "m-old"), (0.1, "m-new"), (0.2, "m-third")),
            "Both versions had to answer mails in the canary, but it was: "
            "3 mails meanwhile: 1 by m-old, 1 by m-new, 1 by m-third, 0 failed.",
        ),
        (told(), "Both versions had to answer mails in the canary, but it was: 0 mails meanwhile: 0 failed."),
        (
            Traffic(problem=ValueError("no such mail")),
            "The mails broke off while the new version took over: no such mail",
        ),
    ],
)
def test_a_canary_that_lost_a_mail_or_was_none_is_said(traffic: Traffic, said: str):
    with pytest.raises(DemoError) as raised:
        traffic.check({"m-old", "m-new"})
    assert str(raised.value) == said
