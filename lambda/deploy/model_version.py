"""A version in the model registry, as far as a deployment asks about it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelVersion:
    """An approved model package.

    ``approved_at``: when the registry last changed it (it keeps no time of approval of its own), so approving a version
    anew always moves this. ``approved_by``: the ARN of who did that, empty if the registry does not say.
    ``taxonomy``: the version of the taxonomy it was trained under, empty if it names none. ``defect``: why it cannot be
    deployed, None if it can.
    """

    arn: str
    number: int
    approved_at: datetime
    approved_by: str = ""
    taxonomy: str = ""
    defect: str | None = None
