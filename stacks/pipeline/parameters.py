"""What a run can be told."""

from collections.abc import Sequence

EXPORT_MONTH = "ExportMonth"
TASKS = "Tasks"
BASE_MODEL = "BaseModel"
HYPERPARAMETERS = "Hyperparameters"
EXPORT_DIGEST = "ExportDigest"

UNCHECKED = "unchecked"
"""The digest of a run whose export nobody has validated beforehand."""


def pipeline_parameters(*, export_month: str, tasks: Sequence[str], base_model_prefix: str) -> list[dict[str, str]]:
    """The pipeline's parameters with their defaults.

    ``ExportMonth`` is ``YYYY-MM`` or ``previous`` (the calendar month before the run's start), ``Tasks`` names joined
    by commas, ``BaseModel`` the prefix in the artefacts bucket under which the base weights are staged,
    ``Hyperparameters`` a JSON object of what this run trains with instead of the configured hyperparameters,
    ``ExportDigest`` the SHA-256 of the month's export as it was validated, or ``unchecked``.
    """
    defaults = {
        EXPORT_MONTH: export_month,
        TASKS: ",".join(tasks),
        BASE_MODEL: base_model_prefix,
        HYPERPARAMETERS: "{}",
        EXPORT_DIGEST: UNCHECKED,
    }
    return [{"Name": name, "Type": "String", "DefaultValue": value} for name, value in defaults.items()]
