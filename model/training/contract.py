"""SageMaker's script-mode contract: where a training job finds its input and leaves its output.

The container sets SM_* variables (github.com/aws/sagemaker-training-toolkit, ENVIRONMENT_VARIABLES.md). Nothing here
has a path of its own, but for the checkpoint folder, which SageMaker announces in no variable.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailroom.errors import MailroomError
from mailroom.hyperparameters import Hyperparameters, hyperparameters_from

# What CheckpointConfig.LocalPath is unless a job says otherwise.
DEFAULT_CHECKPOINTS = "/opt/ml/checkpoints"


class ContractVariableError(MailroomError):
    """A variable of the training contract is missing or cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingJob:
    """One job: channels in, folders out.

    ``data`` is the prepared dataset (channel ``train``), ``base_model`` a Hugging Face folder (channel ``base_model``),
    ``vendor`` what the archive needs compiled for the serving container (channel ``vendor``, optional).
    """

    data: Path
    base_model: Path
    vendor: Path | None
    model_dir: Path
    output_dir: Path
    checkpoints: Path
    hyperparameters: Hyperparameters


def job_from_environment(environment: Mapping[str, str]) -> TrainingJob:
    """Read the job from SM_* variables.

    Raises:
        ContractVariableError: a variable is missing, or SM_HPS is not a JSON object.
        HyperparameterError: a hyperparameter is unknown or out of range.
    """
    try:
        given = json.loads(environment.get("SM_HPS", "{}"))
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ContractVariableError("SM_HPS must hold the hyperparameters as a JSON object.")
    vendor = environment.get("SM_CHANNEL_VENDOR")
    return TrainingJob(
        data=_folder(environment, "SM_CHANNEL_TRAIN"),
        base_model=_folder(environment, "SM_CHANNEL_BASE_MODEL"),
        vendor=Path(vendor) if vendor else None,
        model_dir=_folder(environment, "SM_MODEL_DIR"),
        output_dir=_folder(environment, "SM_OUTPUT_DATA_DIR"),
        checkpoints=Path(environment.get("SM_CHECKPOINT_DIR", DEFAULT_CHECKPOINTS)),
        hyperparameters=hyperparameters_from(given),
    )


def _folder(environment: Mapping[str, str], name: str) -> Path:
    value = environment.get(name)
    if not value:
        raise ContractVariableError(f"The training contract's variable {name} is not set.")
    return Path(value)
