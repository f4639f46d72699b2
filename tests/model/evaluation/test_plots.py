import struct
import warnings

import pytest

from model.evaluation.plots import confusion_picture, history_picture, reliability_picture, risk_coverage_picture
from model.evaluation.results import CalibrationBin, ConfusionMatrix, CoveragePoint

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def matrix(size: int, name: str = "label") -> ConfusionMatrix:
    counts = tuple(tuple(9 if row == column else (row + column) % 3 for column in range(size)) for row in range(size))
    return ConfusionMatrix(labels=tuple(f"{name} {number}" for number in range(size)), counts=counts)


def pixels(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


@pytest.mark.parametrize("size", [1, 2, 3, 12, 41])
def test_a_confusion_matrix_of_any_size_becomes_a_picture_that_grows_with_it(size):
    width, height = pixels(confusion_picture(matrix(size)))
    assert width > 40 * size
    assert height > 40 * size


def test_equal_matrices_give_equal_bytes():
    assert confusion_picture(matrix(4)) == confusion_picture(matrix(4))


def test_names_are_shown_instead_of_labels_where_there_are_any():
    assert confusion_picture(matrix(3), {"label 0": "Steuern"}) != confusion_picture(matrix(3))


def test_a_label_may_hold_what_would_be_a_formula_and_is_cut_if_it_is_long():
    width, _ = pixels(confusion_picture(matrix(3, name=r"$\frac{a}$ " + "long " * 40)))
    assert width < 2500


def test_a_label_nobody_has_leaves_its_row_empty():
    confusion_picture(ConfusionMatrix(labels=("a", "b"), counts=((3, 1), (0, 0))))


def test_confidence_becomes_two_pictures():
    bins = (
        CalibrationBin(lower=0.1, upper=0.5, n=4, mean_confidence=0.3, accuracy=0.25),
        CalibrationBin(lower=0.5, upper=1.0, n=4, mean_confidence=0.9, accuracy=1.0),
    )
    curve = (
        CoveragePoint(threshold=0.9, coverage=0.5, accuracy=1.0),
        CoveragePoint(threshold=0.1, coverage=1.0, accuracy=0.6),
    )
    assert pixels(reliability_picture(bins))[0] > 400
    assert pixels(risk_coverage_picture(curve))[0] > 400


def test_a_single_mail_is_enough_for_both():
    reliability_picture((CalibrationBin(lower=0.4, upper=0.4, n=1, mean_confidence=0.4, accuracy=0.0),))
    risk_coverage_picture((CoveragePoint(threshold=0.4, coverage=1.0, accuracy=0.0),))


def test_history_shows_losses_and_scores_apart_and_does_without_either():
    history = [
        {"epoch": 1.0, "train:loss": 2.0, "validation:queue:accuracy": 0.5},
        {"epoch": 2.0, "train:loss": 1.0, "validation:queue:accuracy": 0.7, "validation:queue:macro_f1": 0.6},
    ]
    both, _ = pixels(history_picture(history))
    losses, _ = pixels(
        history_picture([{"epoch": entry["epoch"], "train:loss": entry["train:loss"]} for entry in history])
    )
    assert both == pytest.approx(2 * losses, abs=2)
    assert pixels(history_picture([{"epoch": 1.0}]))
