"""The whole system as a person starts it: emulated accounts, real processes, real HTTP."""

import http.client
import json
import os
import re
import shutil
import stat
import time
from urllib.parse import urlsplit

import pytest

from local.accounts.accounts_file import credentials
from local.accounts.inspect.endpoint import endpoint
from local.accounts.inspect.rest_api import rest_api
from local.background import recorded
from local.events.model_archive import opened
from local.events.registry import register
from local.processes import stop
from mailroom.openapi import document
from tests.support.running import Up, command

pytestmark = pytest.mark.slow


class Crm:
    """A caller that keeps one connection."""

    def __init__(self, up: Up, prefix: str = "MAILROOM") -> None:
        self.connection = http.client.HTTPConnection(urlsplit(up.env[f"{prefix}_URL"]).netloc, timeout=30)
        self.key = up.env[f"{prefix}_API_KEY"]

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
def crm(up: Up) -> Crm:
    return Crm(up)


def rows(up: Up, environment: str) -> list[dict]:
    """All that the environment's ledger holds."""
    dynamodb = credentials(up.state, environment).client("dynamodb")
    (table,) = [name for name in dynamodb.list_tables()["TableNames"] if "Ledger" in name]
    return [item for page in dynamodb.get_paginator("scan").paginate(TableName=table) for item in page["Items"]]


def deploy_events(up: Up, environment: str) -> list[str]:
    """What the environment's deploy function has logged."""
    log = (up.run_dir / f"mailroom-{environment}-deploy.log").read_text()
    return [json.loads(line)["event"] for line in log.splitlines()]


def test_the_archive_went_live_by_the_way_of_production_in_both_accounts(up):
    told = [line for line in up.printed.splitlines() if " model " in line]
    assert told == [
        "[dev] model m-1 registered as version 1, approved without a person",
        "[prod] model m-1 registered as version 1, waits for a person: approved here in their stead",
    ]
    for environment in ("dev", "prod"):
        account = credentials(up.state, environment)
        served = endpoint(account, f"mailroom-{environment}")
        approved = account.client("ssm").get_parameter(Name=f"/mailroom/{environment}/approved-model")
        assert served is not None
        assert approved["Parameter"]["Value"] == served.model_package_arn
        assert re.search(r"/models/m-1-[0-9a-f]{12}/model\.tar\.gz$", served.model_data_url)
        # The function hears of the end when the message that it gave back comes again.
        while "live" not in (events := deploy_events(up, environment)):
            time.sleep(0.5)
        assert [event for event in events if event != "waiting"][:2] == ["deploying", "live"]


def test_an_archive_that_is_registered_already_is_not_registered_again(up):
    account = credentials(up.state, "prod")
    with opened(up.archive) as archive:
        registered = register(archive, account, environment="prod")
    packages = account.client("sagemaker").list_model_packages(ModelPackageGroupName="mailroom-prod")
    assert [one["ModelPackageArn"] for one in packages["ModelPackageSummaryList"]] == [registered.arn]
    assert registered.is_approved


def test_a_package_says_what_the_pipelines_own_step_would_say(up):
    sagemaker = credentials(up.state, "prod").client("sagemaker")
    (listed,) = sagemaker.list_model_packages(ModelPackageGroupName="mailroom-prod")["ModelPackageSummaryList"]
    package = sagemaker.describe_model_package(ModelPackageName=listed["ModelPackageArn"])
    (container,) = package["InferenceSpecification"]["Containers"]
    assert re.search(r"huggingface-pytorch-inference:[\w.-]+-cpu-py312-ubuntu22\.04$", container["Image"])
    assert package["ModelPackageDescription"] == "Mailroom m-1"
    assert package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"] == container["ModelDataUrl"].replace(
        "model.tar.gz", "evaluation/evaluation.json"
    )


def test_the_keys_are_the_deployed_ones(up):
    for environment, variable in (("dev", "MAILROOM_DEV_API_KEY"), ("prod", "MAILROOM_API_KEY")):
        (key,) = rest_api(credentials(up.state, environment), f"mailroom-{environment}").keys
        assert up.env[variable] == key.value


def test_what_is_printed_can_be_tried(up):
    lines = up.printed.splitlines()
    start = lines.index("Try it:")
    assert lines[start - 6 : start - 1] == [f"{name}={value}" for name, value in up.env.items()]
    assert list(up.env) == [
        "MAILROOM_DEV_URL",
        "MAILROOM_DEV_API_KEY",
        "MAILROOM_URL",
        "MAILROOM_API_KEY",
        "AWS_ENDPOINT_URL",
    ]
    curl = lines[start + 1]
    url, key = up.env["MAILROOM_URL"], up.env["MAILROOM_API_KEY"]
    assert curl.startswith(f"curl -s {url}/v1/classifications -H 'x-api-key: {key}' ")
    status, _, body = Crm(up).call("POST", "/v1/classifications", curl.split("-d '")[1].removesuffix("'").encode())
    assert (status, json.loads(body)["results"][0]["labels"]["queue"]["label"]) == (200, "transfers")


def test_what_holds_the_keys_is_for_the_owner_alone(up):
    assert stat.S_IMODE((up.run_dir / "env").stat().st_mode) == 0o600


def test_a_prediction_and_its_feedback_are_in_the_accounts_own_ledger(up, crm):
    mail = {"emails": [{"id": "ledger-1", "body": "Mein Depot"}]}
    status, _, body = crm.call("POST", "/v1/classifications", json.dumps(mail))
    assert status == 200
    prediction_id = json.loads(body)["results"][0]["prediction_id"]
    item = {
        "feedback_id": "f-1",
        "prediction_id": prediction_id,
        "email_id": "ledger-1",
        "final_labels": {"queue": "fees"},
        "taxonomy_version": "t-1",
        "review": "corrected",
    }
    status, _, body = crm.call("POST", "/v1/feedback", json.dumps({"items": [item]}))
    assert (status, json.loads(body)["counts"]["accepted"]) == (200, 1)
    (client,) = rest_api(credentials(up.state, "prod"), "mailroom-prod").keys
    written = [row for row in rows(up, "prod") if row["prediction_id"] == {"S": prediction_id}]
    assert [(row["sk"]["S"].partition("#")[0], row["client_id"]["S"]) for row in written] == [
        ("feedback", client.id),
        ("prediction", client.id),
    ]
    assert all(row["prediction_id"] != {"S": prediction_id} for row in rows(up, "dev"))


def test_the_whole_api_answers_over_one_connection(crm):
    status, headers, body = crm.call("GET", "/v1/openapi.json")
    assert (status, json.loads(body)) == (200, document())
    assert crm.call("GET", "/v1/openapi.json", If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert json.loads(crm.call("GET", "/v1/labels?status=deprecated")[2])["labels"][0]["id"] == "faxes"
    assert crm.call("GET", "/v1/health", x_api_key=None)[0] == 200
    assert crm.call("GET", "/v1/labels", x_api_key=None)[0] == 403
    assert crm.call("GET", "/v1/labels", x_api_key="wrong")[0] == 403
    assert crm.call("GET", "/v1/nothing")[0] == 404
    assert crm.call("DELETE", "/v1/labels")[0] == 404
    assert crm.call("POST", "/v1/classifications", b'{"emails": ["\xff"]}')[0] == 400
    assert crm.call("POST", "/v1/classifications", b"{}", Content_Type="text/plain")[0] == 415


def test_a_key_of_one_account_opens_no_other(up, crm):
    assert crm.call("GET", "/v1/labels", x_api_key=up.env["MAILROOM_DEV_API_KEY"])[0] == 403
    assert Crm(up, "MAILROOM_DEV").call("GET", "/v1/labels")[0] == 200


def test_the_gateways_own_answers_are_the_deployed_ones(crm):
    status, headers, body = crm.call("POST", "/v1/classifications", b'{"emails": []}')
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (400, "application/problem+json", "no-store")
    assert json.loads(body)["title"] == "Bad request"
    assert len(headers["X-Request-Id"]) == 36


@pytest.mark.parametrize(
    ("megabytes", "detail"),
    [
        (5, "The request is larger than 4 MB."),
        (7, "A request may have at most 4 MB (4,194,304 bytes)."),
        (11, "A request may have at most 4 MB (4,194,304 bytes)."),
    ],
)
def test_too_large_a_request_is_told_the_limit_by_function_lambda_and_gateway(crm, megabytes, detail):
    body = b'{"emails": ["' + b" " * (megabytes * 1024 * 1024) + b'"]}'
    status, headers, body = crm.call("POST", "/v1/classifications", body)
    assert (status, headers["Content-Type"], json.loads(body)["detail"]) == (413, "application/problem+json", detail)


def test_no_mail_text_is_in_any_log(up, crm):
    for subject in ("", "raise", "garbage"):
        body = json.dumps({"emails": [{"id": "1", "subject": subject, "body": "geheim-4711"}]})
        crm.call("POST", "/v1/classifications?geheim-4711=geheim-4711", body)
    logs = {path.name: path.read_text(encoding="utf-8") for path in up.run_dir.glob("*.log")}
    assert {"hosting.log", "events.log", "front-dev.log", "front-prod.log", "mailroom-prod-classify.log"} <= set(logs)
    assert [name for name, text in logs.items() if "geheim-4711" in text or crm.key in text] == []
    assert all(isinstance(json.loads(line), dict) for line in logs["mailroom-prod-classify.log"].splitlines())


def test_another_model_takes_over_from_a_running_one_and_the_accounts_are_kept(up, tmp_path, accounts_assembly):
    """In a run of its own: `up` twice, then `down`."""
    run_dir = tmp_path / "run"
    shutil.copytree(up.archive.parent / "files", tmp_path / "files")
    given = ["--assembly", str(accounts_assembly), "--run-dir", str(run_dir)]
    assert command("local.up", "--archive", str(up.archive), *given).returncode == 0
    first = Up(run_dir=run_dir, archive=up.archive, assembly=accounts_assembly, printed="")
    key, pids = first.env["MAILROOM_API_KEY"], recorded(run_dir / "processes.json")
    done = command("local.up", "--archive", str(tmp_path / "files"), *given)
    assert done.returncode == 0
    assert "[prod] api ... no differences" in done.stdout
    again = recorded(run_dir / "processes.json")
    assert (first.env["MAILROOM_API_KEY"], [process.is_alive() for process in pids]) == (key, [False] * len(pids))
    assert [process.is_alive() for process in again] == [True] * len(pids)
    assert Crm(first).call("GET", "/v1/health")[0] == 200

    down = command("local.down", "--run-dir", str(run_dir))
    assert (down.returncode, down.stdout) == (0, "Mailroom is down.\n")
    assert [process.is_alive() for process in again] == [False] * len(pids)
    assert not (run_dir / "env").exists()
    assert command("local.down", "--run-dir", str(run_dir)).stdout == "Nothing was running.\n"


def test_down_leaves_alone_a_process_that_only_has_an_old_ones_number(tmp_path):
    foreign = os.getpid()
    (tmp_path / "processes.json").write_text(json.dumps([{"name": "front", "pid": foreign, "started": "long ago"}]))
    assert stop(tmp_path) == 0
    assert not (tmp_path / "processes.json").exists()


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_an_archive_that_cannot_be_served_is_one_sentence_before_anything_starts(tmp_path, content, accounts_assembly):
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(content)
    given = ["--assembly", str(accounts_assembly), "--run-dir", str(tmp_path / "run")]
    done = command("local.up", "--archive", str(archive), *given)
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        f"The model archive {archive} is damaged, or is no tar.gz file.\n",
    )
    assert not (tmp_path / "run").exists()


def test_accounts_that_were_not_synthesized_are_one_sentence(up, tmp_path):
    given = ["--assembly", str(tmp_path / "nothing"), "--run-dir", str(tmp_path / "run")]
    done = command("local.up", "--archive", str(up.archive), *given)
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        f"{tmp_path / 'nothing'} holds no synthesized templates: make it with `make synth`.\n",
    )


def test_a_taken_port_is_one_sentence_and_leaves_nothing_running(up, accounts_assembly, tmp_path):
    taken = str(urlsplit(up.env["MAILROOM_URL"]).port)
    given = ["--assembly", str(accounts_assembly), "--run-dir", str(tmp_path), "--port", taken]
    done = command("local.up", "--archive", str(up.archive), *given)
    assert (done.returncode, done.stderr) == (2, f"Port {taken} is taken.\n")
    assert not (tmp_path / "processes.json").exists()
    assert not (tmp_path / "accounts.json").exists()
