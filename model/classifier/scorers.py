"""What turns mails into scores per task: Mailroom's encoder, stock classifiers, the lexical part; read from archives.

A scorer's output maps tasks to (mails, labels), unscaled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tqdm import tqdm
from transformers import AutoModelForSequenceClassification, PreTrainedModel, PreTrainedTokenizerFast

from model.archive.reader import ArchiveError
from model.classifier.encoder import load_encoder, load_tokenizer
from model.classifier.lexical import LexicalModel, Vocabulary
from model.classifier.model_input import ModelInput
from model.classifier.network import Heads, MailNetwork
from model.classifier.tokens import TokenRows, length_buckets, padded, tokenise

BATCH_SIZE = 32


def serving_dtype() -> torch.dtype:
    """bfloat16 where the processor multiplies it natively (AVX-512 BF16 or AMX), else float32."""
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()
    return torch.bfloat16 if supported else torch.float32


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Per task (mails, labels), and per mail whether it was longer than the model reads."""

    tasks: Mapping[str, torch.Tensor]
    truncated: tuple[bool, ...]


class EncoderScorer(Protocol):
    """Anything that scores mails with an encoder."""

    def score(self, inputs: Sequence[ModelInput], *, progress: bool = False) -> Scores:
        """Score a batch of any size."""


def _forward(
    network: torch.nn.Module, rows: TokenRows, *, pad_id: int, labels: Mapping[str, int], progress: bool
) -> dict[str, torch.Tensor]:
    scores = {task: torch.zeros(len(rows), count) for task, count in labels.items()}
    buckets = list(length_buckets([len(row) for row in rows.ids], batch_size=BATCH_SIZE))
    with torch.inference_mode():
        for indices in tqdm(buckets, desc="classify", unit="batch", disable=not progress):
            ids, mask = padded([rows.ids[index] for index in indices], pad_id=pad_id)
            for task, found in network(input_ids=ids, attention_mask=mask).items():
                scores[task][indices] = found.float()
    return scores


class MultiTaskScorer:
    """One encoder, a head per task."""

    def __init__(
        self, network: MailNetwork, tokenizer: PreTrainedTokenizerFast, *, labels: Mapping[str, int], max_tokens: int
    ) -> None:
        self._network = network.eval()
        self._tokenizer = tokenizer
        self._labels = labels
        self._max_tokens = max_tokens

    @classmethod
    def load(cls, encoder: Path, heads: Path, *, labels: Mapping[str, int], max_tokens: int) -> "MultiTaskScorer":
        """Read encoder and heads; raises EncoderError or ArchiveError."""
        loaded = load_encoder(encoder)
        module = Heads(loaded.config.hidden_size, labels)
        try:
            module.load_state_dict(load_file(heads))
        except (OSError, SafetensorError, RuntimeError):
            raise ArchiveError("The model archive is damaged: its heads do not fit its encoder and labels.") from None
        loaded.to(serving_dtype())
        return cls(MailNetwork(loaded, module), load_tokenizer(encoder), labels=labels, max_tokens=max_tokens)

    def score(self, inputs: Sequence[ModelInput], *, progress: bool = False) -> Scores:
        """Score a batch of any size."""
        rows = tokenise(self._tokenizer, inputs, max_tokens=self._max_tokens)
        assert self._tokenizer.pad_token_id is not None
        tasks = _forward(
            self._network, rows, pad_id=self._tokenizer.pad_token_id, labels=self._labels, progress=progress
        )
        return Scores(tasks=tasks, truncated=rows.truncated)


class _StockNetwork(torch.nn.Module):
    """One task's sequence classifier under the interface of MailNetwork."""

    def __init__(self, task: str, classifier: PreTrainedModel) -> None:
        super().__init__()
        self._task = task
        self.classifier = classifier

    def forward(self, *, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> dict[str, torch.Tensor]:
        return {self._task: self.classifier(input_ids=input_ids, attention_mask=attention_mask).logits}


class StockScorer:
    """The baseline: an unmodified AutoModelForSequenceClassification per task."""

    def __init__(
        self,
        classifiers: Mapping[str, PreTrainedModel],
        tokenizer: PreTrainedTokenizerFast,
        *,
        labels: Mapping[str, int],
        max_tokens: int,
    ) -> None:
        self._networks = {task: _StockNetwork(task, classifier).eval() for task, classifier in classifiers.items()}
        self._tokenizer = tokenizer
        self._labels = labels
        self._max_tokens = max_tokens

    @classmethod
    def load(cls, folder: Path, *, labels: Mapping[str, int], max_tokens: int) -> "StockScorer":
        """Read one classifier per task; raises ArchiveError or EncoderError."""
        try:
            classifiers = {
                task: AutoModelForSequenceClassification.from_pretrained(
                    folder / str(number), local_files_only=True, use_safetensors=True, dtype=torch.float32
                )
                for number, task in enumerate(labels)
            }
        except (OSError, ValueError, RuntimeError):
            raise ArchiveError("The model archive is damaged: a stock classifier cannot be loaded.") from None
        return cls(classifiers, load_tokenizer(folder / "0"), labels=labels, max_tokens=max_tokens)

    def score(self, inputs: Sequence[ModelInput], *, progress: bool = False) -> Scores:
        """Score a batch of any size, one classifier after the other."""
        rows = tokenise(self._tokenizer, inputs, max_tokens=self._max_tokens)
        assert self._tokenizer.pad_token_id is not None
        tasks: dict[str, torch.Tensor] = {}
        for task, network in self._networks.items():
            tasks |= _forward(
                network, rows, pad_id=self._tokenizer.pad_token_id, labels={task: self._labels[task]}, progress=progress
            )
        return Scores(tasks=tasks, truncated=rows.truncated)


def load_lexical(path: Path, *, labels: Mapping[str, int]) -> LexicalModel:
    """Read the lexical part; raises ArchiveError if it does not fit the labels."""
    try:
        tensors = load_file(path)
        words, characters = (
            Vocabulary(buckets=tensors[f"{kind}.buckets"].numpy(), idf=tensors[f"{kind}.idf"].numpy())
            for kind in ("words", "characters")
        )
        weights, bias = tensors["weights"].float(), tensors["bias"].float()
    except (OSError, SafetensorError, KeyError):
        raise ArchiveError("The model archive is damaged: its lexical part cannot be read.") from None
    if weights.shape != (len(words.buckets) + len(characters.buckets), sum(labels.values())):
        raise ArchiveError("The model archive is damaged: its lexical part does not fit its labels.")
    return LexicalModel(words=words, characters=characters, weights=weights, bias=bias, labels=dict(labels))
