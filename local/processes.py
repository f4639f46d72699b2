"""The whole system as background processes that outlive the command which started them.

``.run`` holds what is needed to find and end them again: the emulated accounts' state (accounts.json), the adapters'
process ids and start times (processes.json), logs, and the API's URL and key (env).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.accounts import emulator
from local.accounts.deploy import deploy
from local.adapters import Adapters, Served, check_port, wait_for_health, wait_for_model
from local.background import ROOT, ProcessError
from local.events.model_archive import opened
from local.go_live import go_live
from local.infra.assembly import read_assembly
from local.pace import USUAL_PACE, Pace
from model.files import write_atomically

__all__ = ["ROOT", "ProcessError", "Running", "bring_up", "start", "stop"]

CRM_ENVIRONMENT = "prod"
"""Where the CRM sends its mails; it is served last, and its address is the one without a prefix in ``env``."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """What is up: the emulated accounts, and the environments that are served from them, by name.

    ``accounts`` is their state file, from which credentials are had.
    """

    accounts: Path
    accounts_url: str
    environments: Mapping[str, Served]

    @property
    def crm(self) -> Served:
        """The environment that the CRM talks to."""
        return self.environments[CRM_ENVIRONMENT]


def bring_up(run_dir: Path, *, assembly: Path, port: int = 0, pace: Pace = USUAL_PACE) -> Running:
    """Deploy ``assembly`` to the emulated accounts and start all that runs beside them; no model need be live.

    The API that the CRM talks to listens on ``port``; 0 takes a free one. Waits go by at ``pace``. Adapters that run
    from ``run_dir`` already are ended first; emulated accounts that run are kept, with what is deployed and registered
    there.

    Raises:
        AssemblyError, CdkError: the assembly cannot be read or deployed.
        ProcessError: a process did not come up; what was started is ended.
    """
    synthesized = read_assembly(assembly)
    adapters = _adapters(run_dir, pace)
    run_dir.mkdir(parents=True, exist_ok=True)
    (run_dir / "env").unlink(missing_ok=True)  # its addresses answer no more
    adapters.stop()
    check_port(port)  # now, and not after a minute of deployment
    with _ended_on_failure(adapters):
        deploy(synthesized, adapters.accounts)
        names = sorted(synthesized.environments, key=lambda name: name == CRM_ENVIRONMENT)
        served = {one.environment: one for one in adapters.start(names, port=port)}
        running = Running(
            accounts=adapters.accounts, accounts_url=emulator.require(adapters.accounts), environments=served
        )
        write_atomically(run_dir / "env", env_text(running), mode=0o600)
    return running


def start(archive: Path, run_dir: Path, *, assembly: Path, port: int = 0, pace: Pace = USUAL_PACE) -> Running:
    """As ``bring_up``, and then have ``archive`` approved in each account, and wait until both serve it.

    Raises:
        ArchiveError, AssemblyError, CdkError: the archive or the assembly cannot be read or deployed.
        ProcessError: a process did not come up, or the model did not; what was started is ended.
    """
    adapters = _adapters(run_dir)
    with opened(archive) as checked, _ended_on_failure(adapters):
        running = bring_up(run_dir, assembly=assembly, port=port, pace=pace)
        packages = go_live(checked, adapters.accounts, list(running.environments))
        for name, one in running.environments.items():
            wait_for_model(one, packages[name])
            wait_for_health(one)
    return running


@contextmanager
def _ended_on_failure(adapters: Adapters) -> Iterator[None]:
    """Whatever goes wrong ends the adapters, and the emulated accounts unless they ran before."""
    kept = emulator.url(adapters.accounts) is not None
    try:
        yield
    except BaseException:
        adapters.stop()
        (adapters.run_dir / "env").unlink(missing_ok=True)
        if not kept:
            emulator.stop(adapters.accounts)
        raise


def stop(run_dir: Path) -> int:
    """End what was started from ``run_dir``, nothing else, and wait for it; returns how many processes that were."""
    adapters = _adapters(run_dir)
    ended = adapters.stop() + emulator.stop(adapters.accounts)
    (run_dir / "env").unlink(missing_ok=True)
    return ended


def env_text(running: Running) -> str:
    """Shell variables, one a line: where everything is, and a key for each API."""
    lines = []
    for name, served in running.environments.items():
        prefix = "MAILROOM" if name == CRM_ENVIRONMENT else f"MAILROOM_{name.upper()}"
        lines += [f"{prefix}_URL={served.url}", f"{prefix}_API_KEY={served.api_key}"]
    return "\n".join([*lines, f"AWS_ENDPOINT_URL={running.accounts_url}"]) + "\n"


def _adapters(run_dir: Path, pace: Pace = USUAL_PACE) -> Adapters:
    return Adapters(run_dir=run_dir, accounts=run_dir / emulator.DEFAULT_STATE.name, pace=pace)
