"""What the definition is made of: names and ARNs, in a template as tokens, in a test as plain text."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Buckets:
    """Bucket names. ``exports`` is only read."""

    exports: str
    datasets: str
    artefacts: str


@dataclass(frozen=True, kw_only=True)
class Roles:
    """ARN of the execution role of each job; ``track`` is None where there is no MLflow app."""

    prepare: str
    train: str
    evaluate: str
    gate: str
    track: str | None


@dataclass(frozen=True, kw_only=True)
class Vpc:
    """Where every job's network interfaces lie."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]

    def config(self) -> dict[str, list[str]]:
        """SageMaker's VpcConfig."""
        return {"SecurityGroupIds": list(self.security_groups), "Subnets": list(self.subnets)}


@dataclass(frozen=True, kw_only=True)
class SourceCode:
    """The tarball with the project's code: an object of the asset bucket."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        """Its S3 URI."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the content, which is what its key is made of."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class TrainingMachine:
    """Hours count from the start of the training; ``max_wait_hours`` also counts the wait for spare capacity."""

    instance_type: str
    instance_count: int
    volume_gb: int
    max_hours: int
    spot: bool
    max_wait_hours: int


@dataclass(frozen=True, kw_only=True)
class ProcessingMachine:
    """The machine of every other step."""

    instance_type: str
    volume_gb: int


@dataclass(frozen=True, kw_only=True)
class GateLimits:
    """``minimum_scores``: macro-F1 per task; ``test_mails``: the least that a task is measured on; ``margin``: what a
    task may lose against the champion; ``coverage``: the least share of its mails that is compared with it."""

    minimum_scores: Mapping[str, float]
    test_mails: int
    margin: float
    coverage: float


@dataclass(frozen=True, kw_only=True)
class PipelineSettings:
    """``data``: the prefix of the exports bucket to read. ``export_month``: the newest export of a run that names none.
    ``endpoint``: name of the one whose model is the champion. ``experiment``: under which SageMaker Experiments
    groups the runs. ``taxonomy_sha256``: of the taxonomy that the code has packed. ``mlflow_app``: ARN, None to
    record no run. ``approval_status``: what a model that passed the gate is registered as."""

    region: str
    data: str
    export_month: str
    buckets: Buckets
    roles: Roles
    vpc: Vpc
    key: str
    code: SourceCode
    training_image: str
    inference_image: str
    inference_instance_types: tuple[str, ...]
    training: TrainingMachine
    processing: ProcessingMachine
    tasks: tuple[str, ...]
    base_model: str
    hyperparameters: Mapping[str, str]
    limits: GateLimits
    package_group: str
    endpoint: str
    experiment: str
    taxonomy_sha256: str
    approval_status: str
    mlflow_app: str | None
