"""The tasks of the monthly retraining, on the account at hand, as a worker of Airflow runs them without Airflow.

    python dag_tasks.py start|report

Reads what to do as JSON on standard input. Says what it does line by line, and ends with a line of JSON: of ``start``
the execution's ARN and what the export holds, of ``report`` nothing. The folder of DAGs is on the path, as a worker's
is, and Airflow's options come as the variables in which Amazon MWAA hands them over.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3

from local.command_line import run
from mailroom_retrain_helpers.pipeline_run import request_token
from mailroom_retrain_helpers.retraining import Retraining, start_at_once
from mailroom_retrain_helpers.settings import RetrainSettings

DAG = "monthly_retrain"


def main() -> None:
    """Do the tasks up to the start of the pipeline, or the one after its end."""
    (phase,) = sys.argv[1:]
    given = json.load(sys.stdin)
    retraining = Retraining(
        s3=boto3.client("s3"),
        sagemaker=boto3.client("sagemaker"),
        settings=RetrainSettings.read(_option),
        shipped=Path(given["dags"]) / "taxonomy.toml",
        month=given["month"],
    )
    answer = _start(retraining, given) if phase == "start" else _report(retraining, given)
    print(json.dumps(answer))


def _start(retraining: Retraining, given: dict[str, Any]) -> Any:
    token = request_token(DAG, given["run_id"])
    execution, export = start_at_once(retraining, parameters=given["parameters"], token=token, say=print)
    return {"execution": execution, "export": export}


def _report(retraining: Retraining, given: dict[str, Any]) -> Any:
    print(f"report: {retraining.report(given['export'], given['execution'])}")


def _option(section: str, key: str) -> str:
    return os.environ[f"AIRFLOW__{section}__{key}".upper()]


if __name__ == "__main__":
    sys.exit(run(main))
