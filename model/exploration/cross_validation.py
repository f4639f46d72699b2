"""What models say of mails that they were not trained on, for every mail of an export."""

from collections.abc import Sequence

import numpy as np
from scipy.special import softmax
from sklearn.model_selection import GroupKFold

from model.dataset.example import Example
from model.exploration.small_model import Labels, Margins, fit_lexicon, fitted_scale, lexical_margins
from model.training.rows import targets


def out_of_fold(examples: Sequence[Example], labels: Labels, *, folds: int = 5, seed: int = 7) -> dict[str, Margins]:
    """Per task (mails, labels) the probabilities of the model that was trained on the other folds.

    Near-duplicates and mails of one thread share a fold: a copy in training would vouch for a wrong label.

    Raises:
        ValueError: there are fewer groups of mails than folds.
    """
    groups = np.array([example.group for example in examples])
    if len(np.unique(groups)) < folds:
        raise ValueError(f"{folds} folds need as many groups of mails; there are {len(np.unique(groups))}.")
    found = {task: np.zeros((len(examples), len(known))) for task, known in labels.items()}
    for training, held_out in GroupKFold(folds, shuffle=True, random_state=seed).split(groups, groups=groups):
        lexical = fit_lexicon([examples[row] for row in training], labels, seed=seed)
        for task, margins in lexical_margins(lexical, [examples[row] for row in held_out]).items():
            found[task][held_out] = margins
    truth = targets(examples, labels)
    return {
        task: softmax(fitted_scale(margins, truth[task].numpy()) * margins, axis=1) for task, margins in found.items()
    }
