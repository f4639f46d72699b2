"""A job's process: what it may reach, how it ends, and what its folder and its log become."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from local.accounts.credentials import Credentials
from local.pipelines.errors import StepFailedError
from local.pipelines.job.environment import job_environment
from local.pipelines.job.failure_reason import failure_of
from local.pipelines.job.metrics import Metric, metrics_in
from local.pipelines.job.process import Cause, Ended, JobProcess, can_isolate
from local.pipelines.job.s3_folders import download
from local.pipelines.job.sandbox import Sandbox, sweep
from local.process_table import start_time

WARDEN = Path(__file__).parents[3] / "local" / "pipelines" / "job" / "warden.py"
CREDENTIALS = Credentials(
    url="http://localhost:5000", account="1", region="eu-central-1", access_key="a", secret_key="b", token="c"
)
CONNECT = """
import socket, sys
with socket.socket() as client:
    client.settimeout(5)
    client.connect(("127.0.0.1", int(sys.argv[1])))
"""
OWN_LOOPBACK = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname(), timeout=5).close()
"""


def run(folder: Path, *command: str, isolated: bool = False, stop: threading.Event | None = None, seconds: float = 60):
    log = folder / "log"
    ended = JobProcess(
        command=command,
        folder=folder,
        environment={"PATH": os.environ["PATH"]},
        log=log,
        isolated=isolated,
        max_seconds=seconds,
        grace_seconds=0.2,
    ).run(stop or threading.Event())
    return ended, log.read_text()


def test_a_job_that_is_not_isolated_reaches_this_machine_and_an_isolated_one_does_not(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect = (sys.executable, "-c", CONNECT, str(server.getsockname()[1]))
        reached = [run(tmp_path, *connect, isolated=isolated)[0].is_success for isolated in (False, True)]
    assert reached == [True, not can_isolate()]


def test_several_processes_of_an_isolated_job_talk_over_its_own_loopback(tmp_path):
    assert run(tmp_path, sys.executable, "-c", OWN_LOOPBACK, isolated=True)[0].is_success


@pytest.mark.parametrize(
    ("script", "ended"),
    [
        ("exit 0", Ended(cause=Cause.EXIT, status=0)),
        ("exit 7", Ended(cause=Cause.EXIT, status=7)),
        ("kill -TERM $$", Ended(cause=Cause.SIGNAL, status=15)),
        ("kill -KILL $$", Ended(cause=Cause.SIGNAL, status=9)),
    ],
)
def test_the_end_of_a_process_is_told_as_it_was(tmp_path, script, ended):
    assert run(tmp_path, "/bin/bash", "-c", script) == (ended, "")


def test_what_a_process_leaves_running_ends_with_it(tmp_path):
    ended, said = run(tmp_path, "/bin/bash", "-c", "sleep 600 & echo $!")
    while start_time(int(said)) is not None:
        time.sleep(0.01)
    assert ended.is_success


def test_a_process_over_its_time_is_ended(tmp_path):
    assert run(tmp_path, "/bin/bash", "-c", "exec sleep 600", seconds=0.1)[0].cause is Cause.TIMEOUT


def test_a_job_ends_with_whoever_started_it(tmp_path):
    starter = subprocess.Popen(
        [sys.executable, str(WARDEN), "all", "/bin/bash", "-c", f"echo $$ > {tmp_path}/pid; sleep 600"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    while not (tmp_path / "pid").is_file() or not (tmp_path / "pid").read_text().strip():
        time.sleep(0.01)
    assert starter.stdin is not None
    starter.stdin.close()
    pid = int((tmp_path / "pid").read_text())
    while start_time(pid) is not None:
        time.sleep(0.01)
    assert starter.wait() == -9


def test_only_a_job_that_is_not_isolated_gets_credentials_and_addresses(tmp_path):
    made = [
        job_environment(
            {"MONTH": "2026-01"}, home=tmp_path, isolated=isolated, credentials=CREDENTIALS, mlflow_url="http://mlflow"
        )
        for isolated in (True, False)
    ]
    theirs = {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL_SAGEMAKER_MLFLOW"}
    assert [theirs & set(environment) for environment in made] == [set(), theirs]
    assert {environment["MONTH"] for environment in made} == {"2026-01"}
    assert "PYTHONPATH" not in made[0]


def test_python3_is_this_environments_interpreter(tmp_path):
    environment = job_environment({}, home=tmp_path, isolated=True, credentials=CREDENTIALS, mlflow_url=None)
    asked = ["python3", "-c", "import sys; print(sys.prefix)"]
    found = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == sys.prefix


def test_the_containers_root_is_replaced_in_every_text(tmp_path):
    with Sandbox(tmp_path / "job") as sandbox:
        root = str(tmp_path / "job")
        assert sandbox.here({"a": ["cd /opt/ml/code && ls /opt/ml", 1]}) == {"a": [f"cd {root}/code && ls {root}", 1]}
        assert sandbox.root.stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "job").exists()


def test_what_a_killed_executors_jobs_have_left_is_removed_and_logs_stay(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    executors = [tmp_path / "one", tmp_path / "with blank", tmp_path / "other blank"]
    left = [Sandbox(folder / "execution-1" / "train.job").root for folder in executors]
    (executors[0] / "execution-1" / "train.log").write_text("kept")
    for folder in executors[:2]:
        sweep(folder)
    assert [root.exists() for root in left] == [False, False, True]
    assert (executors[0] / "execution-1" / "train.log").read_text() == "kept"


def test_a_folder_with_blanks_in_its_path_is_replaced_by_one_without(tmp_path):
    with Sandbox(tmp_path / "my job") as sandbox:
        assert " " not in str(sandbox.root)
        assert sandbox.root.is_dir()
    assert not sandbox.root.exists()


class Keys:
    """An S3 client that knows objects by their keys alone."""

    def __init__(self, *keys: str) -> None:
        self._keys = keys

    def get_paginator(self, _: str) -> "Keys":
        return self

    def paginate(self, **asked: str):
        yield {"Contents": [{"Key": key} for key in self._keys if key.startswith(asked["Prefix"])]}

    def download_file(self, bucket: str, key: str, file: str) -> None:
        Path(file).write_text(f"{bucket}/{key}")


@pytest.mark.parametrize(
    ("uri", "files"),
    [
        ("s3://b/data/2026", {"train.jsonl", "sub/test.jsonl"}),
        ("s3://b/data/2026/", {"train.jsonl", "sub/test.jsonl"}),
        ("s3://b/data/2026/train.jsonl", {"train.jsonl"}),
        ("s3://b/data/2026/tr", {"train.jsonl"}),
        ("s3://b/data", {"2026/train.jsonl", "2026/sub/test.jsonl"}),
        ("s3://b/other", set()),
    ],
)
def test_a_prefix_becomes_a_folder(tmp_path, uri, files):
    s3 = Keys("data/2026/train.jsonl", "data/2026/sub/test.jsonl", "data/2026/empty/")
    assert download(s3, uri, tmp_path) == len(files)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == files


def test_a_key_that_leads_out_of_its_folder_is_refused(tmp_path):
    with pytest.raises(StepFailedError, match="leads out of its prefix"):
        download(Keys("data/../../elsewhere"), "s3://b/data/", tmp_path / "in")
    assert list(tmp_path.rglob("elsewhere")) == []


def test_metrics_are_read_by_the_jobs_own_definitions():
    definitions = [{"Name": "loss", "Regex": r"loss=(\S+)"}, {"Name": "rate", "Regex": r"rate=(\S+)"}]
    lines = ["epoch=1 loss=0.5", "loss=none", "loss=4.9e-05"]
    assert metrics_in(lines, definitions) == (Metric(name="loss", values=(0.5, 4.9e-05)),)


def test_a_failure_file_says_more_than_the_log(tmp_path):
    file = tmp_path / "failure"
    file.write_text("No space left.\n")
    failed = failure_of(Ended(cause=Cause.EXIT, status=1), log="error: Something.", failure_file=file, max_seconds=1.0)
    assert (str(failed), failed.kind) == ("AlgorithmError: No space left., exit code: 1", None)


def test_a_reason_is_never_longer_than_the_account_takes():
    failed = failure_of(Ended(cause=Cause.EXIT, status=1), log=f"error: {'x' * 2000}", max_seconds=1.0)
    assert (len(str(failed)), str(failed)[-14:]) == (1024, ", exit code: 1")
