"""The loss of a batch is the same whichever way its mails are dealt out."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.training.loss import class_weights, joint_loss
from model.training.rows import MISSING

LABELS = {"line": 2, "queue": 4}


def drawn(seed: int, mails: int) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Scores and targets, a third of which are missing."""
    generator = torch.Generator().manual_seed(seed)
    scores = {task: torch.randn(mails, count, generator=generator) for task, count in LABELS.items()}
    targets = {}
    for task, count in LABELS.items():
        target = torch.randint(count, (mails,), generator=generator)
        targets[task] = torch.where(torch.rand(mails, generator=generator) < 1 / 3, MISSING, target)
    return scores, targets


@given(
    seed=st.integers(0, 10_000),
    mails=st.integers(1, 12),
    processes=st.integers(1, 5),
    weighting=st.sampled_from(["none", "sqrt", "balanced"]),
    smoothing=st.sampled_from([0.0, 0.2]),
)
def test_the_losses_of_all_shares_add_up_to_that_of_the_batch(
    seed: int, mails: int, processes: int, weighting: str, smoothing: float
):
    scores, targets = drawn(seed, mails)
    weights = {task: class_weights(targets[task], count, weighting) for task, count in LABELS.items()}
    whole = joint_loss(scores, targets, weights, smoothing=smoothing)
    shares = [
        joint_loss(
            {task: score[first::processes] for task, score in scores.items()},
            {task: target[first::processes] for task, target in targets.items()},
            weights,
            whole=targets,
            smoothing=smoothing,
        )
        for first in range(processes)
    ]
    torch.testing.assert_close(torch.stack(shares).sum(), whole)


def test_a_task_counts_as_much_as_another_and_a_mail_without_a_label_not_at_all():
    scores, targets = drawn(3, 9)
    targets["queue"][2:] = MISSING
    targets["queue"][:2] = 1
    targets["line"][:] = 0
    expected = torch.stack(
        [
            torch.nn.functional.cross_entropy(scores["line"], targets["line"]),
            torch.nn.functional.cross_entropy(scores["queue"][:2], targets["queue"][:2]),
        ]
    ).mean()
    torch.testing.assert_close(joint_loss(scores, targets, {}), expected)


def test_a_batch_without_any_label_is_no_loss_and_still_reaches_every_score():
    scores = {task: torch.randn(3, count, requires_grad=True) for task, count in LABELS.items()}
    targets = {task: torch.full((3,), MISSING) for task in LABELS}
    loss = joint_loss(scores, targets, {})
    loss.backward()
    assert loss.item() == 0.0
    assert [score.grad is not None and float(score.grad.abs().sum()) for score in scores.values()] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("weighting", "expected"), [("none", None), ("balanced", [2.0, 2 / 3]), ("sqrt", [1.464, 0.845])]
)
def test_rare_labels_weigh_more_and_the_mails_weigh_one_on_average(weighting: str, expected: list[float] | None):
    weights = class_weights(torch.tensor([0, 1, 1, 1, MISSING]), 2, weighting)
    assert (
        weights is None
        if expected is None
        else weights is not None and weights.tolist() == pytest.approx(expected, abs=1e-3)
    )
