"""python -m benchmarks.relay [--archive PATH]: what relay and front add to the endpoint's own time, for 20 mails.

Each round sends the same batch twice, to the endpoint through boto3 and to the public API through HTTP. The endpoint
logs the time that the model itself took for each. What is added is the median, over the rounds, of the API's time less
the model's in the same call, so that a model whose speed changes does not show. Each round also writes rows like those
that the API has just written straight into the ledger: what that takes is the emulated table's time, not DynamoDB's, so
the limit is for what is added beyond it. Writes benchmarks/results/relay.json.
"""

import argparse
import http.client
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3.session
from botocore.config import Config
from tqdm import trange

from local.accounts.accounts_file import credentials
from local.command_line import run
from local.infra.assembly import DEFAULT_FOLDER
from local.processes import ROOT, Running, start, stop
from mailroom.errors import MailroomError
from mailroom.message import Email
from mailroom.wire.endpoint import CONTENT_TYPE, batch_to_json
from mailroom.wire.request import Options, email_to_json
from model.files import write_atomically

ARCHIVE = ROOT / "build" / "demo" / "model.tar.gz"
RESULT = Path(__file__).parent / "results" / "relay.json"
MAILS = 20
WARM_UP_ROUNDS = 5
LIMIT_MS = 25.0

_SENTENCES = (
    "ich möchte mein Depot von meiner bisherigen Bank zu Ihnen übertragen.",
    "Die Dividende vom letzten Monat fehlt noch auf meinem Verrechnungskonto.",
    "Bitte ändern Sie meine Adresse, ich bin zum Ersten des Monats umgezogen.",
    "In der Jahressteuerbescheinigung steht ein anderer Betrag als in Ihrer Aufstellung.",
    "Der Freistellungsauftrag soll ab sofort auf 500 Euro lauten.",
    "Seit dem Wechsel meines Telefons kann ich keine Aufträge mehr freigeben.",
)


class BenchmarkError(MailroomError):
    """The measurement is not valid, or misses its limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """Milliseconds: of an invocation through boto3, of a call of the API, of the model within each, and of a write to
    the ledger."""

    invocation: float
    invocation_model: float
    api: float
    api_model: float
    ledger: float


def summary(rounds: Sequence[Round]) -> dict[str, float]:
    """The medians, and the differences that are measured."""
    api_added = [one.api - one.api_model for one in rounds]
    figures = {
        "model_ms_p50": statistics.median(one.api_model for one in rounds),
        "invocation_added_ms_p50": statistics.median(one.invocation - one.invocation_model for one in rounds),
        "added_ms_p50": statistics.median(api_added),
        "added_ms_p95": statistics.quantiles(api_added, n=20)[-1],
        "ledger_ms_p50": statistics.median(one.ledger for one in rounds),
        "added_beyond_ledger_ms_p50": statistics.median(
            added - one.ledger for added, one in zip(api_added, rounds, strict=True)
        ),
    }
    return {name: round(value, 2) for name, value in figures.items()}


def mails() -> list[Email]:
    """Twenty mails of one to eight sentences."""
    return [
        Email(
            id=f"mail-{number}",
            subject=_SENTENCES[number % len(_SENTENCES)][:40],
            custodian_banks=("Musterbank",),
            body="Guten Tag,\n\n"
            + "\n".join(_SENTENCES[(number + line) % len(_SENTENCES)] for line in range(1 + number % 8)),
        )
        for number in range(MAILS)
    ]


class Api:
    """The public API over one connection that stays open."""

    def __init__(self, running: Running, batch: list[Email]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(running.crm.url).netloc, timeout=60)
        self._headers = {"x-api-key": running.crm.api_key, "Content-Type": "application/json"}
        self._body = json.dumps({"emails": [email_to_json(email) for email in batch]}).encode()

    def call(self) -> None:
        """Classify the batch; raises BenchmarkError unless every mail is."""
        self._connection.request("POST", "/v1/classifications", self._body, self._headers)
        answer = self._connection.getresponse()
        payload = json.loads(answer.read())
        if answer.status != 200 or payload["counts"] != {"ok": MAILS, "error": 0}:
            raise BenchmarkError(f"The API did not classify every mail (status {answer.status}).")


class Endpoint:
    """The model endpoint, by boto3, without what lies before it."""

    def __init__(self, running: Running, batch: list[Email]) -> None:
        self._client: Any = boto3.session.Session().client(
            "sagemaker-runtime",
            endpoint_url=running.crm.endpoint_url,
            region_name="eu-central-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )
        self._name = running.crm.endpoint_name
        self._body = batch_to_json(batch, Options())

    def call(self) -> None:
        """Classify the batch."""
        self._client.invoke_endpoint(
            EndpointName=self._name, Body=self._body, ContentType=CONTENT_TYPE, Accept=CONTENT_TYPE
        )["Body"].read()


class Ledger:
    """The table that the API writes to, by boto3; after a first call of the API."""

    def __init__(self, accounts: Path, environment: str) -> None:
        self._client: Any = credentials(accounts, environment).client("dynamodb")
        (self._table,) = [name for name in self._client.list_tables()["TableNames"] if "Ledger" in name]
        self._rows = self._client.scan(TableName=self._table, Limit=MAILS)["Items"]
        self._calls = 0

    def call(self) -> None:
        """Write as many rows as a call of the API does, under new keys."""
        self._calls += 1
        rows = [{**row, "pk": {"S": f"{row['pk']['S']}-{self._calls}"}} for row in self._rows]
        self._client.batch_write_item(RequestItems={self._table: [{"PutRequest": {"Item": row}} for row in rows]})


def measure(running: Running, run_dir: Path, rounds: int) -> list[Round]:
    """Time ``rounds`` rounds, after some that do not count."""
    batch = mails()
    endpoint, api = Endpoint(running, batch), Api(running, batch)
    api.call()
    ledger = Ledger(run_dir / "accounts.json", running.crm.environment)
    times: list[tuple[float, float, float]] = []
    for _ in trange(WARM_UP_ROUNDS + rounds, desc="relay", unit="round"):
        begun = time.perf_counter()
        endpoint.call()
        between = time.perf_counter()
        api.call()
        written = time.perf_counter()
        ledger.call()
        ended = time.perf_counter()
        times.append((1000 * (between - begun), 1000 * (written - between), 1000 * (ended - written)))
    log = run_dir / "hosting.log"
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    model = [entry["model_ms"] for entry in entries if entry["event"] == "invocation"][-2 * len(times) :]
    return [
        Round(
            invocation=invocation,
            invocation_model=model[2 * number],
            api=through_api,
            api_model=model[2 * number + 1],
            ledger=written,
        )
        for number, (invocation, through_api, written) in enumerate(times)
    ][WARM_UP_ROUNDS:]


def main() -> None:
    """Measure, write the result, and fail if the limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relay", description=__doc__)
    parser.add_argument("--archive", type=Path, default=ARCHIVE, help="model.tar.gz, or the folder it was made from")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="the synthesized accounts")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--result", type=Path, default=RESULT)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mailroom-bench-") as folder:
        try:
            running = start(arguments.archive, Path(folder), assembly=arguments.assembly)
            rounds = measure(running, Path(folder), arguments.rounds)
        finally:
            stop(Path(folder))
    result = {
        "mails": MAILS,
        "rounds": arguments.rounds,
        **summary(rounds),
        "limit_ms": LIMIT_MS,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    write_atomically(arguments.result, json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    if result["added_beyond_ledger_ms_p50"] > LIMIT_MS:
        raise BenchmarkError(f"Relay and front add more than {LIMIT_MS:g} ms beyond the emulated ledger's own time.")


if __name__ == "__main__":
    sys.exit(run(main))
