"""The metrics that a training job prints, and the regular expressions by which SageMaker reads them back.

A job may have at most 40 definitions of at most 500 characters each. The number's pattern knows signs and exponents;
the one commonly copied, ([0-9\\.]+), reads 4.9e-05 as 4.9.
"""

from collections.abc import Sequence

NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_BORDER = r"(?:^|\s)"


def metric_name(*parts: str) -> str:
    """A metric's name of its parts: ``validation``, the task, the measure."""
    return ":".join(parts)


def metric_names(tasks: Sequence[str]) -> tuple[str, ...]:
    """The metrics a job over these tasks prints."""
    per_task = [metric_name("validation", task, measure) for task in tasks for measure in ("accuracy", "macro_f1")]
    return ("train:loss", "train:learning_rate", "validation:loss", "validation:score", *per_task)


def metric_definitions(tasks: Sequence[str]) -> list[dict[str, str]]:
    """SageMaker's MetricDefinitions for a job over these tasks."""
    return [{"Name": name, "Regex": f"{_BORDER}{name}={NUMBER}"} for name in metric_names(tasks)]
