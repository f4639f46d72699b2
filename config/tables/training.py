"""The table ``[training]``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from config.values import all_different, at_least, exactly, matches, within
from mailroom.hyperparameters import OVERRIDES, HyperparameterError, hyperparameters_from

# 28 days: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
_LONGEST_HOURS = 672
_LARGEST_VOLUME_GB = 16384


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """``export_month``: the newest export that a run without a month trains on, ``YYYY-MM``, or ``previous``: the
    calendar month before its start.

    ``spot`` trains on spare capacity, at most ``max_wait_hours`` with the waiting; ``image``: tag of the Hugging
    Face training image.

    ``minimum_scores``: macro-F1 per task that a model must reach, on at least ``minimum_test_mails`` mails; ``margin``:
    what a task may lose against the champion; ``minimum_coverage``: the share of a task's test mails that must have
    been compared with it, unless the taxonomy declares their labels as newer.
    """

    base_model: str
    data: Literal["test", "production"]
    export_month: str
    image: str
    instance_type: str
    instance_count: int
    volume_gb: int
    max_hours: int
    spot: bool
    max_wait_hours: int
    processing_instance_type: str
    processing_volume_gb: int
    tasks: tuple[str, ...]
    hyperparameters: Mapping[str, str]
    minimum_scores: Mapping[str, float]
    minimum_test_mails: int
    margin: float
    minimum_coverage: float
    mlflow: bool

    def __post_init__(self) -> None:
        matches(
            "base_model", self.base_model, r"[\w.-]+(/[\w.-]+)?", "a model's name such as 'distilbert-base-uncased'"
        )
        matches(
            "export_month",
            self.export_month,
            r"previous|[0-9]{4}-(0[1-9]|1[0-2])",
            "a month such as 2026-02, or previous",
        )
        within("instance_count", self.instance_count, 1, 20)
        within("volume_gb", self.volume_gb, 1, _LARGEST_VOLUME_GB)
        within("processing_volume_gb", self.processing_volume_gb, 1, _LARGEST_VOLUME_GB)
        self._check_time()
        self._check_tasks()
        self._check_hyperparameters()
        at_least("minimum_test_mails", self.minimum_test_mails, 1)
        within("margin", self.margin, 0, 1)
        within("minimum_coverage", self.minimum_coverage, 0, 1)

    def _check_time(self) -> None:
        within("max_hours", self.max_hours, 1, _LONGEST_HOURS)
        if self.spot and self.max_wait_hours < self.max_hours:
            raise ValueError("max_wait_hours counts waiting and training together and cannot be below max_hours.")
        at_least("max_wait_hours", self.max_wait_hours, 1)

    def _check_tasks(self) -> None:
        if not self.tasks:
            raise ValueError("tasks must name at least one task.")
        for task in self.tasks:
            matches("tasks", task, r"[a-z][a-z0-9_]*", "a task's name in small letters, such as 'queue'")
        all_different("tasks", self.tasks)
        exactly("minimum_scores", self.minimum_scores, self.tasks, "the tasks")
        for task, score in self.minimum_scores.items():
            within(f"minimum_scores.{task}", score, 0, 1)

    def _check_hyperparameters(self) -> None:
        if "tasks" in self.hyperparameters:
            raise ValueError("hyperparameters: the tasks are a setting of their own; set them under tasks.")
        if OVERRIDES in self.hyperparameters:
            raise ValueError(f"hyperparameters: {OVERRIDES} belong to a run; set the hyperparameters themselves.")
        try:
            hyperparameters_from(self.hyperparameters)
        except HyperparameterError as error:
            raise ValueError(f"hyperparameters: {error}") from None
