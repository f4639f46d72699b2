"""What runs that the emulated accounts only record: endpoints, queues and gateways, as background processes."""

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from local import background
from local.accounts.accounts_file import credentials
from local.accounts.inspect.rest_api import rest_api
from local.background import POLL_SECONDS, ProcessError
from local.experiments.background import start_if_installed
from local.pace import USUAL_PACE, Pace

READY_SECONDS = 300.0
"""A large model may take minutes to be read from a cold disk."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """An environment that answers: its API's base URL and a client's key, and its endpoint behind that."""

    environment: str
    url: str
    api_key: str = field(repr=False)
    endpoint_url: str

    @property
    def endpoint_name(self) -> str:
        """The endpoint's name in its account."""
        return f"mailroom-{self.environment}"


@dataclass(frozen=True, kw_only=True)
class Adapters:
    """The adapters of one run folder for the accounts whose state file is ``accounts``.

    ``pace``: how much faster its waits go by than in an account.
    """

    run_dir: Path
    accounts: Path
    pace: Pace = USUAL_PACE

    @property
    def record(self) -> Path:
        """Where their process ids are kept."""
        return self.run_dir / "processes.json"

    def start(self, environments: Sequence[str], *, port: int = 0) -> tuple[Served, ...]:
        """Start them; the last environment's API gets ``port``, 0 takes a free one.

        Raises:
            ProcessError: one of them did not come up, then the others are ended; its own sentence is quoted. Or no key
            opens an API.
        """
        several = [argument for name in environments for argument in ("--env", name)]
        paced = [*several, "--pace", f"{self.pace.times:g}"]
        ports = [*([0] * (len(environments) - 1)), port]
        pool = ThreadPoolExecutor()
        try:
            experiments = pool.submit(start_if_installed, self.run_dir, record=self.record)
            hosting = pool.submit(self._launch, "hosting", "local.hosting", *paced)
            events = pool.submit(self._launch, "events", "local.events", *paced)
            mlflow_url = experiments.result()
            recorded = ["--mlflow-url", mlflow_url] if mlflow_url else []
            pipelines = pool.submit(self._launch, "pipelines", "local.pipelines", *paced, *recorded)
            endpoints_url, _, _ = hosting.result(), events.result(), pipelines.result()
            alarms = pool.submit(self._launch, "alarms", "local.alarms", *paced, "--endpoints-url", endpoints_url)
            fronts = [
                pool.submit(
                    self._launch,
                    f"front-{name}",
                    "local.front",
                    *("--env", name, "--endpoints-url", f"{endpoints_url}/{name}", "--port", str(number)),
                )
                for name, number in zip(environments, ports, strict=True)
            ]
            urls = [front.result() for front in fronts]
            alarms.result()
        except BaseException:
            # A launch waits for minutes, unless its process ends: after Ctrl-C nobody should.
            pool.shutdown(wait=False, cancel_futures=True)
            self.stop()
            raise
        pool.shutdown()
        return tuple(
            Served(
                environment=name,
                url=url,
                api_key=self._key(name),
                endpoint_url=f"{endpoints_url}/{name}",
            )
            for name, url in zip(environments, urls, strict=True)
        )

    def stop(self) -> int:
        """End them, and wait for it; returns how many there were."""
        ended = background.stop(self.record)
        for pattern in (
            "experiments.json",
            "hosting.json",
            "events.json",
            "pipelines.json",
            "alarms.json",
            "front-*.json",
        ):
            for state in self.run_dir.glob(pattern):
                state.unlink()
        return ended

    def _key(self, environment: str) -> str:
        api = rest_api(credentials(self.accounts, environment), f"mailroom-{environment}")
        keys = [key for key in api.keys if key.enabled]
        if not keys:
            raise ProcessError(
                f"No enabled key opens the API of {environment}: look at the usage plan of its api stack."
            )
        return keys[0].value

    def _launch(self, name: str, module: str, *arguments: str) -> str:
        place = ["--accounts", str(self.accounts.resolve()), "--folder", str(self.run_dir.resolve())]
        return background.launch(
            name, [module, *place, *arguments], self.run_dir, record=self.record, ready_seconds=READY_SECONDS
        )


def check_port(port: int) -> None:
    """Raises ProcessError if somebody listens on ``port`` already; 0 is always free."""
    with socket.socket() as probe:
        # As the server will: an address that was left a moment ago may be taken again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise ProcessError(f"Port {port} is taken.") from None


def wait_for_model(served: Served, package: str, *, seconds: float = READY_SECONDS, since: float = 0) -> None:
    """Wait until all traffic goes to a model package for good, given by its ARN: its deployment has ended.

    A failure before ``since`` (seconds from 1970) does not count: the package is tried anew.

    Raises:
        ProcessError: its model cannot be served, or was turned back; the endpoint does not answer; the time has passed.
    """
    patience = time.monotonic() + seconds
    while time.monotonic() < patience:
        try:
            with _opener().open(f"{served.endpoint_url}/endpoint", timeout=10) as answer:
                state = json.load(answer)
        except OSError:
            raise ProcessError(
                f"The endpoint of {served.environment} does not answer: look at hosting.log in the run folder."
            ) from None
        if state["model_package"] == package:
            return
        if state["failed_model_package"] == package and state["failed_at"] >= since:
            raise ProcessError(state["failure"])
        time.sleep(POLL_SECONDS)
    raise ProcessError(
        f"The approved model did not reach the endpoint of {served.environment} within {seconds:.0f} seconds: "
        "look at the log of its deploy function."
    )


def wait_for_health(served: Served) -> None:
    """Wait until the API says that all of it works.

    Raises:
        ProcessError: the time has passed.
    """
    patience = time.monotonic() + READY_SECONDS
    while time.monotonic() < patience:
        try:
            with _opener().open(f"{served.url}/v1/health", timeout=10):
                return
        except (urllib.error.URLError, OSError):
            # Its throttle lets twenty a second through.
            time.sleep(10 * POLL_SECONDS)
    raise ProcessError(f"The API at {served.url} did not become healthy.")


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
