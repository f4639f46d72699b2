"""The monthly retraining by the DAG's own tasks, in a process like a worker's of Airflow, without Airflow around it.

`make test-airflow` runs the DAG itself on emulated accounts, and `make airflow` shows it.
"""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

from local.accounts.accounts_file import credentials
from local.demo.loop.runs import PipelineRun, followed
from local.demo.loop.world import PROD, World
from local.demo.plan import DemoError

ROOT = Path(__file__).parents[3]


def retrain(world: World, month: str) -> PipelineRun:
    """Wait for the month's export, check it, train on it, as ``dags/mailroom_retrain.py`` orders it.

    Raises:
        DemoError: the export is not as its manifest says, or has labels that the taxonomy lacks.
    """
    config = world.config(PROD)
    given = {
        "run_id": f"demo-{uuid.uuid4().hex}",
        "month": month,
        "pipeline_name": config.own_name,
        "exports_bucket": world.bucket(PROD, "ExportsBucketName"),
        "exports_prefix": config.training.data,
        "tasks": ",".join(config.training.tasks),
        "parameters": world.parameters(),
    }
    done = subprocess.run(
        [sys.executable, "-m", "local.demo.loop.dag_tasks"],
        cwd=ROOT,
        env={
            **credentials(world.running.accounts, PROD).environment(),
            # What lies in Airflow's DAG folder can be imported there.
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "dags")]),
        },
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoError("The retraining was stopped; the line above says why.")
    *said, execution = done.stdout.splitlines()
    print("\n".join(f"[{PROD}] DAG: {line}" for line in said), flush=True)
    return followed(world, PROD, execution)
