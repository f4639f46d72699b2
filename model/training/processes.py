"""One process or several: accelerate set up as the starter (torchrun, or nobody) announced it."""

from collections.abc import Mapping

import torch
from accelerate import Accelerator

from mailroom.errors import MailroomError


class ProcessesError(MailroomError):
    """The processes of a job do not form the group that was announced, or would go different ways."""


def accelerator_for(environment: Mapping[str, str], *, bf16: bool) -> Accelerator:
    """The group of processes that WORLD_SIZE announces, and this process's device.

    Raises:
        ProcessesError: the group did not come about.
    """
    announced = int(environment.get("WORLD_SIZE", "1"))
    # Without a GPU accelerate joins a group only if told to keep to the processor; every process would train alone.
    accelerator = Accelerator(
        mixed_precision="bf16" if bf16 else "no", cpu=announced > 1 and not torch.cuda.is_available()
    )
    if accelerator.num_processes != announced:
        raise ProcessesError(
            f"{announced} processes were announced (WORLD_SIZE) and {accelerator.num_processes} joined; start training "
            "with torchrun, or alone."
        )
    return accelerator


def check_same_epoch(epoch: int, accelerator: Accelerator) -> None:
    """Raise ProcessesError unless all processes begin after the same epoch."""
    found = accelerator.gather(torch.tensor([epoch], device=accelerator.device)).tolist()
    if len(set(found)) > 1:
        raise ProcessesError(
            f"The processes found checkpoints of different epochs ({', '.join(str(one) for one in found)}); give all "
            "the same checkpoints, or none."
        )
