"""Two synths, on two days, in two folders, are byte-identical: no clock, path, credentials, lookup or network in it."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.gates.reports import ROOT, run_app
from tests.support.node import node_environment

pytestmark = pytest.mark.slow

# What app.py reads.
SOURCES = ("app.py", "cdk.json", "config", "dags", "lambda", "mailroom", "model", "stacks")
OTHER_DAY = Path(__file__).parent / "other_day"


@pytest.fixture
def another_day(tmp_path) -> dict[str, str]:
    """The environment of somebody else's process, 400 days later: nothing of AWS, no network, other habits."""
    return {
        "PATH": os.defpath,
        "HOME": str(tmp_path / "home"),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(_jsii_cache()),
        "PYTHONPATH": str(OTHER_DAY),
        "NODE_OPTIONS": f"--require {OTHER_DAY / 'other_day.cjs'}",
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Auckland",
        "LC_ALL": "C",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _jsii_cache() -> Path:
    """Where jsii keeps the CDK unpacked, so that another home does not unpack it again."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "com.amazonaws.jsii" / "package-cache"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "aws" / "jsii" / "package-cache"


def _copy(folder: Path) -> Path:
    """The checkout in another folder, with other file times and modes."""
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            os.utime(path, (1_000_000_000, 1_000_000_000))
    vendor = ROOT / ".cache" / "vendor"
    (folder / ".cache").mkdir()
    (folder / ".cache" / "vendor").symlink_to(vendor)
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_synth_in_another_folder_on_another_day_without_network_writes_the_same_bytes(
    application, another_day, tmp_path
):
    copy = _copy(tmp_path / "somewhere" / "else")
    done = run_app(["app.py"], outdir=copy / "out", cwd=copy, environment=another_day)
    assert done.returncode == 0, done.stderr[-2000:]
    here, there = _contents(application), _contents(copy / "out")
    assert sorted(here) == sorted(there)
    assert [name for name in here if here[name] != there[name]] == []


def test_no_environment_waits_for_a_lookup(application):
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in application.rglob("manifest.json")]
    assert [manifest.get("missing", []) for manifest in manifests] == [[], [], []]


def test_the_other_days_processes_do_believe_in_another_day_and_reach_nobody(another_day):
    node = node_environment()["JSII_NODE"]
    ask_python = "import datetime, socket, time; print(int(time.time()), datetime.date.today().year)"
    ask_node = "console.log(Math.floor(Date.now() / 1000), new Date().getFullYear())"
    connect_python = "import socket; socket.create_connection(('127.0.0.1', 9))"
    connect_node = "require('node:net').connect(9, '127.0.0.1')"

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=another_day, check=False, capture_output=True, text=True)

    today = datetime.now().timestamp()
    for asked in (run(sys.executable, "-c", ask_python), run(node, "-e", ask_node)):
        seconds, year = map(int, asked.stdout.split())
        assert 399 < (seconds - today) / 86400 < 401
        assert year > datetime.now().year
    for refused in (run(sys.executable, "-c", connect_python), run(node, "-e", connect_node)):
        assert "there is no network" in refused.stderr
