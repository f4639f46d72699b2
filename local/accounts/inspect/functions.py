"""Lambda functions as deployed: their settings, their code, and the queues that call them."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.accounts.inspect import stacks


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function; ``environment`` is what its handler finds in ``os.environ``."""

    name: str
    handler: str
    runtime: str
    architecture: str
    timeout_seconds: int
    memory_mb: int
    environment: Mapping[str, str]
    role_arn: str
    reserved_concurrency: int | None


@dataclass(frozen=True, kw_only=True)
class QueueSource:
    """A queue whose messages a function receives."""

    queue_arn: str
    function: str
    batch_size: int
    reports_failures: bool


def functions(credentials: Credentials) -> tuple[Function, ...]:
    """All functions by name."""
    client = credentials.client("lambda")
    pages = client.get_paginator("list_functions").paginate()
    names = sorted(function["FunctionName"] for page in pages for function in page["Functions"])
    return tuple(_function(client.get_function(FunctionName=name)) for name in names)


def function(credentials: Credentials, name: str) -> Function:
    """One function.

    Raises:
        EmulatorError: the account has no function of that name.
    """
    client = credentials.client("lambda")
    try:
        return _function(client.get_function(FunctionName=name))
    except client.exceptions.ResourceNotFoundException:
        raise EmulatorError(f"Account {credentials.account} has no function {name!r}.") from None


def unpack(credentials: Credentials, name: str, folder: Path) -> Path:
    """Put a function's code, as it was uploaded to the account, into ``folder``; returns ``folder``.

    Raises:
        EmulatorError: no stack of the account made a function of that name.
    """
    made = [made for made in stacks.find(credentials, "AWS::Lambda::Function") if made.physical_id == name]
    if not made:
        raise EmulatorError(f"No stack of account {credentials.account} made a function {name!r}.")
    # GetFunction's address of the code leads nowhere in the emulator; the template names the uploaded object.
    body = stacks.template(credentials, made[0].stack)["Resources"][made[0].logical_id]
    code = body["Properties"]["Code"]
    uploaded = credentials.client("s3").get_object(Bucket=code["S3Bucket"], Key=code["S3Key"])["Body"].read()
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(uploaded)) as archive:
        archive.extractall(folder)
    return folder


def queue_sources(credentials: Credentials) -> tuple[QueueSource, ...]:
    """Which queues call which functions; a mapping that is switched off calls none."""
    pages = credentials.client("lambda").get_paginator("list_event_source_mappings").paginate()
    return tuple(
        QueueSource(
            queue_arn=mapping["EventSourceArn"],
            function=mapping["FunctionArn"].rpartition(":")[2],
            batch_size=mapping["BatchSize"],
            reports_failures="ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()),
        )
        for page in pages
        for mapping in page["EventSourceMappings"]
        if ":sqs:" in mapping["EventSourceArn"] and mapping["State"] == "Enabled"
    )


def _function(found: Mapping[str, Any]) -> Function:
    configuration = found["Configuration"]
    return Function(
        name=configuration["FunctionName"],
        handler=configuration["Handler"],
        runtime=configuration["Runtime"],
        architecture=configuration["Architectures"][0],
        timeout_seconds=configuration["Timeout"],
        memory_mb=configuration["MemorySize"],
        environment=configuration.get("Environment", {}).get("Variables", {}),
        role_arn=configuration["Role"],
        reserved_concurrency=found.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
    )
