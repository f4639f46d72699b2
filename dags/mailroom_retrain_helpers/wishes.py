"""What a person wants otherwise when triggering a run, as parameters of the pipeline."""

import json
import re
from collections.abc import Mapping
from typing import Any

from mailroom.hyperparameters import OVERRIDES, hyperparameters_from
from mailroom_retrain_helpers.errors import WishError

BASE_MODEL_PARAMETER = "BaseModel"
HYPERPARAMETERS_PARAMETER = "Hyperparameters"
_PREFIX = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")


def pipeline_parameters(hyperparameters: Mapping[str, Any] | None, base_model: str | None) -> dict[str, str]:
    """The pipeline's parameters for what was given, and none for what was not: its own defaults count there.

    Raises:
        HyperparameterError: a name is unknown, or a value is out of range.
        WishError: the base model is no prefix.
    """
    parameters = {}
    if hyperparameters is not None:
        # Now, and not after an hour of preparation.
        hyperparameters_from({OVERRIDES: hyperparameters})
        parameters[HYPERPARAMETERS_PARAMETER] = json.dumps(hyperparameters, sort_keys=True)
    if base_model is not None:
        if not _PREFIX.fullmatch(base_model):
            raise WishError("The base model must be a prefix of the artefacts bucket, such as 'base-models/german'.")
        parameters[BASE_MODEL_PARAMETER] = base_model
    return parameters
