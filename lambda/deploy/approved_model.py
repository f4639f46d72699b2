"""The SSM parameter that holds the approved version's ARN; the inference template reads it at each update."""

from typing import Any

NO_MODEL = "none"
"""The parameter's value while no version is approved: the template then leaves the endpoint out."""


class ApprovedModel:
    """The parameter, through an SSM client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def read(self) -> str:
        """A model package's ARN, or NO_MODEL."""
        value: str = self._client.get_parameter(Name=self._name)["Parameter"]["Value"]
        return value

    def write(self, value: str) -> None:
        """Set it; its type and description stay the stack's that declared it."""
        self._client.put_parameter(Name=self._name, Value=value, Overwrite=True)
