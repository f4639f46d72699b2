"""Queues that feed functions: moto would run the function itself, in a container, as soon as a message is sent.

Here the mapping is only recorded and shown by the API; ``local/events`` polls the queue and runs the function.
"""

from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.sqs.models import sqs_backends

_create = LambdaBackend.create_event_source_mapping


def install() -> None:
    """Let no queue know of its function."""
    LambdaBackend.create_event_source_mapping = _create_and_hide


def _create_and_hide(backend: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
    mapping = _create(backend, spec)
    for queue in sqs_backends[backend.account_id][backend.region_name].queues.values():
        queue.lambda_event_source_mappings.pop(mapping.function_arn, None)
    return mapping
