"""`make airflow`: the real web server with both DAGs, told what the deployed account's Airflow is told."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.apart.airflow.mails import mails
from tests.apart.airflow.world import World

ROOT = Path(__file__).parents[3]
OWN = ROOT / ".venv" / "bin" / "python"
PATIENCE_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Served:
    """The command that serves, its home, where it listens, and what it has said."""

    process: subprocess.Popen[bytes]
    home: Path
    url: str
    said: str

    def ask(self, path: str, body: Mapping[str, Any] | None = None, *, token: str | None = None) -> Any:
        """Airflow's REST API; with ``body``, a POST."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", data=data, headers=headers)) as answer:
            return json.load(answer)

    def signed_in(self) -> str:
        """A token of the user whose password was said."""
        found = re.search(r"Sign in as (\w+), password (\S+)\. ", self.said)
        assert found is not None
        return str(self.ask("/auth/token", {"username": found[1], "password": found[2]})["access_token"])


@contextmanager
def _serving(world: World, name: str) -> Iterator[Served]:
    run_dir, port = world.folder / f"run-{name}", _free_port()
    run_dir.mkdir()
    where = ["--accounts", world.folder / "accounts.json", "--run-dir", run_dir, "--port", str(port)]
    said = run_dir / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [OWN, "-m", "local.airflow", "--env", "dev", *where],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_hears_ctrl_c,
        )
    home = run_dir / f"airflow-{port}"
    try:
        patience = time.monotonic() + PATIENCE_SECONDS
        while "Sign in as" not in said.read_text():
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < patience, said.read_text()
            time.sleep(0.5)
        yield Served(process=process, home=home, url=f"http://127.0.0.1:{port}", said=said.read_text())
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in _processes(home):
            os.kill(int(pid), signal.SIGKILL)


def _hears_ctrl_c() -> None:
    """Tests that a shell started in the background, as CI may, have inherited that it is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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
    with _serving(world, str(ending)) as served:
        assert (
            f"Airflow with feedback_report, monthly_retrain on the emulated account of dev: {served.url}\n"
            in served.said
        )
        with urllib.request.urlopen(served.url) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{served.url}/api/v2/dags")
        assert refused.value.code == 401
        served.process.send_signal(ending)
        assert served.process.wait(60) == 130
        assert _processes(served.home) == []


def test_a_run_that_a_person_triggers_goes_by_while_the_scheduled_one_waits_without_holding_a_worker(world: World):
    rows = mails(30)
    world.upload("2025-11", [{**rows[0], "queue": "refunds"}, *rows[1:]])
    with _serving(world, "triggered") as served:
        token = served.signed_in()
        runs = "/api/v2/dags/monthly_retrain/dagRuns"
        run = served.ask(runs, {"logical_date": None, "conf": {"month": "2025-11"}}, token=token)
        assert (run["logical_date"], run["run_type"]) == (None, "manual")
        ended = _tasks(
            served, token, run["dag_run_id"], until={"validate_export": "failed", "report": "upstream_failed"}
        )
        assert (ended["choose"], ended["wait_for_export"]) == ("success", "success")
        (scheduled,) = [one for one in served.ask(runs, token=token)["dag_runs"] if one["run_type"] == "scheduled"]
        _tasks(served, token, scheduled["dag_run_id"], until={"wait_for_export": "up_for_reschedule"})


def _tasks(served: Served, token: str, run_id: str, *, until: Mapping[str, str]) -> dict[str, str | None]:
    """The states of a run's tasks, once some are as ``until`` says."""
    path = f"/api/v2/dags/monthly_retrain/dagRuns/{urllib.parse.quote(run_id)}/taskInstances"
    patience = time.monotonic() + PATIENCE_SECONDS
    states: dict[str, str | None] = {}
    while not until.items() <= states.items():
        assert time.monotonic() < patience, states
        time.sleep(1)
        states = {one["task_id"]: one["state"] for one in served.ask(path, token=token)["task_instances"]}
    return states
