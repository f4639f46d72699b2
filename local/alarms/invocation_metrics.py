"""SageMaker's own metrics of an endpoint's invocations, from what the hosting adapter says of them.

There is one of each for the variant, over all of its fleets, and one for each fleet by its endpoint configuration.
https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-endpoint-invocation
https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
"""

import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.alarms.samples import Metric, Sample

NAMESPACE = "AWS/SageMaker"
_NAMES = frozenset({"Invocations", "Invocation4XXErrors", "Invocation5XXErrors", "ModelLatency"})
_OF_ALL_FLEETS = frozenset({"EndpointName", "VariantName"})
_OF_ONE_FLEET = _OF_ALL_FLEETS | {"EndpointConfigName"}
_SECONDS = 5.0


class InvocationMetrics:
    """The invocations of the endpoint ``name``, read from ``url`` as they come."""

    def __init__(self, url: str, *, name: str) -> None:
        self._url = url
        self._name = name
        self._cursor = 0

    def has(self, metric: Metric) -> bool:
        """Whether it is one of these metrics."""
        places = dict(metric.dimensions)
        return (
            metric.namespace == NAMESPACE
            and metric.name in _NAMES
            and set(places) in (_OF_ALL_FLEETS, _OF_ONE_FLEET)
            and places["EndpointName"] == self._name
        )

    def look(self) -> Iterator[Sample]:
        """The values since the last look; raises OSError or ValueError if there is no answer."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self._url}/invocation-log?after={self._cursor}", timeout=_SECONDS) as answer:
            found = json.load(answer)
        self._cursor = found["cursor"]
        for record in found["records"]:
            yield from self._samples(record)

    def _samples(self, record: Mapping[str, Any]) -> Sequence[Sample]:
        status = record["status"]
        values = {
            "Invocations": 1.0,
            "Invocation4XXErrors": float(400 <= status < 500),
            "Invocation5XXErrors": float(status >= 500),
            "ModelLatency": 1e6 * record["seconds"],  # microseconds
        }
        all_fleets = frozenset({("EndpointName", self._name), ("VariantName", record["variant"])})
        one_fleet = all_fleets | {("EndpointConfigName", record["config"])}
        return [
            Sample(metric=Metric(namespace=NAMESPACE, name=name, dimensions=dimensions), at=record["at"], value=value)
            for name, value in values.items()
            for dimensions in (all_fleets, one_fleet)
        ]
