"""Endpoint and front as a person starts them: real processes, real HTTP."""

import http.client
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.process_table import start_time
from local.processes import ProcessError, start, stop
from mailroom.openapi import document
from tests.support.keyword_archive import make_keyword_archive, pack

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def command(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def read_env(run_dir: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (run_dir / "env").read_text(encoding="ascii").splitlines())


def pids(run_dir: Path) -> list[int]:
    return [entry["pid"] for entry in json.loads((run_dir / "processes.json").read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    return pack(make_keyword_archive(folder / "files"), folder / "model.tar.gz")


@pytest.fixture(scope="module")
def up(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """What ``local.up`` printed, and its run folder."""
    run_dir = tmp_path_factory.mktemp("run")
    done = command("local.up", "--archive", str(archive), "--run-dir", str(run_dir))
    assert (done.returncode, done.stderr) == (0, "Loading the model ...\n")
    yield done.stdout, run_dir
    stop(run_dir)


class Crm:
    """A caller that keeps one connection."""

    def __init__(self, run_dir: Path) -> None:
        env = read_env(run_dir)
        self.connection = http.client.HTTPConnection(urlsplit(env["MAILROOM_URL"]).netloc, timeout=30)
        self.key = env["MAILROOM_API_KEY"]

    def call(self, method, path, body=None, **headers):
        sent = {
            "x-api-key": self.key,
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        self.connection.request(method, path, body, {name: value for name, value in sent.items() if value is not None})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()


@pytest.fixture
def crm(up) -> Crm:
    return Crm(up[1])


def test_what_is_printed_can_be_tried(up):
    printed, run_dir = up
    url, key = read_env(run_dir).values()
    assert printed.splitlines()[:4] == [f"MAILROOM_URL={url}", f"MAILROOM_API_KEY={key}", "", "Try it:"]
    curl = printed.splitlines()[4]
    assert curl.startswith(f"curl -s {url}/v1/classifications -H 'x-api-key: {key}' ")
    status, _, body = Crm(run_dir).call("POST", "/v1/classifications", curl.split("-d '")[1].removesuffix("'").encode())
    assert (status, json.loads(body)["results"][0]["labels"]["queue"]["label"]) == (200, "transfers")


def test_what_holds_the_key_is_for_the_owner_alone(up):
    _, run_dir = up
    assert {name: stat.S_IMODE((run_dir / name).stat().st_mode) for name in ("env", "api-key")} == {
        "env": 0o600,
        "api-key": 0o600,
    }


def test_the_whole_api_answers_over_one_connection(crm):
    status, headers, body = crm.call("GET", "/v1/openapi.json")
    assert (status, json.loads(body)) == (200, document())
    assert crm.call("GET", "/v1/openapi.json", If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert json.loads(crm.call("GET", "/v1/labels?status=deprecated")[2])["labels"][0]["id"] == "faxes"
    assert crm.call("GET", "/v1/health", x_api_key=None)[0] == 200
    assert crm.call("GET", "/v1/labels", x_api_key=None)[0] == 403
    assert crm.call("GET", "/v1/labels", x_api_key="wrong")[0] == 403
    assert crm.call("GET", "/v1/nothing")[0] == 404
    status, headers, body = crm.call("DELETE", "/v1/labels")
    assert (status, headers["Allow"], headers["Content-Type"]) == (405, "GET", "application/problem+json")
    assert crm.call("POST", "/v1/classifications", b'{"emails": ["\xff"]}')[0] == 400


@pytest.mark.parametrize(
    ("megabytes", "detail"),
    [
        (5, "The request is larger than 4 MB."),
        (11, "The request is larger than 10 MB."),
    ],
)
def test_too_large_a_request_is_told_the_limit(crm, megabytes, detail):
    status, headers, body = crm.call("POST", "/v1/classifications", b" " * (megabytes * 1024 * 1024))
    assert (status, headers["Content-Type"], json.loads(body)["detail"]) == (413, "application/problem+json", detail)


def test_no_mail_text_is_in_any_log(up, crm):
    for subject in ("", "raise", "garbage"):
        body = json.dumps({"emails": [{"id": "1", "subject": subject, "body": "geheim-4711"}], "x": subject == ""})
        crm.call("POST", "/v1/classifications?geheim-4711=geheim-4711", body)
    logs = {path.name: path.read_text(encoding="utf-8") for path in up[1].glob("*.log")}
    assert set(logs) == {"endpoint.log", "front.log"}
    assert all("geheim-4711" not in text for text in logs.values())
    assert all(isinstance(json.loads(line), dict) for line in logs["front.log"].splitlines()[1:])


def test_up_again_replaces_what_runs_and_keeps_the_key_and_down_ends_it(archive, tmp_path):
    first = start(archive, tmp_path)
    old = pids(tmp_path)
    second = start(archive, tmp_path)
    new = pids(tmp_path)
    assert (first.api_key, [start_time(pid) for pid in old]) == (second.api_key, [None, None])
    assert all(start_time(pid) for pid in new)

    down = command("local.down", "--run-dir", str(tmp_path))
    assert (down.returncode, down.stdout, [start_time(pid) for pid in new]) == (0, "Mailroom is down.\n", [None, None])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["api-key", "endpoint.log", "front.log"]
    assert command("local.down", "--run-dir", str(tmp_path)).stdout == "Nothing was running.\n"


def test_down_leaves_alone_a_process_that_only_has_an_old_ones_number(tmp_path):
    foreign = os.getpid()
    (tmp_path / "processes.json").write_text(json.dumps([{"name": "front", "pid": foreign, "started": "long ago"}]))
    assert stop(tmp_path) == 0
    assert not (tmp_path / "processes.json").exists()


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_an_archive_that_cannot_be_served_is_one_sentence_and_leaves_nothing_running(tmp_path, content):
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(content)
    done = command("local.up", "--archive", str(archive), "--run-dir", str(tmp_path / "run"))
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (
        2,
        "",
        ["Loading the model ...", f"The model archive {archive} is damaged, or is no tar.gz file."],
    )
    assert not (tmp_path / "run" / "processes.json").exists()


def test_a_taken_port_is_one_sentence_and_leaves_nothing_running(up, archive, tmp_path):
    taken = urlsplit(read_env(up[1])["MAILROOM_URL"]).port
    with pytest.raises(ProcessError) as caught:
        start(archive, tmp_path, port=taken)
    assert str(caught.value) == f"Port {taken} is taken."
    assert not (tmp_path / "processes.json").exists()
