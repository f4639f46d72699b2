"""MLflow's server as a process of this machine: what it is told, and what holds where it is not installed."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.experiments import background as experiments
from local.experiments.browse import has_desktop
from local.experiments.server import ExperimentsError, TrackingServer, tracking_server

ROOT = Path(__file__).parents[3]


@pytest.fixture
def interpreter(tmp_path: Path) -> Path:
    """That of an environment that `make experiments` has finished."""
    environment = tmp_path / "environment"
    (environment / "bin").mkdir(parents=True)
    (environment / ".ready").touch()
    return environment / "bin" / "python"


def test_it_listens_to_this_machine_alone_and_keeps_runs_and_files_in_its_folder(tmp_path: Path):
    server = TrackingServer(folder=tmp_path, port=5000, interpreter=Path("/env/bin/python"))
    assert server.command() == [
        *("/env/bin/python", "-m", "mlflow", "server"),
        *("--host", "127.0.0.1", "--port", "5000", "--workers", "1"),
        *("--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db"),
        *("--artifacts-destination", f"{tmp_path}/artifacts"),
    ]


def test_it_calls_nobody_and_takes_no_setting_of_another_mlflow():
    given = {"PATH": "/bin", "MLFLOW_TRACKING_URI": "https://elsewhere", "_MLFLOW_SERVER_FILE_STORE": "/other"}
    server = TrackingServer(folder=Path("runs"), port=5000)
    assert server.environment(given) == {
        "PATH": "/bin",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "PYTHONWARNINGS": "ignore",
    }


def test_it_comes_back_on_the_port_that_it_had(tmp_path: Path, interpreter: Path):
    first = tracking_server(tmp_path / "mlflow", interpreter=interpreter)
    assert tracking_server(tmp_path / "mlflow", interpreter=interpreter) == first


def test_it_takes_another_port_where_somebody_has_taken_that_one(tmp_path: Path, interpreter: Path):
    first = tracking_server(tmp_path / "mlflow", interpreter=interpreter)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        assert tracking_server(tmp_path / "mlflow", interpreter=interpreter).port != first.port


def test_where_it_is_not_installed_one_sentence_says_how_to(tmp_path: Path):
    with pytest.raises(ExperimentsError, match=r"^MLflow is not installed here; make experiments installs it\.$"):
        tracking_server(tmp_path / "mlflow", interpreter=tmp_path / "nothing" / "bin" / "python")


def test_where_it_is_not_installed_all_else_goes_on_after_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(experiments, "installed", lambda: False)
    assert experiments.start_if_installed(tmp_path, record=tmp_path / "processes.json") is None
    assert capsys.readouterr().out == "Training runs are not recorded here: make experiments installs MLflow.\n"
    assert list(tmp_path.iterdir()) == []


def test_nobody_announces_a_server_whose_process_ended_before_it_answered(tmp_path: Path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        state = tmp_path / "state.json"
        # A parent that starts the announcer and is gone.
        orphan = (
            "import os, subprocess, sys; print(subprocess.Popen([sys.executable, '-m', 'local.experiments.ready',"
            f" '--url', {url!r}, '--server', str(os.getpid()), '--state', {str(state)!r}],"
            " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)"
        )
        done = subprocess.run([sys.executable, "-c", orphan], cwd=ROOT, capture_output=True, text=True, check=True)
        _wait_until_gone(int(done.stdout))
    assert not state.exists()


def _wait_until_gone(pid: int) -> None:
    for _ in range(600):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        # An orphan is taken in and waited for by the system's first process; until then it is a zombie.
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("the announcer is still there")


@pytest.mark.parametrize(
    ("variables", "there"), [({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "w"}, True), ({}, False)]
)
def test_a_browser_is_opened_only_where_it_has_a_screen(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], there: bool
):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert has_desktop() is there
