"""Keys, buckets, the ledger, log groups and secrets."""

from collections.abc import Iterator
from math import ceil

from local.infra.assembly import Resource
from local.infra.cost.line import Line
from local.infra.cost.prices import NotPricedError
from local.infra.cost.rules.context import Context, Rule

_ROTATIONS_CHARGED = 2
_FOREVER_MONTHS = 120  # a log group without retention, after ten years


def key(resource: Resource, context: Context) -> Iterator[Line]:
    """A customer-managed key; the first two times that it rotates, its price goes up by one key's."""
    yield context.fixed("key", 1, "kms-key")
    if resource.properties.get("EnableKeyRotation"):
        rotations = min(context.table.assume("key_rotations"), _ROTATIONS_CHARGED)
        yield context.by_use("former material of rotated keys", rotations, "kms-key")
    yield context.millions("requests to keys", context.table.assume("kms_requests_per_key"), "kms-request")


def bucket(_: Resource, context: Context) -> Iterator[Line]:
    """A bucket's objects of the standard class, old versions included, and writing them."""
    yield context.by_use("objects in buckets", context.table.assume("gb_per_bucket"), "s3-standard-storage")
    yield context.millions("writes to buckets", context.table.assume("writes_per_bucket"), "s3-write")


def table(resource: Resource, context: Context) -> Iterator[Line]:
    """An on-demand table: each mail is one row, written again in each index; so is each item of feedback."""
    properties = resource.properties
    if properties.get("BillingMode") != "PAY_PER_REQUEST":
        raise NotPricedError("only on-demand tables are priced")
    copies = 1 + len(properties.get("GlobalSecondaryIndexes", ()))
    rows = context.mails + context.feedback_items
    units = rows * copies * ceil(context.table.assume("ledger_row_kb"))
    yield context.millions("ledger writes", units, "dynamodb-write")
    yield context.millions("ledger reads", rows * context.table.assume("ledger_reads_per_row"), "dynamodb-read")
    gigabytes = rows * context.table.assume("ledger_months") * context.table.assume("ledger_row_kb") * copies / 2**20
    yield context.by_use("ledger storage", gigabytes, "dynamodb-storage")
    if properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
        yield context.by_use("ledger point-in-time recovery", gigabytes, "dynamodb-recovery")


def log_group(resource: Resource, context: Context) -> Iterator[Line]:
    """What is written to a log group in a month, and what is kept of it, compressed, in the steady state."""
    gigabytes = context.table.assume("gb_per_log_group")
    months = resource.properties.get("RetentionInDays", _FOREVER_MONTHS * 30) / 30
    kept = gigabytes * months * context.table.assume("log_compression")
    yield context.by_use("written to log groups", gigabytes, "log-ingestion")
    yield context.by_use("kept in log groups", kept, "log-storage")


def secret(_: Resource, context: Context) -> Iterator[Line]:
    """A secret of Secrets Manager."""
    yield context.fixed("secret", 1, "secret")


def trail(resource: Resource, context: Context) -> Iterator[Line]:
    """A trail: the account's first copy of management events is free, data events are not."""
    selectors = resource.properties.get("EventSelectors", []) + resource.properties.get("AdvancedEventSelectors", [])
    if any(selector.get("DataResources") or selector.get("FieldSelectors") for selector in selectors):
        yield context.millions(
            "data events on the trail", context.table.assume("trail_data_events"), "trail-data-event"
        )


RULES: dict[str, Rule] = {
    "AWS::CloudTrail::Trail": trail,
    "AWS::DynamoDB::Table": table,
    "AWS::KMS::Key": key,
    "AWS::Logs::LogGroup": log_group,
    "AWS::S3::Bucket": bucket,
    "AWS::SecretsManager::Secret": secret,
}
