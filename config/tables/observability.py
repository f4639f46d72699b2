"""The table ``[observability]``."""

from dataclasses import dataclass

from config.values import at_least, matches, share, within


@dataclass(frozen=True, kw_only=True)
class ObservabilityConfig:
    """``email`` gets alarms and budget warnings. Shares are 0 to 1: of requests, ``low_confidence_share`` and
    ``item_error_share`` of mails. ``label_mix_jump``: what the share of one label gains from a model to the
    next. ``label_mix_task``: the task whose labels are counted one by one. ``expect_mail``: a working hour without a
    request is an alarm."""

    email: str
    label_mix_task: str
    expect_mail: bool
    monthly_budget_usd: int
    error_share: float
    item_error_share: float
    label_mix_jump: float
    model_latency_ms: int
    api_latency_ms: int
    low_confidence_share: float

    def __post_init__(self) -> None:
        matches(
            "email", self.email, r"[\w.+-]+@([a-zA-Z0-9-]+\.)+[a-zA-Z]{2,63}", "an address such as 'team@example.com'"
        )
        at_least("monthly_budget_usd", self.monthly_budget_usd, 1)
        share("error_share", self.error_share)
        share("item_error_share", self.item_error_share)
        # Below lies chance, at 50 mails of each model; docs/decisions/0012-what-turns-a-model-back.md
        within("label_mix_jump", self.label_mix_jump, 0.25, 0.95)
        # A model's answer is given up after 60 seconds and the API's after 29: a later alarm could never sound.
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
        within("model_latency_ms", self.model_latency_ms, 1, 60_000)
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
        within("api_latency_ms", self.api_latency_ms, 1, 29_000)
        share("low_confidence_share", self.low_confidence_share)
