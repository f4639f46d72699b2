"""Fitting the lexical part: which n-grams count, and a linear SVM per task over them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC
from tqdm import tqdm

from model.classifier.lexical import LexicalModel, Vocabulary, lexical_features
from model.classifier.ngrams import BUCKET_BITS, Grams, character_grams, word_grams
from model.training.rows import MISSING

# An n-gram must stand in two mails to say anything of a third; with few mails one is enough.
_FEW_MAILS = 200
_MOST_WORDS = 60_000
_MOST_CHARACTERS = 200_000
_CHUNK = 128


def fit_lexical(
    texts: Sequence[str],
    targets: Mapping[str, torch.Tensor],
    labels: Mapping[str, int],
    *,
    cost: float,
    seed: int,
    progress: bool = True,
) -> LexicalModel:
    """Fit on texts and targets (per task, mails; MISSING where there is no label). ``cost`` is the SVM's C.

    A label without a mail gets a score below all others.
    """
    words = _vocabulary(texts, word_grams, most=_MOST_WORDS, name="words", progress=progress)
    characters = _vocabulary(texts, character_grams, most=_MOST_CHARACTERS, name="characters", progress=progress)
    features = lexical_features(words, characters, texts)
    width = len(words.buckets) + len(characters.buckets)
    matrix = csr_matrix(
        (features.values, features.columns, np.append(features.offsets, len(features.columns))),
        shape=(len(texts), width),
    )
    weights, biases = [], []
    for task in tqdm(labels, desc="lexical part", unit="task", disable=not progress):
        weight, bias = _linear(matrix, targets[task].numpy(), labels[task], cost=cost, seed=seed)
        weights.append(weight)
        biases.append(bias)
    return LexicalModel(
        words=words,
        characters=characters,
        labels=dict(labels),
        bias=torch.from_numpy(np.concatenate(biases)),
        weights=torch.from_numpy(np.concatenate(weights, axis=1)).contiguous(),
    )


def _vocabulary(
    texts: Sequence[str], grams: Callable[[Sequence[str]], Grams], *, most: int, name: str, progress: bool
) -> Vocabulary:
    """The n-grams in at least two texts (one, when there are few texts), the ``most`` widespread of them at most.

    idf = ln((1 + n) / (1 + df)) + 1, as scikit-learn smooths it.
    """
    frequency = np.zeros(2**BUCKET_BITS, dtype=np.int32)
    for start in tqdm(range(0, len(texts), _CHUNK), desc=f"lexical part, {name}", unit="batch", disable=not progress):
        found = grams(texts[start : start + _CHUNK])
        keys = np.unique(found.row << BUCKET_BITS | found.bucket)
        frequency += np.bincount(keys & (2**BUCKET_BITS - 1), minlength=2**BUCKET_BITS).astype(np.int32)
    kept = np.flatnonzero(frequency >= (1 if len(texts) < _FEW_MAILS else 2))
    if len(kept) > most:
        kept = np.sort(kept[np.argsort(-frequency[kept], kind="stable")[:most]])
    idf = np.log((1 + len(texts)) / (1 + frequency[kept])) + 1.0
    return Vocabulary(buckets=kept.astype(np.int32), idf=idf.astype(np.float32))


def _linear(
    matrix: csr_matrix, target: npt.NDArray[np.int64], labels: int, *, cost: float, seed: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """(width, labels), (labels): one-against-rest margins."""
    weight = np.zeros((matrix.shape[1], labels), dtype=np.float32)
    bias = np.full(labels, -1.0, dtype=np.float32)
    there = target != MISSING
    seen = np.unique(target[there])
    if len(seen) == 1:
        bias[seen] = 1.0
    elif len(seen) > 1:
        # dual: far faster than primal here, where there are more features than mails
        svm = LinearSVC(C=cost, random_state=seed, dual=True, tol=1e-3).fit(matrix[there], target[there])
        if len(seen) == 2:
            weight[:, seen[1]], weight[:, seen[0]] = svm.coef_[0], -svm.coef_[0]
            bias[seen[1]], bias[seen[0]] = svm.intercept_[0], -svm.intercept_[0]
        else:
            weight[:, seen] = svm.coef_.T
            bias[seen] = svm.intercept_
    return weight, bias
