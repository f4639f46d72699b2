"""The lexical part: TF-IDF over hashed n-grams, a linear layer per task. Cheap, strong where wording decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from model.classifier.ngrams import BUCKET_BITS, Grams, character_grams, word_grams

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

# Texts whose n-grams are in memory at once: about 25 MB at 1,500 characters each.
_CHUNK = 128


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The n-grams that count, of one kind: their buckets (sorted, V) and inverse document frequencies (V)."""

    buckets: I32
    idf: F32

    @cached_property
    def _column_of_bucket(self) -> I32:
        columns = np.full(2**BUCKET_BITS, -1, dtype=np.int32)
        columns[self.buckets] = np.arange(len(self.buckets), dtype=np.int32)
        return columns

    def features(self, grams: Grams, rows: int) -> tuple[I64, I64, F32]:
        """TF-IDF features as (row, column, value), sorted by row; each row has length 1 (or no entry).

        Term frequency is 1 + ln(count) (Manning, Raghavan, Schütze: Introduction to Information Retrieval, 6.4.1).
        """
        columns = self._column_of_bucket[grams.bucket]
        known = columns >= 0
        keys = grams.row[known] * np.int64(max(len(self.buckets), 1)) + columns[known]
        unique, counts = np.unique(keys, return_counts=True)
        row, column = np.divmod(unique, np.int64(max(len(self.buckets), 1)))
        values = (1.0 + np.log(counts.astype(np.float32))) * self.idf[column]
        norms = np.sqrt(np.bincount(row, weights=values * values, minlength=rows))
        return row, column, (values / norms[row]).astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class LexicalFeatures:
    """Features of both vocabularies side by side (columns of words first), as one sparse matrix in rows (CSR)."""

    offsets: I64
    columns: I64
    values: F32


def lexical_features(words: Vocabulary, characters: Vocabulary, texts: Sequence[str]) -> LexicalFeatures:
    """Features of the texts; columns of characters come after those of words."""
    offsets, columns, values, total = [], [], [], 0
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        word_row, word_column, word_value = words.features(word_grams(chunk), len(chunk))
        char_row, char_column, char_value = characters.features(character_grams(chunk), len(chunk))
        row = np.concatenate([word_row, char_row])
        order = np.argsort(row, kind="stable")
        columns.append(np.concatenate([word_column, char_column + len(words.buckets)])[order])
        values.append(np.concatenate([word_value, char_value])[order])
        counts = np.bincount(row, minlength=len(chunk))
        offsets.append(total + np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)[:-1]]))
        total += int(counts.sum())
    if not texts:
        return LexicalFeatures(
            offsets=np.zeros(0, np.int64), columns=np.zeros(0, np.int64), values=np.zeros(0, np.float32)
        )
    return LexicalFeatures(
        offsets=np.concatenate(offsets),
        columns=np.concatenate(columns),
        values=np.concatenate(values).astype(np.float32),
    )


@dataclass(frozen=True, kw_only=True)
class LexicalModel:
    """One linear layer per task over shared features.

    ``weights`` has shape (words + characters, labels of all tasks side by side); ``bias`` (labels of all tasks);
    ``labels`` the number of labels per task, in order.
    """

    words: Vocabulary
    characters: Vocabulary
    weights: torch.Tensor
    bias: torch.Tensor
    labels: Mapping[str, int]

    def scores(self, texts: Sequence[str]) -> dict[str, torch.Tensor]:
        """Per task the labels' scores, shape (texts, labels); they are margins, not probabilities."""
        features = lexical_features(self.words, self.characters, texts)
        if not len(features.columns):
            sums = torch.zeros(len(texts), len(self.bias))
        else:
            sums = torch.nn.functional.embedding_bag(
                torch.from_numpy(features.columns),
                self.weights,
                torch.from_numpy(features.offsets),
                mode="sum",
                per_sample_weights=torch.from_numpy(features.values),
            )
        return dict(zip(self.labels, (sums + self.bias).split(list(self.labels.values()), dim=1), strict=True))
