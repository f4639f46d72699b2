"""When a process was started, as the system tells it."""

import subprocess
from pathlib import Path


def start_time(pid: int) -> str | None:
    """A text that two processes with one id never share; None if there is no such process, or only its remains."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        return _from_proc(stat)
    listed = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, started = listed.stdout.strip().partition(" ")
    return started.strip() if state and not state.startswith("Z") else None


def _from_proc(stat: Path) -> str | None:
    try:
        # proc_pid_stat(5): the command stands in brackets and may hold anything, so the fields are counted after it.
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    state, ticks_since_boot = fields[0], fields[19]
    return None if state in ("Z", "X") else f"{_boot_id()}:{ticks_since_boot}"


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
