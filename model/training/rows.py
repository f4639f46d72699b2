"""Prepared examples as tensors: token ids or lower-layer states, and label indices with gaps masked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from accelerate import Accelerator
from tqdm import tqdm
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from model.classifier.model_input import ModelInput
from model.classifier.tokens import length_buckets, padded, tokenise
from model.dataset.prepared import Example
from model.training.shares import dealt_out

# Cross-entropy leaves out rows with this target: the mail has no label for the task.
MISSING = -100


def model_input(example: Example) -> ModelInput:
    """What the model reads of an example; its text is clean already."""
    return ModelInput(
        subject=example.subject, custodian_banks=example.custodian_banks, text=example.text, language=example.language
    )


def targets(examples: Sequence[Example], labels: Mapping[str, Sequence[str]]) -> dict[str, torch.Tensor]:
    """Per task (mails): the label's index, or MISSING."""
    index = {task: {label: number for number, label in enumerate(known)} for task, known in labels.items()}
    return {
        task: torch.tensor(
            [index[task].get(example.labels.get(task, ""), MISSING) for example in examples], dtype=torch.long
        )
        for task in labels
    }


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Mails ready for the network: per mail token ids, or (tokens, width) states of the frozen lower layers."""

    ids: tuple[tuple[int, ...], ...]
    states: tuple[torch.Tensor, ...] | None
    targets: Mapping[str, torch.Tensor]
    pad_id: int

    def __len__(self) -> int:
        return len(self.ids)

    def batch(self, indices: Sequence[int]) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        """The network's inputs and the targets of some mails."""
        ids, mask = padded([self.ids[index] for index in indices], pad_id=self.pad_id)
        chosen = {task: target[list(indices)] for task, target in self.targets.items()}
        if self.states is None:
            return {"input_ids": ids, "attention_mask": mask}, chosen
        states = torch.zeros(*ids.shape, self.states[0].shape[1])
        for number, index in enumerate(indices):
            state = self.states[index]
            states[number, : len(state)] = state
        return {"inputs_embeds": states, "attention_mask": mask}, chosen


def tokenised_rows(
    examples: Sequence[Example],
    labels: Mapping[str, Sequence[str]],
    tokenizer: PreTrainedTokenizerFast,
    *,
    max_tokens: int,
) -> Rows:
    """Token ids and targets of the examples."""
    rows = tokenise(tokenizer, [model_input(example) for example in examples], max_tokens=max_tokens)
    assert tokenizer.pad_token_id is not None
    return Rows(ids=rows.ids, states=None, targets=targets(examples, labels), pad_id=tokenizer.pad_token_id)


def with_states(rows: Rows, lower: PreTrainedModel, *, description: str, accelerator: Accelerator) -> Rows:
    """The rows with the states that frozen lower layers give: computed once instead of in every epoch.

    Each process computes its share and gets the others'. Kept by each as bfloat16, 2 bytes per token and unit of width:
    60 MB per 1,000 mails of 80 tokens at width 384.
    """
    lower.eval().to(accelerator.device)
    lengths = [len(ids) for ids in rows.ids]

    def lower_states(indices: list[int]) -> torch.Tensor:
        ids, mask = padded([rows.ids[index] for index in indices], pad_id=rows.pad_id)
        ids, mask = ids.to(accelerator.device), mask.to(accelerator.device)
        hidden = lower(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden[mask.bool()].to(torch.bfloat16)

    buckets = list(length_buckets(lengths, batch_size=32))
    states: list[torch.Tensor] = [torch.empty(0)] * len(rows)
    with torch.inference_mode(), accelerator.autocast():
        computed = dealt_out(buckets, lower_states, lambda indices: sum(lengths[i] for i in indices), accelerator)
        quiet = not buckets or not accelerator.is_main_process
        for indices, found in tqdm(computed, desc=description, unit="batch", total=len(buckets), disable=quiet):
            for index, state in zip(indices, found.split([lengths[i] for i in indices]), strict=True):
                # A copy: a view would keep the whole batch in memory, with what the exchange added to it.
                states[index] = state.clone()
    return Rows(ids=rows.ids, states=tuple(states), targets=rows.targets, pad_id=rows.pad_id)


def shuffled_batches(lengths: Sequence[int], *, batch_size: int, generator: torch.Generator) -> Iterator[list[int]]:
    """All indices once, in batches of like length in random order.

    Mails are sorted by length within random blocks of 50 batches, so that batches differ from epoch to epoch.
    """
    order = torch.randperm(len(lengths), generator=generator).tolist()
    block = batch_size * 50
    batches: list[list[int]] = []
    for start in range(0, len(order), block):
        part = sorted(order[start : start + block], key=lambda index: lengths[index])
        batches += [part[first : first + batch_size] for first in range(0, len(part), batch_size)]
    for number in torch.randperm(len(batches), generator=generator).tolist():
        yield batches[number]
