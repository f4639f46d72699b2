import numpy as np
import pytest

from model.evaluation.confidence import (
    calibration_bins,
    coverage_at_accuracy,
    expected_calibration_error,
    risk_coverage,
    wilson_interval,
)
from model.evaluation.results import CalibrationBin, CoveragePoint


def test_bins_hold_equally_many_mails_from_the_least_to_the_most_confident():
    confidence = np.array([0.9, 0.2, 0.4, 0.6])
    right = np.array([True, False, True, True])
    assert calibration_bins(confidence, right, bins=2) == (
        CalibrationBin(lower=0.2, upper=0.4, n=2, mean_confidence=pytest.approx(0.3), accuracy=0.5),
        CalibrationBin(lower=0.6, upper=0.9, n=2, mean_confidence=0.75, accuracy=1.0),
    )


def test_a_hundred_mails_make_ten_bins_of_ten():
    bins = calibration_bins(np.linspace(0, 1, 100), np.ones(100, dtype=bool))
    assert [b.n for b in bins] == [10] * 10


def test_mails_of_one_confidence_share_a_bin():
    bins = calibration_bins(np.array([0.5, 1.0, 1.0, 1.0, 1.0, 1.0]), np.array([False, True, True, False, True, True]))
    assert [(b.lower, b.upper, b.n) for b in bins] == [(0.5, 0.5, 1), (1.0, 1.0, 5)]


@pytest.mark.parametrize("n", [1, 2, 9, 11])
def test_every_mail_is_in_one_bin_however_few_there_are(n):
    bins = calibration_bins(np.linspace(0.3, 0.9, n), np.ones(n, dtype=bool))
    assert sum(b.n for b in bins) == n


def test_calibration_error_is_the_gap_averaged_over_the_mails():
    bins = (
        CalibrationBin(lower=0.1, upper=0.3, n=1, mean_confidence=0.2, accuracy=0.0),
        CalibrationBin(lower=0.8, upper=1.0, n=3, mean_confidence=0.9, accuracy=1.0),
    )
    assert expected_calibration_error(bins) == pytest.approx((1 * 0.2 + 3 * 0.1) / 4)


def test_a_model_that_keeps_its_word_has_almost_no_calibration_error():
    random = np.random.default_rng(0)
    confidence = random.uniform(0.4, 1, size=20_000)
    right = random.uniform(size=20_000) < confidence
    assert expected_calibration_error(calibration_bins(confidence, right)) < 0.01


def test_the_curve_says_how_many_are_right_among_the_surest():
    assert risk_coverage(np.array([0.6, 0.9, 0.7, 0.8]), np.array([False, True, False, True])) == (
        CoveragePoint(threshold=0.9, coverage=0.25, accuracy=1.0),
        CoveragePoint(threshold=0.8, coverage=0.5, accuracy=1.0),
        CoveragePoint(threshold=0.7, coverage=0.75, accuracy=pytest.approx(2 / 3)),
        CoveragePoint(threshold=0.6, coverage=1.0, accuracy=0.5),
    )


def test_a_threshold_keeps_all_mails_of_one_confidence_or_none():
    curve = risk_coverage(np.array([0.9, 0.9, 0.9, 0.5]), np.array([True, False, True, True]))
    assert [(point.threshold, point.coverage) for point in curve] == [(0.9, 0.75), (0.5, 1.0)]


def test_a_long_curve_is_thinned_out_but_ends_with_every_mail():
    random = np.random.default_rng(0)
    curve = risk_coverage(random.uniform(size=5000), random.uniform(size=5000) < 0.7, points=50)
    assert len(curve) == 50
    assert curve[-1].coverage == 1.0
    assert max(np.diff([point.coverage for point in curve])) < 0.03


def test_the_largest_share_with_a_wanted_accuracy_is_found_or_none():
    curve = risk_coverage(np.array([0.6, 0.9, 0.7, 0.8]), np.array([False, True, False, True]))
    assert coverage_at_accuracy(curve, 0.9) == CoveragePoint(threshold=0.8, coverage=0.5, accuracy=1.0)
    assert coverage_at_accuracy(curve[2:], 0.9) is None


def test_score_interval_agrees_with_the_published_formula():
    # 9 of 10: the score interval of the Wilson formula worked by hand.
    assert wilson_interval(0.9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert wilson_interval(1.0, 4)[1] == 1.0
