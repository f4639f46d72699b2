"""Labels that other mails speak against: confident learning.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels" (JAIR 70, 2021). A label is
in doubt if the models that have not seen the mail hold another one for at least as likely as they do on average among
the mails that have it. A person should read those mails in the CRM: some labels are wrong, some mails are hard.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.exploration.small_model import Margins


@dataclass(frozen=True, kw_only=True)
class DoubtfulLabel:
    """By the mail's id: the label it has, the one that seems likelier, and how likely both are (0 to 1)."""

    id: str
    given: str
    suggested: str
    given_probability: float
    suggested_probability: float


def doubtful_labels(
    ids: Sequence[str], given: Sequence[str | None], labels: Sequence[str], probabilities: Margins
) -> tuple[DoubtfulLabel, ...]:
    """The labels in doubt, the most doubtful first.

    ``given`` has each mail's label, None where it has none; ``probabilities`` (mails, labels) are from models that have
    not seen the mail, in the order of ``labels``.
    """
    index = {label: number for number, label in enumerate(labels)}
    truth = np.array([index.get(label, -1) if label is not None else -1 for label in given])
    usual = np.array(
        [
            probabilities[truth == number, number].mean() if (truth == number).any() else np.inf
            for number in index.values()
        ]
    )
    # Only labels as likely as usual count; a mail with none of them is merely unclear.
    confident = np.where(probabilities >= usual, probabilities, -1.0)
    best = confident.argmax(axis=1)
    found = [
        DoubtfulLabel(
            id=ids[row],
            given=labels[truth[row]],
            suggested=labels[best[row]],
            given_probability=float(probabilities[row, truth[row]]),
            suggested_probability=float(probabilities[row, best[row]]),
        )
        for row in range(len(ids))
        if truth[row] >= 0 and confident[row, best[row]] >= 0 and best[row] != truth[row]
    ]
    return tuple(sorted(found, key=lambda one: (one.given_probability - one.suggested_probability, one.id)))
