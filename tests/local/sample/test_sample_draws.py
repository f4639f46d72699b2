"""Draws that keep their shares and depend on nothing drawn before."""

from collections import Counter

from local.sample.draws import Rota, among_hundred, rng_for


def test_a_generator_depends_on_its_key_alone() -> None:
    assert rng_for(7, "2026-01", 3).random() == rng_for(7, "2026-01", 3).random()
    assert rng_for(7, "2026-01", 3).random() != rng_for(7, "2026-01", 4).random()
    assert rng_for(1, 23).random() != rng_for(12, 3).random()


def test_each_hundred_holds_exactly_the_wanted_count() -> None:
    for hundred in range(5):
        picked = [number for number in range(hundred * 100, hundred * 100 + 100) if among_hundred(3, number, "key")]
        assert len(picked) == 3


def test_a_rota_keeps_the_shares_at_every_length() -> None:
    shares = {"often": 0.6, "seldom": 0.3, "rarely": 0.1}
    rota, seen = Rota(shares, rng_for("rota")), Counter[str]()
    for length in range(1, 500):
        seen[rota.next()] += 1
        assert all(abs(seen[key] - share * length) < 2 for key, share in shares.items())


def test_a_rota_without_a_generator_begins_with_the_greatest_share() -> None:
    rota = Rota({"test": 0.15, "train": 0.73, "validation": 0.12})
    assert rota.next() == "train"
