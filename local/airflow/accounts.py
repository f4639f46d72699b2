"""What Airflow's tasks need to run: the emulated accounts, and beside them what runs the pipeline."""

from pathlib import Path

from local.accounts import emulator
from local.background import recorded
from local.processes import bring_up

PIPELINES = "pipelines"
"""The name of the process that runs pipelines, in the record of a run folder."""


def accounts_up(run_dir: Path, assembly: Path) -> bool:
    """Bring them up as `make up` does, a model apart, unless they run from ``run_dir``; returns whether it had to.

    Raises:
        AssemblyError, CdkError: the assembly cannot be read or deployed.
        ProcessError: a process did not come up.
    """
    if emulator.url(run_dir / emulator.DEFAULT_STATE.name) is not None and _trains(run_dir):
        return False
    bring_up(run_dir, assembly=assembly)
    return True


def _trains(run_dir: Path) -> bool:
    return any(one.name == PIPELINES and one.is_alive() for one in recorded(run_dir / "processes.json"))
