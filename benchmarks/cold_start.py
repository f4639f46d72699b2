"""python -m benchmarks.cold_start: how long the import of each function's handler takes, beside a bare boto3 client.

The code is that of the synthesized assembly, unpacked from its zips as Lambda unpacks them, and each import runs in an
interpreter of its own that has nothing else of the project. Only the import is timed, not the interpreter's start.
Writes benchmarks/results/cold_start.json.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tqdm import trange

from local.command_line import run
from local.infra.assembly import DEFAULT_FOLDER, read_assembly
from mailroom.errors import MailroomError
from model.files import write_atomically

RESULT = Path(__file__).parent / "results" / "cold_start.json"
LIMIT_RATIO = 2.0

_TIMED = """
import sys, time
sys.path.insert(0, sys.argv[1])
begun = time.perf_counter()
{code}
print(time.perf_counter() - begun)
"""
# A client is opened from its service's description; any of the services that the functions call would do.
_BARE = """
import boto3
boto3.session.Session().client("sagemaker-runtime", region_name="eu-central-1")
"""


class ColdStartError(MailroomError):
    """A handler cannot be imported, or takes too long."""


def packed_functions(assembly: Path, environment: str) -> dict[str, Path]:
    """Handler (``classify.handler``) to the zip of its code, for every function of an environment.

    Raises:
        AssemblyError: there is no such assembly.
    """
    return {
        resource.properties["Handler"].rpartition(".")[0]: assembly / f"asset.{resource.properties['Code']['S3Key']}"
        for stack in read_assembly(assembly).environment(environment)
        for resource in stack.resources
        if resource.type == "AWS::Lambda::Function"
    }


def seconds(code: str, folder: Path) -> float:
    """How long ``code`` takes in an interpreter that looks for modules in ``folder`` first; raises ColdStartError."""
    done = subprocess.run(
        # -P and -E: neither this checkout nor the environment's paths.
        [sys.executable, "-P", "-E", "-c", _TIMED.format(code=code), str(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ColdStartError(f"An import failed: {done.stderr[-500:]}")
    return float(done.stdout)


def measure(functions: Mapping[str, Path], rounds: int, folder: Path) -> dict[str, float]:
    """Median milliseconds by handler, and of the bare client (``boto3``); the first round does not count."""
    codes = {"boto3": (_BARE, folder)}
    for handler, packed in functions.items():
        unpacked = folder / handler
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(unpacked)
        codes[handler] = (f"import {handler}", unpacked)
    times: dict[str, list[float]] = {name: [] for name in codes}
    for _ in trange(1 + rounds, desc="cold start", unit="round"):
        for name, (code, place) in codes.items():
            times[name].append(1000 * seconds(code, place))
    return {name: statistics.median(some[1:]) for name, some in times.items()}


def main() -> None:
    """Measure, write the result, and fail if the limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold_start", description=__doc__)
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--environment", default="prod")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--result", type=Path, default=RESULT)
    arguments = parser.parse_args()
    functions = packed_functions(arguments.assembly, arguments.environment)
    with tempfile.TemporaryDirectory(prefix="mailroom-bench-") as folder:
        medians = measure(functions, arguments.rounds, Path(folder))
    bare = medians.pop("boto3")
    ratios = {handler: round(median / bare, 2) for handler, median in medians.items()}
    result = {
        "rounds": arguments.rounds,
        "bare_client_ms": round(bare, 1),
        "handlers_ms": {handler: round(median, 1) for handler, median in medians.items()},
        "ratios": ratios,
        "limit_ratio": LIMIT_RATIO,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    write_atomically(arguments.result, json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    if max(ratios.values()) > LIMIT_RATIO:
        raise ColdStartError(f"A handler's import takes more than {LIMIT_RATIO:g} times that of a bare boto3 client.")


if __name__ == "__main__":
    sys.exit(run(main))
