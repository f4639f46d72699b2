"""The validation report that a synth leaves behind, and the synth with the CDK's own validation."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.support.node import node_environment

ROOT = Path(__file__).parents[2]


def run_app(
    arguments: list[str], *, outdir: Path, cwd: Path = ROOT, environment: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """A CDK app with the CDK's own validation on."""
    kept = {name: value for name, value in environment.items() if name != "CDK_VALIDATION"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**kept, **node_environment(), "CDK_OUTDIR": str(outdir)},
        check=False,
        capture_output=True,
        text=True,
    )


def synthesize_application(folder: Path) -> None:
    """What `make synth` does, into ``folder``."""
    done = run_app(["app.py"], outdir=folder)
    assert done.returncode == 0, f"the synth failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def violations(assembly: Path, *, suppressed: bool = False) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Plugin and violation of everything that the report of an assembly holds against the templates."""
    report = json.loads((assembly / "validation-report.json").read_text(encoding="utf-8"))
    for plugin in report["pluginReports"]:
        for violation in plugin.get("suppressedViolations" if suppressed else "violations", []):
            yield plugin["pluginName"], violation


def constructs(violation: Mapping[str, Any]) -> list[str]:
    """The constructs' paths that a violation is about."""
    return [construct["constructPath"] for construct in violation["violatingConstructs"]]
