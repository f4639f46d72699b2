"""`make airflow`: the real web server with both DAGs, told what the deployed account's Airflow is told."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.apart.airflow.world import World

ROOT = Path(__file__).parents[3]
OWN = ROOT / ".venv" / "bin" / "python"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _processes(home: Path) -> list[str]:
    """What still runs for an Airflow of this home."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"AIRFLOW_HOME={home}".encode() in environ.read_bytes().split(b"\0"):
                found.append(environ.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "make down"])
def test_the_web_server_comes_up_with_both_dags_and_nothing_of_it_is_left_when_it_ends(world: World, ending: int):
    run_dir, port = world.folder / f"run-{ending}", _free_port()
    run_dir.mkdir()
    where = ["--accounts", world.folder / "accounts.json", "--run-dir", run_dir, "--port", str(port)]
    said = run_dir / "said"
    with said.open("wb") as output:
        served = subprocess.Popen(
            [OWN, "-m", "local.airflow", "--env", "dev", *where], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        patience = time.monotonic() + 300
        while "Sign in as" not in said.read_text():
            assert served.poll() is None, said.read_text()
            assert time.monotonic() < patience, said.read_text()
            time.sleep(0.5)
        url = f"http://127.0.0.1:{port}"
        assert (
            f"Airflow with feedback_report, monthly_retrain on the emulated account of dev: {url}\n" in said.read_text()
        )
        with urllib.request.urlopen(url) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}/api/v2/dags")
        assert refused.value.code == 401
        served.send_signal(ending)
        assert served.wait(60) == 130
        assert _processes(run_dir / "airflow") == []
    finally:
        served.kill()
        served.wait()
        for pid in _processes(run_dir / "airflow"):
            os.kill(int(pid), signal.SIGKILL)
