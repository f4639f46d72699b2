"""Scales are fitted so that confidence is true, and a part that says nothing is not heard."""

import pytest
import torch

from mailroom.taxonomy import Label, Taxonomy
from model.classifier.decoding import components
from model.training.rows import MISSING
from model.training.stacking import fit_calibration

TAXONOMY = Taxonomy(version="1", tasks=("queue",), labels=tuple(Label(id=name, task="queue") for name in "abc"))
PARTS = components(TAXONOMY, {"queue": tuple("abc")})


def noisy_scores(*, scale: float, seed: int, mails: int = 600) -> tuple[torch.Tensor, torch.Tensor]:
    """Targets, and scores that are ``scale`` times too sharp log-odds of them."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(mails, 3, generator=generator) * 2
    target = torch.multinomial(logits.softmax(dim=1), 1, generator=generator).squeeze(1)
    return target, logits * scale


@pytest.mark.parametrize("scale", [0.5, 4.0])
def test_scores_that_are_too_sharp_or_too_flat_are_brought_back(scale: float):
    target, scores = noisy_scores(scale=scale, seed=1)
    calibration = fit_calibration({"queue": scores}, {}, {"queue": target}, PARTS)
    assert calibration.tasks["queue"].encoder == pytest.approx(1 / scale, rel=0.2)
    assert calibration.tasks["queue"].lexical == 0.0
    assert calibration.validation_mails == 600


def test_a_part_of_pure_noise_gets_far_less_weight_than_the_other():
    target, scores = noisy_scores(scale=1.0, seed=2)
    noise = torch.randn(600, 3, generator=torch.Generator().manual_seed(3))
    calibration = fit_calibration({"queue": scores}, {"queue": noise}, {"queue": target}, PARTS)
    assert calibration.tasks["queue"].lexical < 0.25 < 0.8 < calibration.tasks["queue"].encoder


def test_without_validation_mails_the_defaults_stand():
    scores = torch.zeros(0, 3)
    calibration = fit_calibration(
        {"queue": scores}, {"queue": scores}, {"queue": torch.zeros(0, dtype=torch.long)}, PARTS
    )
    assert calibration.validation_mails == 0
    assert calibration.tasks["queue"].encoder == pytest.approx(0.6)
    assert calibration.tasks["queue"].lexical == pytest.approx(3.0)


def test_a_mail_without_a_label_does_not_count():
    target, scores = noisy_scores(scale=2.0, seed=4)
    gaps = target.clone()
    gaps[300:] = MISSING
    whole = fit_calibration({"queue": scores[:300]}, {}, {"queue": target[:300]}, PARTS)
    assert fit_calibration({"queue": scores}, {}, {"queue": gaps}, PARTS).tasks["queue"].encoder == pytest.approx(
        whole.tasks["queue"].encoder, rel=1e-3
    )
