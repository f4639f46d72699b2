"""The monthly retraining by the DAG's own tasks, in a process like a worker's of Airflow, without Airflow around it.

DAGs, options and account are the deployed ones. `make test-airflow` runs the DAG itself on emulated accounts, and `make
airflow` shows it.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local.accounts.accounts_file import credentials
from local.airflow.dag_folder import fetch
from local.airflow.options import airflow_options, variables
from local.demo.loop.runs import PipelineRun, followed
from local.demo.loop.world import PROD, World
from local.demo.plan import DemoError
from local.infra.account import outputs
from local.infra.upload_dags import dag_files, upload_to

ROOT = Path(__file__).parents[3]
# By path: it can be imported beside the DAGs alone.
_TASKS = Path(__file__).with_name("dag_tasks.py")


def retrain(world: World, month: str) -> PipelineRun:
    """Wait for the month's export, check it, train on it, report, as ``dags/mailroom_retrain.py`` orders it.

    Raises:
        DemoError: a task failed: the export is not as its manifest says, has labels that the taxonomy lacks, or the
            training registered nothing.
    """
    with _worker(world) as worker:
        started = worker.run(
            "start", {"run_id": f"demo-{uuid.uuid4().hex}", "month": month, "parameters": world.parameters()}
        )
        run = followed(world, PROD, started["execution"])
        worker.run("report", {"month": month, **started})
    return run


class _Worker:
    """Runs tasks with the folder of DAGs on its path."""

    def __init__(self, dags: Path, environment: Mapping[str, str]) -> None:
        self._dags = dags
        path = os.pathsep.join([str(dags), str(ROOT)])
        self._environment = {**environment, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, phase: str, given: Mapping[str, Any]) -> Any:
        done = subprocess.run(
            [sys.executable, "-P", str(_TASKS), phase],
            env=self._environment,
            input=json.dumps({**given, "dags": str(self._dags)}),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        *said, answer = done.stdout.splitlines() or [""]
        if done.returncode:
            said, answer = [*said, answer], "null"
        print("\n".join(f"[{PROD}] DAG {line}" for line in said), flush=True)
        if done.returncode:
            raise DemoError("The retraining was stopped; the line above says why.")
        return json.loads(answer)


@contextmanager
def _worker(world: World) -> Iterator[_Worker]:
    account, stack = world.account(PROD), world.config(PROD).named("orchestration")
    keys = credentials(world.running.accounts, PROD)
    upload_to(account, stack, dag_files())
    place = outputs(account, stack)
    with TemporaryDirectory(prefix="dags-", dir=world.folder) as name:
        dags = Path(name).resolve()
        fetch(account.client("s3"), bucket=place["DagBucketName"], prefix=place["DagFolder"], folder=dags)
        yield _Worker(dags, {**keys.environment(), **variables(airflow_options(keys, stack))})
