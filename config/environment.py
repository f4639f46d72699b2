"""What an environment is: one frozen object, a table of the TOML file each.

Checks that concern one table stand with it, those across tables in checks.py.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal


def _within(name: str, value: float, lowest: float, highest: float) -> None:
    if not lowest <= value <= highest:
        raise ValueError(f"{name} must lie between {lowest:g} and {highest:g}, not {value:g}.")


@dataclass(frozen=True, kw_only=True)
class AccountConfig:
    """``account``: twelve digits. ``single_account``: that both environments may share an account is meant."""

    name: Literal["dev", "prod"]
    account: str
    region: str
    availability_zones: tuple[str, ...]
    single_account: bool

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{12}", self.account):
            raise ValueError(f"account must be the twelve digits of an AWS account, not {self.account!r}.")
        if len(set(self.availability_zones)) != 2:
            raise ValueError("availability_zones must name two different zones.")
        for zone in self.availability_zones:
            if not re.fullmatch(re.escape(self.region) + "[a-f]", zone):
                raise ValueError(f"the zone {zone!r} does not lie in the region {self.region!r}.")


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """``cidr``: the VPC's addresses. ``flow_log_days``: how long flow logs are kept."""

    cidr: str
    flow_log_days: int


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """Retention in days. ``keep_on_destroy``: buckets, ledger and keys outlive the deletion of their stack."""

    export_days: int
    dataset_days: int
    superseded_days: int
    access_log_days: int
    ledger_days: int
    keep_on_destroy: bool
    termination_protection: bool


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """``spot`` trains on spare capacity, at most ``max_wait_hours`` with the waiting; ``image``: tag of the Hugging
    Face training image.

    ``minimum_scores``: macro-F1 per task that a model must reach; ``margin``: what a task may lose against the
    champion.
    """

    base_model: str
    data: Literal["test", "production"]
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
    margin: float
    mlflow: bool

    def __post_init__(self) -> None:
        _within("margin", self.margin, 0, 1)
        if self.spot and self.max_wait_hours < self.max_hours:
            raise ValueError("max_wait_hours counts waiting and training together and cannot be below max_hours.")
        if set(self.minimum_scores) != set(self.tasks):
            raise ValueError("minimum_scores must name exactly the tasks.")
        for task, score in self.minimum_scores.items():
            _within(f"minimum_scores.{task}", score, 0, 1)


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
        _within("minimum_instances", self.minimum_instances, 1, 100)
        if self.maximum_instances < self.minimum_instances:
            raise ValueError("maximum_instances cannot be below minimum_instances.")
        if self.canary_percent:
            # https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-canary.html
            _within("canary_percent", self.canary_percent, 1, 50)
            if self.minimum_instances < 2:
                raise ValueError(
                    "a canary needs at least two instances; set minimum_instances to 2 or canary_percent to 0."
                )


@dataclass(frozen=True, kw_only=True)
class ServerlessConfig:
    """An endpoint that costs by use and sleeps in between."""

    memory_mb: Literal[1024, 2048, 3072, 4096, 5120, 6144]
    maximum_concurrency: int


@dataclass(frozen=True, kw_only=True)
class InferenceConfig:
    """``data_capture_percent`` of the requests are recorded in S3, mail text with them: 0 unless there is a reason."""

    kind: Literal["real_time", "serverless"]
    image: str
    real_time: RealTimeConfig | None
    serverless: ServerlessConfig | None
    data_capture_percent: int

    def __post_init__(self) -> None:
        _within("data_capture_percent", self.data_capture_percent, 0, 100)
        if (self.real_time is None) == (self.serverless is None) or getattr(self, self.kind) is None:
            raise ValueError(f"exactly the table {self.kind} must be given, since kind is {self.kind!r}.")
        if self.kind == "serverless" and self.data_capture_percent:
            raise ValueError("a serverless endpoint cannot capture data; set data_capture_percent to 0.")


@dataclass(frozen=True, kw_only=True)
class MethodThrottle:
    """Requests per second, and how many may come at once."""

    rate: int
    burst: int


@dataclass(frozen=True, kw_only=True)
class CustomDomain:
    """A name of one's own for the API; ``certificate_arn`` is ACM's, in the same region."""

    name: str
    certificate_arn: str


@dataclass(frozen=True, kw_only=True)
class ApiConfig:
    """``throttles``: per route, ``"POST /v1/classifications"``. ``waf_requests_per_5_minutes``: of one address.
    ``clients``: one API key each. ``concurrency``: reserved executions per function."""

    clients: tuple[str, ...]
    requests_per_day: int
    throttles: Mapping[str, MethodThrottle]
    waf_requests_per_5_minutes: int
    concurrency: Mapping[str, int]
    memory_mb: int
    deadline_seconds: float
    audit_share: float
    log_days: int
    custom_domain: CustomDomain | None

    def __post_init__(self) -> None:
        _within("deadline_seconds", self.deadline_seconds, 0.5, 25)
        _within("audit_share", self.audit_share, 0, 1)
        if not self.clients:
            raise ValueError("clients must name at least one client of the API.")


@dataclass(frozen=True, kw_only=True)
class OrchestrationConfig:
    """``mwaa`` off puts an EventBridge schedule in its place. ``schedule``: an EventBridge cron expression, UTC.
    ``web_server_networks``: the company's networks (CIDR), joined to the VPC, whose browsers may open Airflow."""

    mwaa: bool
    environment_class: Literal["mw1.micro", "mw1.small", "mw1.medium", "mw1.large"]
    maximum_workers: int
    schedule: str
    web_server_networks: tuple[str, ...]
    log_days: int

    def __post_init__(self) -> None:
        # https://docs.aws.amazon.com/mwaa/latest/userguide/environment-class.html
        _within("maximum_workers", self.maximum_workers, 1, 25)
        if self.environment_class == "mw1.micro" and self.maximum_workers > 1:
            raise ValueError("maximum_workers must be 1 for the class mw1.micro.")
        for network in self.web_server_networks:
            try:
                too_wide = ip_network(network).prefixlen < 8
            except ValueError:
                raise ValueError(f"web_server_networks: {network!r} is no network such as '10.8.0.0/16'.") from None
            if too_wide:
                raise ValueError(f"web_server_networks: {network!r} is wider than any company's own network.")


@dataclass(frozen=True, kw_only=True)
class StudioConfig:
    """``users``: one profile each. ``idle_minutes`` until an idle Code Editor stops. ``log_days``: of the apps'
    logs."""

    users: tuple[str, ...]
    code_editor_instance_type: str
    code_editor_volume_gb: int
    idle_minutes: int
    log_days: int

    def __post_init__(self) -> None:
        for user in self.users:
            # A profile's name, with room for "-code", the name of the user's space.
            if not re.fullmatch(r"[A-Za-z0-9](-*[A-Za-z0-9]){0,57}", user):
                raise ValueError(f"users: {user!r} must be made of letters, digits and single hyphens between them.")
        if len(set(self.users)) != len(self.users):
            raise ValueError("users must be different names.")
        if not self.code_editor_instance_type.startswith("ml."):
            raise ValueError("code_editor_instance_type must begin with 'ml.', such as 'ml.t3.medium'.")
        _within("code_editor_volume_gb", self.code_editor_volume_gb, 5, 16384)
        # https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
        _within("idle_minutes", self.idle_minutes, 60, 525600)


@dataclass(frozen=True, kw_only=True)
class ObservabilityConfig:
    """``email`` gets alarms and budget warnings. Shares are 0 to 1: of requests, ``low_confidence_share`` of mails.
    ``label_mix_task``: the task whose labels are counted one by one. ``expect_mail``: a working hour without a request
    is an alarm."""

    email: str
    label_mix_task: str
    expect_mail: bool
    monthly_budget_usd: int
    error_share: float
    model_latency_ms: int
    api_latency_ms: int
    low_confidence_share: float


@dataclass(frozen=True, kw_only=True)
class PeopleConfig:
    """Who may take on which role: ARNs of the roles of the company's own sign-in (IAM Identity Center, say)."""

    data_scientists: tuple[str, ...]
    approvers: tuple[str, ...]
    platform_engineers: tuple[str, ...]
    crm_uploaders: tuple[str, ...]
    auditors: tuple[str, ...]
    trail_days: int

    def __post_init__(self) -> None:
        for arn in (
            *self.data_scientists,
            *self.approvers,
            *self.platform_engineers,
            *self.crm_uploaders,
            *self.auditors,
        ):
            if not re.fullmatch(r"arn:aws:iam::[0-9]{12}:(role|user)/[\w+=,.@/-]+", arn):
                raise ValueError(f"{arn!r} is not the ARN of one role or user; write it out, without wildcards.")
        both = set(self.data_scientists) & set(self.approvers)
        if both:
            raise ValueError(f"who trains cannot approve: {min(both)} stands under data_scientists and approvers.")


@dataclass(frozen=True, kw_only=True)
class CiConfig:
    """``jenkins``: ARN of the role that Jenkins runs under and assumes the deployment role from."""

    jenkins: str
    external_id: str


@dataclass(frozen=True, kw_only=True)
class EnvironmentConfig:
    """One environment, whole."""

    environment: AccountConfig
    network: NetworkConfig
    data: DataConfig
    training: TrainingConfig
    inference: InferenceConfig
    api: ApiConfig
    orchestration: OrchestrationConfig
    studio: StudioConfig
    observability: ObservabilityConfig
    people: PeopleConfig
    ci: CiConfig

    @property
    def name(self) -> str:
        """dev or prod."""
        return self.environment.name

    @property
    def account(self) -> str:
        """The AWS account, twelve digits."""
        return self.environment.account

    @property
    def region(self) -> str:
        """The AWS region."""
        return self.environment.region

    def named(self, part: str) -> str:
        """The name of a thing of this environment: ``mailroom-dev-PART``."""
        return f"mailroom-{self.name}-{part}"

    @property
    def own_name(self) -> str:
        """What endpoint, pipeline, package group and API are called: ``mailroom-dev``."""
        return f"mailroom-{self.name}"

    @property
    def approved_model_parameter(self) -> str:
        """The SSM parameter that holds the approved model package's ARN."""
        return f"/mailroom/{self.name}/approved-model"
