"""What an execution knows of itself: its parameters and its own variables."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.pipelines.errors import DefinitionError


@dataclass(frozen=True, kw_only=True)
class RunValues:
    """``arn``: the execution's; ``started_at``: seconds since 1970."""

    arn: str
    started_at: float
    parameters: Mapping[str, Any]

    @property
    def pipeline_arn(self) -> str:
        """The ARN of the pipeline."""
        return self.arn.partition("/execution/")[0]

    @property
    def id(self) -> str:
        """The execution's own name."""
        return self.arn.rpartition("/")[2]

    def get(self, name: str) -> Any:
        """What ``Parameters.X`` or ``Execution.X`` stands for.

        https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html

        Raises:
            DefinitionError: there is no such parameter or variable.
        """
        space, _, own = name.partition(".")
        known = {"Parameters": self.parameters, "Execution": self._variables()}.get(space, {})
        if own not in known:
            raise DefinitionError(f"The definition asks for {name}, which an execution does not have.")
        return known[own]

    def _variables(self) -> Mapping[str, str]:
        return {
            "PipelineExecutionId": self.id,
            "PipelineExecutionArn": self.arn,
            "PipelineArn": self.pipeline_arn,
            "PipelineName": self.pipeline_arn.rpartition("/")[2],
            "StartDateTime": _iso(self.started_at),
            "CurrentDateTime": _iso(time.time()),
        }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
