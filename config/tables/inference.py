"""The table ``[inference]``."""

from dataclasses import dataclass
from typing import Literal

from config.values import at_least, within


@dataclass(frozen=True, kw_only=True)
class RealTimeConfig:
    """An endpoint of instances that always run. ``canary_percent`` of the fleet gets a new model first, for
    ``bake_minutes``; 0 moves all at once, which one instance needs."""

    instance_type: str
    minimum_instances: int
    maximum_instances: int
    invocations_per_instance_minute: int
    canary_percent: int
    bake_minutes: int

    def __post_init__(self) -> None:
        within("minimum_instances", self.minimum_instances, 1, 100)
        if self.maximum_instances < self.minimum_instances:
            raise ValueError("maximum_instances cannot be below minimum_instances.")
        within("maximum_instances", self.maximum_instances, 1, 100)
        at_least("invocations_per_instance_minute", self.invocations_per_instance_minute, 1)
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html
        within("bake_minutes", self.bake_minutes, 0, 60)
        if self.canary_percent:
            # https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-canary.html
            within("canary_percent", self.canary_percent, 1, 50)
            if self.minimum_instances < 2:
                raise ValueError(
                    "a canary needs at least two instances; set minimum_instances to 2 or canary_percent to 0."
                )


@dataclass(frozen=True, kw_only=True)
class ServerlessConfig:
    """An endpoint that costs by use and sleeps in between."""

    memory_mb: Literal[1024, 2048, 3072, 4096, 5120, 6144]
    maximum_concurrency: int

    def __post_init__(self) -> None:
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantServerlessConfig.html
        within("maximum_concurrency", self.maximum_concurrency, 1, 200)


@dataclass(frozen=True, kw_only=True)
class InferenceConfig:
    """``data_capture_percent`` of the requests are recorded in S3, mail text with them: 0 unless there is a reason."""

    kind: Literal["real_time", "serverless"]
    image: str
    real_time: RealTimeConfig | None
    serverless: ServerlessConfig | None
    data_capture_percent: int

    def __post_init__(self) -> None:
        within("data_capture_percent", self.data_capture_percent, 0, 100)
        if (self.real_time is None) == (self.serverless is None) or getattr(self, self.kind) is None:
            raise ValueError(f"exactly the table {self.kind} must be given, since kind is {self.kind!r}.")
        if self.kind == "serverless" and self.data_capture_percent:
            raise ValueError("a serverless endpoint cannot capture data; set data_capture_percent to 0.")
