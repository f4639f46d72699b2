"""One deployment from the first start of the new model to the end of the former: SageMaker's blue/green update."""

import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from fractions import Fraction

from local.accounts.credentials import Credentials
from local.accounts.inspect.endpoint import Endpoint
from local.endpoint.supervisor import EndpointError
from local.hosting.deployments import Deployment, Deployments
from local.hosting.model_servers import ModelServer, ModelServers
from local.hosting.rollout_plan import AT_ONCE, RolloutPlan, rollout_plan
from local.hosting.route import Hosted, Route
from local.pace import Pace

Say = Callable[..., None]


class Rollout:
    """``steps`` is gone through from time to time, and never waits itself. ``route``: who answers, for the time being.

    ``pending``: the endpoint as it is to be, once it has been read. Only what the account was told is final: whoever
    stops in the middle leaves the former model in force, and the deployment can start over.
    """

    def __init__(
        self,
        deployment: Deployment,
        deployments: Deployments,
        *,
        former: Hosted | None,
        credentials: Credentials,
        servers: ModelServers,
        pace: Pace,
        say: Say,
    ) -> None:
        self.deployment = deployment
        self.former = former
        self.route = None if former is None else Route(former)
        self.pending: Endpoint | None = None
        self._deployments = deployments
        self._credentials = credentials
        self._servers = servers
        self._pace = pace
        self._say = say

    def steps(self) -> Iterator[None]:
        """Bring the new model up, shift the traffic, wait, tell the account; then ``route`` has the new model alone.

        Raises:
            MailroomError: the deployment is turned back, and why; the account does not know yet.
        """
        self.pending = self._deployments.configured(self.deployment)
        plan = AT_ONCE
        if self.former is not None:
            plan = rollout_plan(self.deployment.policy, instances=self.pending.instance_count)
        self._say("deployment_started", model=self.pending.model)
        starting = self._servers.start(self._credentials, self.pending.model_data_url)
        server = yield from brought_up(starting, self._servers)
        newcomer = Hosted(deployed=self.pending, server=server)
        try:
            yield from self._shifted(plan, newcomer)
            self._deployments.end(self.deployment, None)
        except BaseException:
            self.route = None if self.former is None else Route(self.former)
            self._servers.leave(server)
            raise
        self.route = Route(newcomer)
        if self.former is not None:
            self._servers.leave(self.former.server)

    def _shifted(self, plan: RolloutPlan, newcomer: Hosted) -> Iterator[None]:
        latest = time.monotonic() + self._pace.seconds(plan.maximum_seconds)
        if self.former is not None:
            for shift in plan.shifts:
                self.route = Route(self.former, newcomer, share=shift.share)
                self._say(
                    "traffic_shifted", percent=float(100 * shift.share), bakes=self._pace.seconds(shift.bake_seconds)
                )
                for _ in self._span(shift.bake_seconds):
                    self._check(newcomer, latest, plan.alarms)
                    yield
        for _ in self._span(plan.termination_seconds):
            self._check(newcomer, latest, ())
            yield

    def _span(self, seconds: float) -> Iterator[None]:
        """Once at the beginning, then until a span of the account's is over."""
        until = time.monotonic() + self._pace.seconds(seconds)
        yield
        while time.monotonic() < until:
            yield

    def _check(self, newcomer: Hosted, latest: float, alarms: tuple[str, ...]) -> None:
        alarming = self._deployments.alarming(alarms)
        if alarming:
            raise EndpointError(f"In ALARM while traffic was shifted: {', '.join(alarming)}.")
        if newcomer.server.has_ended:
            raise EndpointError("The new model's server ended while traffic was shifted.")
        if time.monotonic() > latest:
            raise EndpointError("The deployment took longer than its MaximumExecutionTimeoutInSeconds.")


def brought_up(starting: Future[ModelServer], servers: ModelServers) -> Generator[None, None, ModelServer]:
    """Wait for a model server that starts; it is left as soon as it is there if nobody waits any more."""
    try:
        while not starting.done():
            yield
    except GeneratorExit:
        starting.add_done_callback(lambda done: None if done.exception() else servers.leave(done.result()))
        raise
    return starting.result()


def percent(route: Route | None) -> float:
    """The newcomer's share of the traffic."""
    return float(100 * (route.share if route and route.newcomer else Fraction(0)))
