"""python -m benchmarks.synth: how long the synth of both accounts takes, beside a bare app of one bucket.

Each round runs both as processes of their own, one after the other: as everybody runs them, with the CDK's own
validation of the templates, and without it (`CDK_VALIDATION=false`, as unit tests do). The limit is on the ratio of the
medians as everybody runs them; without validation a bare app does next to nothing.

Writes benchmarks/results/synth.json.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import trange

from local.command_line import run
from mailroom.errors import MailroomError
from model.files import write_atomically

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).parent / "results" / "synth.json"
LIMIT_RATIO = 3.0

_BARE = """
from aws_cdk import App, Stack, aws_s3
app = App(analytics_reporting=False)
aws_s3.Bucket(Stack(app, "bare"), "Bucket")
app.synth()
"""


class SynthBenchmarkError(MailroomError):
    """A synth failed while it was measured, or the limit is missed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """Seconds of one synth of the app and of one of the bare app."""

    app: float
    bare: float


def summary(rounds: Sequence[Round]) -> dict[str, float]:
    """The medians in seconds, and their ratio."""
    app, bare = statistics.median(one.app for one in rounds), statistics.median(one.bare for one in rounds)
    return {"app_s": round(app, 2), "bare_s": round(bare, 2), "ratio": round(app / bare, 2)}


def synth(arguments: Sequence[str], *, validation: bool) -> float:
    """Seconds that a CDK app takes; raises SynthBenchmarkError if it fails."""
    with tempfile.TemporaryDirectory(prefix="mailroom-bench-") as folder:
        environment = {**os.environ, "CDK_OUTDIR": folder}
        environment.pop("CDK_VALIDATION", None)
        if not validation:
            environment["CDK_VALIDATION"] = "false"
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, check=False)
        seconds = time.perf_counter() - begun
    if done.returncode:
        raise SynthBenchmarkError(f"A synth failed: {done.stderr.decode(errors='replace')[-500:]}")
    return seconds


def measure(rounds: int, *, validation: bool) -> list[Round]:
    """Time ``rounds`` rounds, after one that does not count: it fills the caches of Python, Node and the disk."""
    label = "with validation" if validation else "without"
    return [
        Round(app=synth(["app.py"], validation=validation), bare=synth(["-c", _BARE], validation=validation))
        for _ in trange(1 + rounds, desc=label, unit="round")
    ][1:]


def main() -> None:
    """Measure, write the result, and fail if the limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synth", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--result", type=Path, default=RESULT)
    arguments = parser.parse_args()
    result = {
        "rounds": arguments.rounds,
        "with_validation": summary(measure(arguments.rounds, validation=True)),
        "without_validation": summary(measure(arguments.rounds, validation=False)),
        "limit_ratio": LIMIT_RATIO,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    write_atomically(arguments.result, json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    if result["with_validation"]["ratio"] > LIMIT_RATIO:
        raise SynthBenchmarkError(f"The synth takes more than {LIMIT_RATIO:g} times as long as a bare app's.")


if __name__ == "__main__":
    sys.exit(run(main))
