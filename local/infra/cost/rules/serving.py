"""The API, its functions, and the queues and topics between them."""

from collections.abc import Iterator

from local.infra.assembly import Resource
from local.infra.cost.line import Line
from local.infra.cost.rules.context import Context, Rule
from local.infra.intrinsics import as_text


def rest_api(_: Resource, context: Context) -> Iterator[Line]:
    """A REST API costs by call."""
    yield context.millions("API calls", context.requests, "api-call")


def web_acl(resource: Resource, context: Context) -> Iterator[Line]:
    """A web ACL, each of its rules (a managed group counts as one), and the requests it looks at."""
    yield context.fixed("web ACL", 1, "waf-acl")
    yield context.fixed("web ACL rules", len(resource.properties.get("Rules", ())), "waf-rule")
    yield context.millions("requests through the web ACL", context.requests, "waf-request")


def function(resource: Resource, context: Context) -> Iterator[Line]:
    """A function costs by call and by memory times duration."""
    name = as_text(resource.properties.get("FunctionName", resource.logical_id))
    calls, seconds = _use(name, context)
    gigabytes = resource.properties.get("MemorySize", 128) / 1024
    processor = "arm" if resource.properties.get("Architectures") == ["arm64"] else "x86"
    yield context.millions(f"calls of {name}", calls, "lambda-call")
    yield context.millions(f"running {name}", calls * seconds * gigabytes, f"lambda-{processor}-gb-second")


def _use(name: str, context: Context) -> tuple[float, float]:
    """Calls a month and seconds each, of the function called ``name``."""
    assume = context.table.assume
    if name.endswith("-classify"):
        return context.classify_requests, assume("classify_seconds")
    if name.endswith("-feedback"):
        return context.feedback_requests, assume("feedback_seconds")
    return assume("other_function_calls"), assume("other_function_seconds")


def queue(_: Resource, context: Context) -> Iterator[Line]:
    """A queue costs by request; a function polls its queue all day."""
    yield context.millions("requests to queues", context.table.assume("queue_requests_per_queue"), "sqs-request")


def topic(_: Resource, context: Context) -> Iterator[Line]:
    """A topic that sends e-mail."""
    yield context.millions("notifications by e-mail", context.table.assume("notifications"), "sns-email")


def schedule(_: Resource, context: Context) -> Iterator[Line]:
    """A schedule costs by invocation."""
    yield context.millions("scheduled invocations", context.table.assume("schedule_invocations"), "schedule-invocation")


RULES: dict[str, Rule] = {
    "AWS::ApiGateway::RestApi": rest_api,
    "AWS::Lambda::Function": function,
    "AWS::SNS::Topic": topic,
    "AWS::SQS::Queue": queue,
    "AWS::Scheduler::Schedule": schedule,
    "AWS::WAFv2::WebACL": web_acl,
}
