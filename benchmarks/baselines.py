"""The simple systems that Mailroom must beat, on the same cleaned texts."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC
from tqdm import tqdm

from model.classifier.encoder import load_encoder, load_tokenizer, mean_pooled
from model.classifier.tokens import length_buckets, padded, tokenise
from model.dataset.prepared import Example
from model.training.rows import model_input

Predictions = dict[str, list[str | None]]


def tfidf_svc(train: Sequence[Example], test: Sequence[Example], tasks: Sequence[str], seed: int) -> Predictions:
    """TF-IDF of words (1-2) and of characters within words (2-5), a linear SVM per task."""
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
    )
    fitted = features.fit_transform([model_input(example).whole() for example in train])
    unseen = features.transform([model_input(example).whole() for example in test])
    return _per_task(fitted, unseen, train, tasks, lambda: LinearSVC(random_state=seed))


def frozen_embeddings(
    train: Sequence[Example], test: Sequence[Example], tasks: Sequence[str], seed: int, *, base: Path, max_tokens: int
) -> Predictions:
    """Mean-pooled states of the whole base model as it comes, a logistic regression per task."""
    return _per_task(
        embed(base, train, max_tokens),
        embed(base, test, max_tokens),
        train,
        tasks,
        lambda: LogisticRegression(C=30.0, max_iter=2000, random_state=seed),
    )


def embed(base: Path, examples: Sequence[Example], max_tokens: int) -> NDArray[np.float32]:
    """(examples, width), each of length 1."""
    encoder, tokenizer = load_encoder(base).eval(), load_tokenizer(base)
    rows = tokenise(tokenizer, [model_input(example) for example in examples], max_tokens=max_tokens)
    assert tokenizer.pad_token_id is not None
    found = np.zeros((len(examples), encoder.config.hidden_size), dtype=np.float32)
    with torch.inference_mode():
        for indices in tqdm(
            list(length_buckets([len(ids) for ids in rows.ids], batch_size=32)), desc="embed", unit="batch"
        ):
            ids, mask = padded([rows.ids[index] for index in indices], pad_id=tokenizer.pad_token_id)
            pooled = mean_pooled(encoder(input_ids=ids, attention_mask=mask).last_hidden_state, mask)
            found[indices] = torch.nn.functional.normalize(pooled, dim=1).numpy()
    return found


def _per_task(
    fitted: object, unseen: object, train: Sequence[Example], tasks: Sequence[str], make: Callable[[], object]
) -> Predictions:
    found: Predictions = {}
    for task in tasks:
        rows = [number for number, example in enumerate(train) if task in example.labels]
        labels = [train[number].labels[task] for number in rows]
        if len(set(labels)) < 2:
            found[task] = [labels[0] if labels else None] * unseen.shape[0]  # type: ignore[attr-defined]
            continue
        model = make()
        model.fit(fitted[rows], labels)  # type: ignore[attr-defined,index]
        found[task] = list(model.predict(unseen))  # type: ignore[attr-defined]
    return found


def scores(test: Sequence[Example], predicted: Mapping[str, Sequence[str | None]]) -> dict[str, dict[str, float]]:
    """Accuracy and macro-F1 per task."""
    from sklearn.metrics import accuracy_score, f1_score

    found = {}
    for task, said in predicted.items():
        pairs = [
            (example.labels[task], label or "")
            for example, label in zip(test, said, strict=True)
            if task in example.labels
        ]
        truth, guess = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        found[task] = {
            "accuracy": float(accuracy_score(truth, guess)),
            "macro_f1": float(f1_score(truth, guess, average="macro", zero_division=0.0)),
        }
    return found
