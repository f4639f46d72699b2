"""How long the whole demo takes and how much memory, from nothing but the installed packages.

    make bench-demo

Runs the demo in a folder of its own, adds up the memory of all its processes twice a second, and writes
benchmarks/results/demo.json.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from local.command_line import run
from mailroom.errors import MailroomError
from model.files import write_atomically

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "demo.json"
LIMIT_SECONDS = 900.0
LIMIT_GIGABYTES = 4.0


class DemoBenchmarkError(MailroomError):
    """The demo failed while it was measured, or missed its limits."""


def main() -> None:
    """Run, measure, write; the demo's own output goes to standard output."""
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-demo-", dir=build) as folder:
        started = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "local.demo", "--folder", folder], cwd=ROOT)
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(memory(pid) for pid in tree(process.pid)))
            time.sleep(0.5)
        seconds = time.monotonic() - started
        model = Path(folder) / "model.tar.gz"
        megabytes = model.stat().st_size / 1e6 if model.exists() else 0.0
    if process.returncode:
        raise DemoBenchmarkError("The demo failed; the lines above say why.")
    result = {
        "seconds": round(seconds, 1),
        "peak_gigabytes": round(peak / 1e9, 2),
        "cores": os.cpu_count(),
        "archive_megabytes": round(megabytes, 1),
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(RESULT, json.dumps(result, indent=1) + "\n")
    print(json.dumps(result))
    if seconds > LIMIT_SECONDS or peak / 1e9 > LIMIT_GIGABYTES:
        raise DemoBenchmarkError(f"The demo missed its limits of {LIMIT_SECONDS:.0f} s and {LIMIT_GIGABYTES:.0f} GB.")


def tree(root: int) -> list[int]:
    """The process and all that descend from it, those in sessions of their own too (Linux)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # The command's name, in brackets, may hold anything; what counts comes after it.
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue  # it has ended meanwhile
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def memory(pid: int) -> int:
    """Bytes that the process has in memory, shared pages by its share of them (Pss)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    sys.exit(run(main))
