"""The emulated account as the tests see it, and runs of DAGs on it."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.apart.airflow.mails import lines, manifest

HERE = Path(__file__).parent
PATIENCE_SECONDS = 540
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
SMALL = {"tuned_layers": 1, "epochs": 2, "max_tokens": 64}
"""A training of some seconds."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A run that has ended: its state, its tasks' states, tries and results, and all that was logged."""

    run_id: str
    state: str
    tasks: Mapping[str, str]
    tries: Mapping[str, int]
    results: Mapping[str, Any]
    log: str


@dataclass(frozen=True, kw_only=True)
class Running:
    """A run in a process of its own."""

    process: subprocess.Popen[bytes]
    result: Path
    log: Path

    def until(self, text: str) -> None:
        """Wait until the log says ``text``."""
        patience = time.monotonic() + PATIENCE_SECONDS
        while text not in self._said():
            assert self.process.poll() is None, self._said()[-3000:]
            assert time.monotonic() < patience, f"{text!r} was not said:\n{self._said()[-3000:]}"
            time.sleep(0.5)

    def finish(self) -> Ended:
        """Wait for the end."""
        assert self.process.wait(PATIENCE_SECONDS) == 0, self._said()[-5000:]
        return Ended(**json.loads(self.result.read_text(encoding="utf-8")), log=self._said())

    def _said(self) -> str:
        text = _COLOURS.sub("", self.log.read_text(encoding="utf-8", errors="replace"))
        # Sentences are broken over lines to fit a terminal.
        return " ".join(text.split())


@dataclass(frozen=True, kw_only=True)
class World:
    """``environment`` is that of Airflow's processes, ``dags`` the folder as it was fetched from the account."""

    folder: Path
    environment: Mapping[str, str]
    dags: str
    base_model: str
    taxonomy: str
    exports_bucket: str
    artefacts_bucket: str
    ledger_table: str

    def client(self, service: str) -> Any:
        keys = self.environment
        return boto3.client(
            service,
            endpoint_url=keys["AWS_ENDPOINT_URL"],
            region_name=keys["AWS_REGION"],
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys["AWS_SESSION_TOKEN"],
            config=Config(proxies={}, s3={"addressing_style": "path"}),
        )

    def put(self, month: str, name: str, content: bytes | Mapping[str, Any]) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.client("s3").put_object(Bucket=self.exports_bucket, Key=f"test/{month}/{name}", Body=body)

    def upload(self, month: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """What the CRM does on the first of a month, with the test data's own taxonomy."""
        self.put(month, "taxonomy.toml", self.taxonomy.encode())
        self.put(month, "export.jsonl", lines(rows))
        self.put(month, "manifest.json", manifest(month, rows))

    def artefact(self, key: str) -> bytes:
        """An object of the bucket of artefacts."""
        content: bytes = self.client("s3").get_object(Bucket=self.artefacts_bucket, Key=key)["Body"].read()
        return content

    def document(self, key: str) -> Any:
        """The same, read as JSON."""
        return json.loads(self.artefact(key))

    def executions(self) -> list[dict[str, Any]]:
        answer = self.client("sagemaker").list_pipeline_executions(PipelineName="mailroom-dev", SortOrder="Ascending")
        return list(answer["PipelineExecutionSummaries"])

    def packages(self) -> list[str]:
        answer = self.client("sagemaker").list_model_packages(ModelPackageGroupName="mailroom-dev")
        return [package["ModelPackageArn"] for package in answer["ModelPackageSummaryList"]]

    def run(self, dag_id: str, logical_date: str, conf: Mapping[str, Any] | None = None, **more: str) -> Ended:
        """Run a DAG to its end; ``more`` are further variables of its environment."""
        with self.running(dag_id, logical_date, conf, **more) as run:
            return run.finish()

    @contextmanager
    def running(
        self, dag_id: str, logical_date: str, conf: Mapping[str, Any] | None = None, **more: str
    ) -> Iterator[Running]:
        """The same in the background."""
        stem = self.folder / f"{dag_id}-{logical_date[:10]}"
        given = {
            "dags": self.dags,
            "dag_id": dag_id,
            "logical_date": logical_date,
            "conf": dict(conf or {}),
            "result": f"{stem}.json",
        }
        log = Path(f"{stem}.log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-u", HERE / "run_dag.py"],
                cwd=self.folder,
                env={**self.environment, **more},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        assert process.stdin is not None
        process.stdin.write(json.dumps(given).encode())
        process.stdin.close()
        try:
            yield Running(process=process, result=Path(given["result"]), log=log)
        finally:
            process.kill()
            process.wait()

    def describe(self, *moments: str) -> dict[str, Any]:
        """What Airflow makes of the DAG folder; the runs that follow ``moments`` are among it."""
        done = subprocess.run(
            [sys.executable, HERE / "describe_dags.py", self.dags, *moments],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        described: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return described
