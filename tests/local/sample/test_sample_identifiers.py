"""Check digits of the invented numbers."""

import random

import pytest

from local.sample.identifiers import crm_id, german_iban, is_isin, isin_check_digit
from local.sample.sources import Sources


@pytest.mark.parametrize(
    ("body", "digit"),
    [("US037833100", "5"), ("DE000BASF11", "1"), ("GB000263494", "6")],
)
def test_the_check_digit_is_that_of_published_examples(body: str, digit: str) -> None:
    assert isin_check_digit(body) == digit


@pytest.mark.parametrize("text", ["DE000BASF112", "DE000BASF1", "de000basf111", "12000BASF111", ""])
def test_a_wrong_isin_is_told_from_a_right_one(text: str) -> None:
    assert is_isin("DE000BASF111")
    assert not is_isin(text)


def test_every_instrument_has_a_valid_isin_of_its_own_that_no_real_one_can_be(sources: Sources) -> None:
    isins = [instrument.isin for instrument in (*sources.tables.securities, *sources.tables.funds)]
    assert all(map(is_isin, isins))
    assert len(set(isins)) == len(isins)
    assert all("IO" in isin[2:] or "OI" in isin[2:] for isin in isins)


def test_an_iban_satisfies_its_checksum_at_a_bank_code_that_is_not_given_out() -> None:
    rng = random.Random(1)
    for _ in range(200):
        iban = german_iban(rng, spaced=True).replace(" ", "")
        assert len(iban) == 22
        assert int(iban[4:] + "1314" + iban[2:4]) % 97 == 1
        assert iban[4] == "9"


def test_a_case_id_has_eighteen_characters() -> None:
    assert crm_id("00" * 32) == "500000000000000000"
    assert len(crm_id("f3" * 32)) == 18
