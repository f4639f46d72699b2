"""The tasks of ``dags/mailroom_retrain.py`` up to the start of the pipeline, in their order, on the account at hand.

Reads what to do as JSON on standard input; says what it did line by line, and last the execution's ARN. Its folder of
DAGs is on the path, as a worker's of Airflow is.
"""

import json
import sys

import boto3

from local.command_line import run
from local.demo.plan import DemoError
from local.sample.sources import TAXONOMY
from mailroom_retrain_helpers.exports import MonthFolder
from mailroom_retrain_helpers.pipeline_run import request_token, start

DAG = "monthly_retrain"


def main() -> None:
    """Wait for the export, validate it, start the pipeline."""
    given = json.load(sys.stdin)
    folder = MonthFolder(
        s3=boto3.client("s3"), bucket=given["exports_bucket"], prefix=given["exports_prefix"], month=given["month"]
    )
    if not folder.arrived():
        raise DemoError(f"The export of {given['month']} is not there, or not all of it.")
    print(f"wait_for_export: the export of {given['month']} is as long as its manifest says")
    content = folder.validate(folder.taxonomy(TAXONOMY).restricted_to(given["tasks"].split(",")))
    print(f"validate_export: {content.rows:,} mails, as the manifest has them; the taxonomy knows every label")
    execution = start(
        boto3.client("sagemaker"),
        pipeline_name=given["pipeline_name"],
        month=given["month"],
        token=request_token(DAG, given["run_id"]),
        parameters=given["parameters"],
    )
    print("start_pipeline: started")
    print(execution)


sys.exit(run(main))
