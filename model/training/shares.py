"""Work dealt out among the processes of a job, with every result known to all of them in the end.

What to compute, and how large each result is, every process knows beforehand. So only results travel, as plain tensors.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from accelerate import Accelerator


def dealt_out(
    batches: Sequence[list[int]],
    compute: Callable[[list[int]], torch.Tensor],
    rows: Callable[[list[int]], int],
    accelerator: Accelerator,
) -> Iterator[tuple[list[int], torch.Tensor]]:
    """Each batch with its result on the processor's memory, in order; a process computes every n-th of them.

    ``compute`` returns (rows, width), of the same width and type for every batch; ``rows`` tells the rows in advance.
    """
    count = accelerator.num_processes
    for first in range(0, len(batches), count):
        turn = batches[first : first + count]
        # In the last turn some have nothing left to do, but a result's form to send: they repeat the first batch's.
        mine = turn[accelerator.process_index] if accelerator.process_index < len(turn) else turn[0]
        results = _exchanged(compute(mine), [rows(batch) for batch in turn], accelerator)
        yield from zip(turn, results, strict=True)


def _exchanged(part: torch.Tensor, rows: Sequence[int], accelerator: Accelerator) -> list[torch.Tensor]:
    """The parts of all processes that have one of their own."""
    if accelerator.num_processes == 1:
        return [part.cpu()]
    padded = part.new_zeros(max(rows), *part.shape[1:])
    padded[: len(part)] = part[: len(padded)]
    # As bytes: not every backend knows every type of number.
    gathered = accelerator.gather(padded.contiguous().view(torch.uint8)).view(part.dtype).cpu()
    return [whole[:count] for whole, count in zip(gathered.split(len(padded)), rows, strict=False)]
