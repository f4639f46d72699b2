"""Texts to token ids, batches of like length, and what of a mail did not fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerFast

from model.classifier.model_input import ModelInput

# No piece of German or English text is longer on average; cutting there keeps a huge mail from being tokenised whole.
_CHARACTERS_PER_TOKEN = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRows:
    """Token ids per mail (unpadded), and whether the mail was longer than the limit."""

    ids: tuple[tuple[int, ...], ...]
    truncated: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.ids)


def tokenise(tokenizer: PreTrainedTokenizerFast, inputs: Sequence[ModelInput], *, max_tokens: int) -> TokenRows:
    """Subject and banks as first segment, body as second, at most ``max_tokens`` together; the longer one is cut."""
    if not inputs:
        return TokenRows(ids=(), truncated=())
    most = max_tokens * _CHARACTERS_PER_TOKEN
    heads = [item.head()[:most] for item in inputs]
    bodies = [item.text[:most] for item in inputs]
    encoded = tokenizer(
        heads,
        bodies,
        truncation="longest_first",
        max_length=max_tokens,
        return_attention_mask=False,
        return_token_type_ids=False,
    )
    assert encoded.encodings is not None
    return TokenRows(
        ids=tuple(tuple(ids) for ids in encoded["input_ids"]),
        truncated=tuple(
            item.cut or len(item.text) > most or len(item.head()) > most or bool(encoding.overflowing)
            for item, encoding in zip(inputs, encoded.encodings, strict=True)
        ),
    )


def length_buckets(lengths: Sequence[int], *, batch_size: int) -> Iterator[list[int]]:
    """Indices in batches of like length, longest first, so that little is padded and memory peaks at once."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


def padded(rows: Sequence[Sequence[int]], *, pad_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask, both (rows, longest)."""
    longest = max(len(row) for row in rows)
    ids = torch.full((len(rows), longest), pad_id, dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[number, : len(row)] = 1
    return ids, mask
