import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.alarms.errors import AlarmError
from local.alarms.samples import Metric, Sample, Samples, statistic_of
from tests.support.strategies import quick

LATENCY = Metric(namespace="n", name="Latency")
OTHER = Metric(namespace="n", name="Latency", dimensions=frozenset({("variant", "main")}))


@pytest.fixture
def samples() -> Samples:
    kept = Samples()
    kept.keep({LATENCY: 100.0})
    for at, value in [(10.0, 1.0), (10.9, 3.0), (12.0, 5.0)]:
        kept.add(Sample(metric=LATENCY, at=at, value=value))
    return kept


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("Sum", {10: 4.0, 12: 5.0}),
        ("Average", {10: 2.0, 12: 5.0}),
        ("Minimum", {10: 1.0, 12: 5.0}),
        ("Maximum", {10: 3.0, 12: 5.0}),
        ("SampleCount", {10: 2.0, 12: 1.0}),
        ("p50", {10: 2.0, 12: 5.0}),
        ("p90", {10: 2.8, 12: 5.0}),
    ],
)
def test_each_period_with_values_has_a_statistic(samples: Samples, statistic: str, expected: dict[int, float]):
    assert samples.series(LATENCY, statistic, length=1, periods=range(9, 13)) == pytest.approx(expected)


def test_periods_are_as_long_as_asked_for_and_begin_at_multiples_of_it(samples: Samples):
    assert samples.series(LATENCY, "Sum", length=4, periods=[2, 3]) == {2: 4.0, 3: 5.0}
    assert samples.series(LATENCY, "Sum", length=0.5, periods=[20, 21, 24]) == {20: 1.0, 21: 3.0, 24: 5.0}


def test_metrics_of_other_dimensions_are_other_metrics(samples: Samples):
    samples.keep({LATENCY: 100.0, OTHER: 100.0})
    samples.add(Sample(metric=OTHER, at=10, value=7))
    assert samples.series(OTHER, "Sum", length=1, periods=[10]) == {10: 7.0}
    assert samples.series(LATENCY, "Sum", length=1, periods=[10]) == {10: 4.0}


def test_only_what_somebody_asks_for_is_kept_and_not_for_ever(samples: Samples):
    samples.add(Sample(metric=OTHER, at=10, value=7))
    samples.forget(now=111.0)
    assert samples.series(LATENCY, "Sum", length=1, periods=[10, 12]) == {12: 5.0}
    samples.keep({OTHER: 100.0})
    assert samples.series(LATENCY, "Sum", length=1, periods=[12]) == {}
    assert samples.series(OTHER, "Sum", length=1, periods=[10]) == {}


@quick
@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.integers(0, 100))
def test_a_percentile_lies_among_the_values_and_has_its_share_of_them_below(values, percent):
    found = statistic_of(f"p{percent}")(values)
    assert min(values) <= found <= max(values)
    assert sum(value <= found for value in values) >= percent / 100 * (len(values) - 1)


def test_an_unknown_statistic_is_refused_with_a_sentence():
    with pytest.raises(AlarmError) as caught:
        statistic_of("IQM")
    assert str(caught.value) == (
        "The statistic 'IQM' is not known here; known are Sum, Average, Minimum, Maximum, SampleCount and pNN."
    )
