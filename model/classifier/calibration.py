"""How encoder and lexical part are stacked and their scores become probabilities; fitted on validation, kept in the
archive.

Per task, logits = encoder * encoder_scores + lexical * lexical_scores: two scales that are weights and temperatures at
once (Guo et al. 2017, On Calibration of Modern Neural Networks, with two sources). ``path`` weighs a task's
log-probability in the joint decoding (see decoding.py).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch

from mailroom.errors import ContractError


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskCalibration:
    """The scales of one task; a part that is absent has scale 0."""

    encoder: float
    lexical: float
    path: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """All tasks' scales, and how many validation mails they rest on."""

    tasks: Mapping[str, TaskCalibration]
    validation_mails: int

    def log_probabilities(
        self, encoder: Mapping[str, torch.Tensor], lexical: Mapping[str, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        """Per task (mails, labels), from the parts' scores of the same shape; a part may be an empty mapping."""
        found = {}
        for task, scale in self.tasks.items():
            logits = [
                part[task].float() * factor
                for part, factor in ((encoder, scale.encoder), (lexical, scale.lexical))
                if part
            ]
            found[task] = torch.log_softmax(sum(logits[1:], start=logits[0]), dim=1)
        return found


def calibration_to_json(calibration: Calibration) -> dict[str, Any]:
    """As it stands in the archive."""
    return {
        "validation_mails": calibration.validation_mails,
        "tasks": {task: asdict(scale) for task, scale in calibration.tasks.items()},
    }


def calibration_from_json(payload: Any) -> Calibration:
    """Read it back; raises ContractError if it has another form."""
    try:
        return Calibration(
            validation_mails=int(payload["validation_mails"]),
            tasks={
                task: TaskCalibration(
                    encoder=float(scale["encoder"]), lexical=float(scale["lexical"]), path=float(scale["path"])
                )
                for task, scale in payload["tasks"].items()
            },
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ContractError("The calibration does not have the agreed form.") from None
