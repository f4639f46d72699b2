"""How the archive's code is started: alone, in its own interpreter, and what is said if that fails."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.endpoint.supervisor import EndpointError, LocalEndpoint
from local.process_table import start_time
from mailroom.wire.endpoint import describe_to_json
from tests.support.keyword_archive import write_manifest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]

PROBED = """
import json, os, sys
def model_fn(model_dir): return model_dir
def input_fn(body, content_type): return body
def predict_fn(data, model): return json.dumps({"data": repr(data), "model": model, "path": sys.path})
def output_fn(prediction, accept): return prediction
"""


def archive(folder: Path, code: str) -> Path:
    (folder / "code").mkdir(parents=True)
    (folder / "code" / "inference.py").write_text(code, encoding="utf-8")
    write_manifest(folder)
    return folder


def ask(client_of, endpoint, **parameters):
    parameters = {"Body": describe_to_json(), "ContentType": "application/json", **parameters}
    answer = client_of(endpoint.url).invoke_endpoint(EndpointName=endpoint.name, **parameters)
    return answer["Body"].read().decode(), answer["ContentType"]


def test_the_archives_code_sees_itself_and_the_installed_libraries_but_nothing_of_the_checkout(client_of, tmp_path):
    folder = archive(tmp_path / "a", PROBED)
    with LocalEndpoint(folder, name="probed") as endpoint:
        text, _ = ask(client_of, endpoint)
    said = json.loads(text)
    assert (said["data"], said["model"], said["path"][0]) == (
        repr('{"describe":true}'),
        str(folder),
        str(folder / "code"),
    )
    assert not any(Path(entry).is_relative_to(ROOT) for entry in said["path"] if "site-packages" not in entry)
    assert list(folder.rglob("*.pyc")) == []


def test_a_model_that_never_comes_up_is_given_up(tmp_path):
    hangs = PROBED.replace("return model_dir", "import time; time.sleep(600)", 1)
    with pytest.raises(EndpointError, match=r"^The model did not come into service within 1 seconds\.$"):
        LocalEndpoint(archive(tmp_path / "a", hangs), name="hangs", ready_seconds=1)


def test_a_body_that_is_no_text_reaches_the_code_as_bytes(client_of, tmp_path):
    with LocalEndpoint(archive(tmp_path / "a", PROBED), name="probed") as endpoint:
        assert '"data": "b\'x\'"' in ask(client_of, endpoint, Body=b"x", ContentType="application/octet-stream")[0]


CONTEXTS = """
def model_fn(model_dir, context): return type(context).__name__
def input_fn(body, content_type, context=None): return context is not None
def predict_fn(data, model, context): return f"{data} {model} {context is not None}"
def output_fn(prediction, accept, context): return prediction, "text/plain"
"""


def test_functions_that_take_a_context_get_one_and_a_content_type_may_be_returned(client_of, tmp_path):
    with LocalEndpoint(archive(tmp_path / "a", CONTEXTS), name="contexts") as endpoint:
        assert ask(client_of, endpoint) == ("True SimpleNamespace True", "text/plain")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import no_such_module", "The model archive's code cannot be loaded: ModuleNotFoundError at inference.py:1."),
        ("1 +", "The model archive's code cannot be loaded: SyntaxError at <frozen importlib._bootstrap>:241."),
        (
            "def model_fn(model_dir):\n    raise KeyError('x')",
            "The model archive's code cannot be loaded: KeyError at inference.py:2.",
        ),
        (
            "class MailroomError(Exception): pass\ndef model_fn(model_dir):\n    raise MailroomError('No weights.')",
            "No weights.",
        ),
        (
            PROBED.replace("return body", "raise ValueError"),
            "The model archive was loaded but does not answer a first invocation.",
        ),
        ("import os; os._exit(1)", "The model server ended before it came into service."),
    ],
)
def test_an_archive_whose_model_cannot_be_served_is_one_sentence(tmp_path, code, sentence):
    with pytest.raises(EndpointError) as caught:
        LocalEndpoint(archive(tmp_path / "a", code), name="broken")
    assert str(caught.value).partition(" at <frozen")[0] == sentence.partition(" at <frozen")[0]


def run(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "local.endpoint", *arguments],
        cwd=ROOT,
        text=True,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def telling_archive(tmp_path: Path) -> Path:
    """An archive whose code writes down the id of the process it is loaded in."""
    return archive(
        tmp_path / "telling",
        PROBED.replace("return model_dir", "open(model_dir + '/pid', 'w').write(str(os.getpid()))"),
    )


def wait_until_gone(pid: int) -> None:
    patience = time.monotonic() + 5
    while start_time(pid) is not None:
        assert time.monotonic() < patience
        time.sleep(0.02)


def test_the_command_says_where_it_listens_and_ends_on_a_signal(archive_folder, tmp_path):
    state = tmp_path / "state.json"
    process = run("--name", "keywords", "--archive", str(archive_folder), "--state", str(state))
    assert process.stdout.readline().startswith("ready http://127.0.0.1:")
    assert state.is_file()
    process.send_signal(signal.SIGTERM)
    (line,) = process.communicate(timeout=10)[1].splitlines()
    assert json.loads(line).keys() == {"event", "level", "model_ms", "queue_ms", "bytes"}
    assert process.returncode == 130


def test_the_model_server_ends_with_its_parent_even_if_that_is_killed_and_leaves_nothing(telling_archive, tmp_path):
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    process = run("--name", "telling", "--archive", str(telling_archive), TMPDIR=str(unpacked))
    process.stdout.readline()
    server = int((telling_archive / "pid").read_text(encoding="ascii"))
    assert start_time(server) is not None
    assert list(unpacked.iterdir()) != []
    process.kill()
    process.communicate()
    wait_until_gone(server)
    assert list(unpacked.iterdir()) == []


def test_the_command_ends_with_a_sentence_if_the_model_server_dies(telling_archive):
    process = run("--name", "telling", "--archive", str(telling_archive))
    process.stdout.readline()
    os.kill(int((telling_archive / "pid").read_text(encoding="ascii")), signal.SIGKILL)
    assert process.communicate(timeout=10)[1].splitlines()[1:] == ["The model server ended by itself, with status -9."]
    assert process.returncode == 2


def test_a_foreign_archive_is_one_sentence_on_the_command_line(tmp_path):
    process = run("--name", "keywords", "--archive", str(tmp_path))
    assert process.communicate(timeout=20) == (
        "",
        f"The model archive {tmp_path} holds no code/inference.py, so it is none of Mailroom's.\n",
    )
    assert process.returncode == 2


def test_a_taken_port_is_one_sentence(endpoint, archive_folder):
    with pytest.raises(EndpointError) as caught:
        LocalEndpoint(archive_folder, name="second", port=endpoint.port)
    assert str(caught.value) == f"Port {endpoint.port} is taken."


def test_what_goes_wrong_in_the_model_is_logged_by_type_and_place_alone(archive_folder, client_of):
    process = run("--name", "keywords", "--archive", str(archive_folder))
    url = process.stdout.readline().split()[1]
    client = client_of(url)
    payload = b'{"emails": [{"id": "1", "subject": "raise", "body": "geheim-4711"}]}'
    with pytest.raises(client.exceptions.ModelError):
        client.invoke_endpoint(EndpointName="keywords", Body=payload, ContentType="application/json")
    process.terminate()
    out, err = process.communicate(timeout=10)
    assert "geheim" not in out + err
    failed = json.loads(err.splitlines()[-1])
    assert failed.pop("place").startswith("inference.py:")
    assert failed == {"event": "invocation_failed", "level": "error", "exception": "ValueError"}
