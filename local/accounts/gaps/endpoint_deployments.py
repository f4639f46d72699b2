"""Deployments of endpoints: moto has every endpoint in service as soon as it is asked for.

While a hosting adapter (``local/hosting``) is registered with an account, CreateEndpoint and UpdateEndpoint begin a
deployment. The endpoint is Creating or Updating then, its former configuration stays in force, and the adapter says by
a private call how the deployment ended. Without an adapter nobody could end it, so the endpoint changes at once.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.utils import utcnow
from moto.sagemaker.models import FakeEndpoint, FakeEndpointConfig, SageMakerModelBackend, sagemaker_backends

from local.accounts.errors import EmulatorError
from local.accounts.gaps.private_calls import Call
from local.pace import Pace

AT_ONCE = "At once, without canary or alarms: no hosting adapter is registered with this account."
ABANDONED = "The hosting adapter has gone, and nobody else could bring up the new configuration."
DEFAULT_MAXIMUM_SECONDS = 28_800
"""The longest that a MaximumExecutionTimeoutInSeconds may be."""

_LOG = logging.getLogger(__name__)
_LOCK = threading.RLock()
Listener = Callable[[str | None], None]


class EndpointDeployment:
    """A configuration on its way into service; ``attended``: an adapter carries it out."""

    def __init__(
        self,
        hosting: "Hosting",
        endpoint: FakeEndpoint,
        config_name: str,
        policy: Mapping[str, Any],
        *,
        is_new: bool,
        retained: frozenset[str],
    ) -> None:
        self.id = str(uuid.uuid4())
        self.endpoint, self.config_name, self.policy, self.is_new = endpoint, config_name, policy, is_new
        self.attended = hosting.is_attended
        self.started = time.time()
        self._hosting = hosting
        self._variants = _variants(endpoint, hosting.backend.endpoint_configs[config_name], retained)
        self.is_taken = False
        self._outcome: tuple[str | None] | None = None
        self._listener: Listener | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._outcome is None

    @property
    def maximum_seconds(self) -> float:
        """How long it may take, in the account's time."""
        policy = self.policy.get("BlueGreenUpdatePolicy", {})
        return float(policy.get("MaximumExecutionTimeoutInSeconds", DEFAULT_MAXIMUM_SECONDS))

    def begin(self) -> None:
        """Show it in the endpoint; without an adapter, end it.

        If nobody is heard of for as long as it may take at all, it is turned back.
        """
        if not self.attended:
            _LOG.warning("%s: %s", self.endpoint.endpoint_name, AT_ONCE)
            self.end(None)
            return
        self.endpoint.endpoint_status = "Creating" if self.is_new else "Updating"
        self.endpoint.failure_reason = None
        self.endpoint.pending_deployment_summary = {
            "EndpointConfigName": self.config_name,
            "ProductionVariants": self._variants,
            "StartTime": utcnow(),
        }
        self._look_again(self._hosting.pace.seconds(self.maximum_seconds))

    def when_ended(self, listener: Listener) -> None:
        """Call ``listener`` once with what went wrong, or None; at once if it has ended already."""
        with _LOCK:
            if self._outcome is None:
                self._listener = listener
                return
        listener(self._outcome[0])

    def end(self, problem: str | None) -> None:
        """The configuration is in service, or the former one stays for the reason given; only the first end counts."""
        with _LOCK:
            if self._outcome is not None:
                return
            self._outcome = (problem,)
            self._settle(problem)
            listener = self._listener
        if listener is not None:
            listener(problem)

    def drop(self) -> None:
        """Its endpoint is gone: it ends without a word to anybody."""
        with _LOCK:
            self._outcome, self._listener = (ABANDONED,), None

    def _settle(self, problem: str | None) -> None:
        endpoint = self.endpoint
        endpoint.__dict__.pop("pending_deployment_summary", None)
        endpoint.last_deployment_config = dict(self.policy) or None
        endpoint.last_modified_time = utcnow()
        endpoint.failure_reason = problem
        endpoint.endpoint_status = "Failed" if problem is not None and self.is_new else "InService"
        if problem is None:
            config = self._hosting.backend.endpoint_configs[self.config_name]
            endpoint.endpoint_config_name = self.config_name
            endpoint.production_variants = self._variants
            endpoint.data_capture_config = config.data_capture_config

    def _look_again(self, seconds: float) -> None:
        timer = threading.Timer(seconds, self._give_up_if_abandoned)
        timer.daemon = True
        timer.start()

    def _give_up_if_abandoned(self) -> None:
        # An adapter that is there ends what takes too long by itself: it knows how long the model took to come up.
        left = max(self._hosting.pace.seconds(self.maximum_seconds), self._hosting.patience) - self._hosting.silence
        if not self.is_running:
            return
        if left > 0:
            self._look_again(left)
        else:
            self.end(ABANDONED)


class Hosting:
    """An account's deployments, and the adapter that carries them out, as long as that shows signs of life."""

    def __init__(self, backend: SageMakerModelBackend) -> None:
        self.backend = backend
        self.pace = Pace()
        self.patience = 0.0
        self._seen = 0.0
        self._deployments: dict[str, EndpointDeployment] = {}

    @property
    def is_attended(self) -> bool:
        """Whether an adapter was heard of within the time that it promised to come again."""
        return self.silence < self.patience

    @property
    def silence(self) -> float:
        """Seconds since an adapter was heard of."""
        return time.monotonic() - self._seen

    def hear(self, *, pace: float, patience: float) -> None:
        """The adapter is there, and will come again within ``patience`` seconds."""
        self.pace, self.patience, self._seen = Pace(times=pace), patience, time.monotonic()

    def leave(self) -> None:
        """The adapter goes."""
        self.patience = 0.0

    @property
    def running(self) -> tuple[EndpointDeployment, ...]:
        """What is to be carried out."""
        with _LOCK:
            return tuple(deployment for deployment in self._deployments.values() if deployment.is_running)

    def deploy(
        self,
        endpoint: FakeEndpoint,
        config_name: str,
        policy: Mapping[str, Any],
        *,
        is_new: bool,
        retained: frozenset[str] = frozenset(),
    ) -> None:
        """Begin a deployment, and forget what came of the endpoint's last one.

        ``retained``: what a variant keeps of the fleet in force, as SageMaker's VariantPropertyType calls it.
        """
        deployment = EndpointDeployment(self, endpoint, config_name, policy, is_new=is_new, retained=retained)
        with _LOCK:
            self._deployments[endpoint.endpoint_name] = deployment
        deployment.begin()

    def take(self, endpoint_name: str) -> EndpointDeployment | None:
        """The endpoint's newest deployment, running or ended, for the one who waits for it; given out once."""
        with _LOCK:
            deployment = self._deployments.get(endpoint_name)
            if deployment is None or deployment.is_taken:
                return None
            deployment.is_taken = True
            return deployment

    def forget(self, endpoint_name: str) -> None:
        """The endpoint is deleted."""
        with _LOCK:
            deployment = self._deployments.pop(endpoint_name, None)
            if deployment is not None:
                deployment.drop()

    def give_up_unattended(self) -> None:
        """End what nobody carries out, so that the former configurations stay."""
        if not self.is_attended:
            for deployment in self.running:
                deployment.end(ABANDONED)


def _variants(endpoint: FakeEndpoint, config: FakeEndpointConfig, retained: frozenset[str]) -> list[dict[str, Any]]:
    """The fleet that a configuration asks for; what is retained is as it was wanted last of the one in force."""
    former = {variant["VariantName"]: variant for variant in endpoint.production_variants}
    wanted: list[dict[str, Any]] = endpoint._process_production_variants(config.production_variants)
    for variant in wanted:
        for kept in retained & former.get(variant["VariantName"], {}).keys():
            variant[kept] = variant[kept.replace("Desired", "Current")] = former[variant["VariantName"]][kept]
    return wanted


def hosting_of(account: str, region: str) -> Hosting:
    """The hosting of an account in a region."""
    backend = sagemaker_backends[account][region]
    with _LOCK:
        found: Hosting = backend.__dict__.setdefault("_hosting", Hosting(backend))
        return found


def _heartbeat(account: str, region: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    hosting = hosting_of(account, region)
    hosting.hear(pace=content["pace"], patience=content["patience"])
    return {
        "deployments": [
            {
                "id": deployment.id,
                "endpoint": deployment.endpoint.endpoint_name,
                "config": deployment.config_name,
                "policy": deployment.policy,
            }
            for deployment in hosting.running
        ]
    }


def _ended(account: str, region: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    for deployment in hosting_of(account, region).running:
        if deployment.id == content["id"]:
            deployment.end(content["problem"])
            return {}
    raise EmulatorError("There is no such deployment: it has ended, or its endpoint is gone.")


def _left(account: str, region: str, _: Mapping[str, Any]) -> Mapping[str, Any]:
    hosting_of(account, region).leave()
    return {}


CALLS: Mapping[str, Call] = {"hosting-heartbeat": _heartbeat, "hosting-ended": _ended, "hosting-left": _left}
"""What the hosting adapter tells: that it is there (answered with what is to be done), how one ended, that it goes."""
