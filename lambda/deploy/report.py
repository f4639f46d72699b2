"""What the function writes into its log of one endpoint; alarms and people read it."""

from deploy.approved_model import NO_MODEL
from deploy.model_version import ModelVersion
from mailroom.lambda_runtime import logs


class Report:
    """``taxonomy_version``: of the taxonomy that is deployed now."""

    def __init__(self, *, endpoint_name: str, taxonomy_version: str) -> None:
        self._endpoint_name = endpoint_name
        self._taxonomy_version = taxonomy_version

    def live(self, version: ModelVersion | None) -> None:
        """The endpoint serves what is wanted."""
        self.write("live", version=NO_MODEL if version is None else version.arn)
        # It went live all the same: a return to a former version must never be blocked, and every answer names the
        # taxonomy that it was given under.
        if version is not None and version.taxonomy != self._taxonomy_version:
            self.write(
                "taxonomy_differs",
                level="warning",
                version=version.arn,
                taxonomy_version=version.taxonomy,
                deployed_taxonomy_version=self._taxonomy_version,
            )

    def returned(self, rolled_back: ModelVersion | None, *, abandoned: str, live: str) -> None:
        """What the parameter named is given up, since it was turned back or for another reason."""
        if rolled_back is not None:
            self.write("rolled_back", level="error", version=rolled_back.arn, live_version=live)
        else:
            self.write("parameter_restored", level="warning", version=abandoned, live_version=live)

    def write(self, event: str, *, level: str = "info", **facts: str | None) -> None:
        """One line."""
        logs.write(event, {"endpoint": self._endpoint_name, **facts}, level=level)
