"""The whole system as background processes that outlive the command which started them.

``.run`` holds what is needed to find and end them again: the emulated accounts' state (accounts.json), the adapters'
process ids and start times (processes.json), logs, and the API's URL and key (env).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.accounts import emulator
from local.accounts.deploy import deploy
from local.adapters import Adapters, Served, check_port, wait_for_health, wait_for_model
from local.background import ROOT, ProcessError
from local.events.model_archive import opened
from local.go_live import go_live
from local.infra.assembly import read_assembly
from model.files import write_atomically

__all__ = ["ROOT", "ProcessError", "Running", "start", "stop"]

CRM_ENVIRONMENT = "prod"
"""Where the CRM sends its mails; it is served last, and its address is the one without a prefix in ``env``."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """What is up: the emulated accounts, and the environments that are served from them, by name."""

    accounts_url: str
    environments: Mapping[str, Served]

    @property
    def crm(self) -> Served:
        """The environment that the CRM talks to."""
        return self.environments[CRM_ENVIRONMENT]


def start(archive: Path, run_dir: Path, *, assembly: Path, port: int = 0) -> Running:
    """Deploy ``assembly`` to the emulated accounts, have ``archive`` approved there, and serve both.

    The API that the CRM talks to listens on ``port``; 0 takes a free one.

    Adapters that run from ``run_dir`` already are ended first; emulated accounts that run are kept, with what is
    deployed and registered there.

    Raises:
        ArchiveError, AssemblyError, CdkError: the archive or the assembly cannot be read or deployed.
        ProcessError: a process did not come up, or the model did not; what was started is ended.
    """
    synthesized = read_assembly(assembly)
    adapters = _adapters(run_dir)
    run_dir.mkdir(parents=True, exist_ok=True)
    (run_dir / "env").unlink(missing_ok=True)  # its addresses answer no more
    adapters.stop()
    check_port(port)  # now, and not after a minute of deployment
    kept = emulator.url(adapters.accounts) is not None
    try:
        with opened(archive) as checked:
            deploy(synthesized, adapters.accounts)
            names = sorted(synthesized.environments, key=lambda name: name == CRM_ENVIRONMENT)
            served = {one.environment: one for one in adapters.start(names, port=port)}
            packages = go_live(checked, adapters.accounts, names)
        for name, one in served.items():
            wait_for_model(one, packages[name])
            wait_for_health(one)
        running = Running(accounts_url=emulator.require(adapters.accounts), environments=served)
        write_atomically(run_dir / "env", env_text(running), mode=0o600)
    except BaseException:
        adapters.stop()
        if not kept:
            emulator.stop(adapters.accounts)
        raise
    return running


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


def _adapters(run_dir: Path) -> Adapters:
    return Adapters(run_dir=run_dir, accounts=run_dir / emulator.DEFAULT_STATE.name)
