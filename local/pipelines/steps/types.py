"""The types of steps that are run here."""

from collections.abc import Callable, Mapping

from local.pipelines.attempt import Attempt
from local.pipelines.steps.condition import run_condition
from local.pipelines.steps.fail import run_fail
from local.pipelines.steps.processing import run_processing
from local.pipelines.steps.register import run_register
from local.pipelines.steps.training import run_training

STEP_TYPES: Mapping[str, Callable[[Attempt], None]] = {
    "Processing": run_processing,
    "Training": run_training,
    "Condition": run_condition,
    "RegisterModel": run_register,
    "Fail": run_fail,
}
"""What runs a step, by the type that a definition names."""
