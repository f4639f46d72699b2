"""What a run can be told."""

from collections.abc import Sequence

EXPORT_MONTH = "ExportMonth"
TASKS = "Tasks"
BASE_MODEL = "BaseModel"
HYPERPARAMETERS = "Hyperparameters"

PREVIOUS_MONTH = "previous"
"""The calendar month before the one in which the run starts."""


def pipeline_parameters(*, tasks: Sequence[str], base_model_prefix: str) -> list[dict[str, str]]:
    """The pipeline's parameters with their defaults.

    ``ExportMonth`` is ``YYYY-MM`` or ``previous``, ``Tasks`` names joined by commas, ``BaseModel`` the prefix in the
    artefacts bucket under which the base weights are staged, ``Hyperparameters`` a JSON object of what this run trains
    with instead of the configured hyperparameters.
    """
    defaults = {
        EXPORT_MONTH: PREVIOUS_MONTH,
        TASKS: ",".join(tasks),
        BASE_MODEL: base_model_prefix,
        HYPERPARAMETERS: "{}",
    }
    return [{"Name": name, "Type": "String", "DefaultValue": value} for name, value in defaults.items()]
