"""One environment's endpoint: the model in force, the one that is to take over, and what went wrong last."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.accounts.credentials import Credentials
from local.accounts.errors import EmulatorError
from local.accounts.inspect.endpoint import Endpoint, endpoint
from local.hosting.deployments import Deployment, Deployments
from local.hosting.failures import Failed, Tries, sentence
from local.hosting.invocation_log import InvocationLog
from local.hosting.model_servers import ModelServers
from local.hosting.rollout import Rollout, brought_up, percent
from local.hosting.route import Hosted, Route
from local.pace import Pace
from mailroom.errors import MailroomError

_OF_THE_ACCOUNT = (BotoCoreError, ClientError, EmulatorError)
"""The accounts were asked in the middle of an update, or have gone."""

_TRY_AGAIN_SECONDS = 30.0
"""What is in force and could not be served may have lacked memory or time: nothing else can take its place."""


class HostedEndpoint:
    """``follow`` is for one thread; ``route``, ``name``, ``failed`` and ``log`` may be read by others at any time."""

    def __init__(
        self, environment: str, credentials: Credentials, deployments: Deployments, *, servers: ModelServers, pace: Pace
    ) -> None:
        self.environment = environment
        self.name = f"mailroom-{environment}"
        self.log = InvocationLog()
        self.failed: Failed | None = None
        self.exists = False
        self._credentials = credentials
        self._deployments = deployments
        self._servers = servers
        self._pace = pace
        self._tries = Tries()
        self._current: Hosted | None = None
        self._route: Route | None = None
        self._rollout: Rollout | None = None
        self._task: Iterator[None] | None = None

    @property
    def route(self) -> Route | None:
        """Who answers; None: no model does for now."""
        rollout = self._rollout
        return rollout.route if rollout is not None else self._route

    def state(self) -> dict[str, Any]:
        """For a person or a program that waits for a model; not AWS's."""
        current, failed, rollout = self._current, self.failed, self._rollout
        pending = rollout and rollout.pending
        return {
            "model_package": current and current.deployed.model_package_arn,
            "pending_model_package": pending and pending.model_package_arn,
            "pending_percent": percent(rollout.route) if rollout else None,
            "failed_model_package": failed and failed.deployed.model_package_arn,
            "failure": failed and failed.reason,
            "failed_at": failed and failed.at,
        }

    def follow(self) -> None:
        """Look at the account, and go a step on. Whatever goes wrong is told, and is no other endpoint's affair."""
        try:
            deployment = self._deployments.wanted(self.name)
        except Exception as error:
            # What runs goes on: the account has not said that it should not.
            self._say("endpoint_unreadable", exception=type(error).__name__)
            return
        try:
            self._give_up(deployment)
            if self._task is None:
                self._task = self._next(deployment)
            if self._task is not None:
                next(self._task)
        except StopIteration:
            self._task = None
        except Exception as error:
            # What is served stays until the next look, which tries again.
            self._drop_task()
            self._say("endpoint_unreadable", exception=type(error).__name__)

    def _give_up(self, deployment: Deployment | None) -> None:
        """Leave what has become pointless: a model whose server is gone, a deployment that the account has ended."""
        if self._rollout is not None and deployment != self._rollout.deployment:
            self._say("deployment_gone")
            self._drop_task()
        if self._current is not None and self._current.server.has_ended:
            self._say("model_server_ended")
            self._drop_task()
            self._leave_current()

    def _next(self, deployment: Deployment | None) -> Iterator[None] | None:
        found = endpoint(self._credentials, self.name)
        self.exists = found is not None and found.status in ("InService", "Updating")
        if found is None and self._current is not None:
            self._say("endpoint_gone")
            self._leave_current()
        if found is not None and self.exists and not self._is_served(found) and not self._is_hopeless(found):
            return self._restored(found)
        if deployment is None or not self._tries.may_begin(deployment):
            return None
        return self._deployed(deployment)

    def _is_served(self, found: Endpoint) -> bool:
        return self._current is not None and self._current.deployed == found

    def _is_hopeless(self, found: Endpoint) -> bool:
        failed = self.failed
        return failed is not None and failed.deployed == found and time.time() < failed.at + _TRY_AGAIN_SECONDS

    def _restored(self, found: Endpoint) -> Iterator[None]:
        """What is in force comes up: this process was started, or a model server ended, or the account moved on."""
        try:
            starting = self._servers.start(self._credentials, found.model_data_url)
            server = yield from brought_up(starting, self._servers)
        except _OF_THE_ACCOUNT:
            raise
        except (MailroomError, OSError) as error:
            self._fail(found, sentence(error))
            return
        former, self._current = self._current, Hosted(deployed=found, server=server)
        self._route = Route(self._current)
        self.failed = None
        self._say("endpoint_in_service", model=found.model)
        if former is not None:
            self._servers.leave(former.server)

    def _deployed(self, deployment: Deployment) -> Iterator[None]:
        rollout = Rollout(
            deployment,
            self._deployments,
            former=self._current,
            credentials=self._credentials,
            servers=self._servers,
            pace=self._pace,
            say=self._say,
        )
        self.failed = None
        self._rollout = rollout
        try:
            yield from rollout.steps()
            self._route = rollout.route
            self._current = rollout.route.current
            self.exists = True
            self._say("endpoint_in_service", model=self._current.deployed.model)
        except Exception as error:
            problem = self._tries.problem(deployment, error)
            if problem is None:
                raise
            if rollout.pending is not None:
                self._fail(rollout.pending, problem)
            self._deployments.end(deployment, problem)
        finally:
            self._rollout = None

    def _fail(self, deployed: Endpoint, reason: str) -> None:
        self.failed = Failed(deployed=deployed, reason=reason, at=time.time())
        self._say("endpoint_failed", model=deployed.model, reason=reason)

    def _leave_current(self) -> None:
        current, self._current, self._route = self._current, None, None
        if current is not None:
            self._servers.leave(current.server)

    def _drop_task(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.close()

    def _say(self, event: str, **facts: str | float) -> None:
        line = {"at": time.time(), "event": event, "environment": self.environment, "endpoint": self.name, **facts}
        print(json.dumps(line), file=sys.stderr, flush=True)
