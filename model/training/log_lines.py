"""Metrics as log lines; mailroom/training_metrics.py has the regular expressions that read them back."""

from mailroom.training_metrics import NUMBER, metric_definitions, metric_name, metric_names

__all__ = ["NUMBER", "metric_definitions", "metric_line", "metric_name", "metric_names"]


def metric_line(values: dict[str, float]) -> str:
    """One line with all values, each as ``name=number``."""
    return " ".join(f"{name}={value:.6g}" for name, value in values.items())
