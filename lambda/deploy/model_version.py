"""A version in the model registry, as far as a deployment asks about it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelVersion:
    """An approved model package.

    ``approved_by``: the ARN of who last changed it, empty if the registry does not say. ``name``: the model's own
    version, which its answers carry. ``taxonomy``: the version of the taxonomy it was trained under. Either is empty if
    the package names none. ``defect``: why it cannot be deployed, None if it can.
    """

    arn: str
    number: int
    registered_at: datetime
    approved_by: str = ""
    name: str = ""
    taxonomy: str = ""
    defect: str | None = None
