"""The price table."""

from pathlib import Path

import pytest

from local.infra.cost.prices import DEFAULT_FILE, PriceError, load_prices

GOOD = """
region = "eu-central-1"
[assumptions]
mails_per_day = 2000
[price.kms-key]
usd = 1.0
per = "key and month"
date = 2026-11-23
source = "https://aws.amazon.com/kms/pricing/"
checked = true
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "prices.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_table_that_is_shipped_is_sound_and_dated():
    table = load_prices(DEFAULT_FILE)
    assert table.region == "eu-central-1"
    assert min(price.usd for price in table.prices.values()) > 0


def test_an_assumption_can_be_replaced_and_the_others_stay(tmp_path):
    table = load_prices(written(tmp_path, GOOD)).with_assumptions(["mails_per_day=5000"])
    assert table.assumptions == {"mails_per_day": 5000.0}


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("mail_per_day=5", r"There is no assumption 'mail_per_day'; there are: mails_per_day\."),
        ("mails_per_day=many", r"The assumption mails_per_day must be a number from zero up, not 'many'\."),
        ("mails_per_day=-1", r"The assumption mails_per_day must be a number from zero up, not '-1'\."),
        ("mails_per_day", r"The assumption mails_per_day must be a number from zero up, not ''\."),
    ],
)
def test_an_unusable_assumption_is_refused(tmp_path, setting: str, sentence: str):
    with pytest.raises(PriceError, match=f"^{sentence}$"):
        load_prices(written(tmp_path, GOOD)).with_assumptions([setting])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("usd = 1.0", "usd = -1.0", "the price kms-key must be a number of US dollars from zero up"),
        ("checked = true", "", "the price kms-key must hold exactly checked, date, per, source, usd"),
        ("date = 2026-11-23", 'date = "lately"', "the date of the price kms-key must be a date such as 2026-11-23"),
        (
            "aws.amazon.com",
            "example.com",
            "the source of the price kms-key must be a page below https://aws.amazon.com",
        ),
        ('region = "eu-central-1"', "", "missing or unknown: region"),
        ("[assumptions]", "[assumptions", "is not TOML"),
    ],
)
def test_an_unsound_table_is_refused_with_what_is_wrong(tmp_path, old: str, new: str, sentence: str):
    with pytest.raises(PriceError, match=sentence):
        load_prices(written(tmp_path, GOOD.replace(old, new)))


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(PriceError, match=r"The price table .* cannot be read\.$"):
        load_prices(tmp_path / "none.toml")
