"""python -m tests.apart.airflow.bring_up FOLDER: an emulated account that trains, and what its Airflow would be told.

Run by the project's own interpreter, which Airflow's environment has not. What was found goes to FOLDER/world.json;
`--down` ends it all.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from config.load import load_environment
from local import background
from local.accounts import emulator
from local.accounts.accounts_file import credentials
from local.accounts.deploy import deploy
from local.airflow.dag_folder import fetch
from local.airflow.options import airflow_options, variables
from local.background import ROOT
from local.infra.account import Account, emulated_account, outputs
from local.infra.assembly import read_assembly
from local.infra.stage_base_model import PREFIX
from local.infra.upload_dags import dag_files, upload_to
from mailroom.taxonomy_file import dump_taxonomy
from tests.support.node import node_environment
from tests.support.tiny_dataset import TAXONOMY
from tests.support.tiny_models import make_tiny_encoder

ENVIRONMENT = "dev"
BASE_MODEL = f"{PREFIX}/tiny"


def up(folder: Path) -> None:
    state = folder / "accounts.json"
    deploy(read_assembly(_synthesized(folder / "cdk.out")), state, [ENVIRONMENT])
    keys, account = credentials(state, ENVIRONMENT), emulated_account(ENVIRONMENT, state)
    data = outputs(account, load_environment(ENVIRONMENT).named("data"))
    stack = load_environment(ENVIRONMENT).named("orchestration")
    place = outputs(account, stack)
    upload_to(account, stack, dag_files())
    fetch(account.client("s3"), bucket=place["DagBucketName"], prefix=place["DagFolder"], folder=folder / "dags")
    _stage(account, make_tiny_encoder(folder / "tiny"), data["ArtefactsBucketName"])
    where = ["--accounts", str(state), "--env", ENVIRONMENT, "--folder", str(folder)]
    background.launch(
        "pipelines", ["local.pipelines", *where], folder, record=folder / "processes.json", ready_seconds=120
    )
    world = {
        "environment": {**keys.environment(), **variables(airflow_options(keys, stack))},
        "dags": str(folder / "dags"),
        "base_model": BASE_MODEL,
        "taxonomy": dump_taxonomy(TAXONOMY),
        "exports_bucket": data["ExportsBucketName"],
        "artefacts_bucket": data["ArtefactsBucketName"],
        "ledger_table": data["LedgerTableName"],
    }
    (folder / "world.json").write_text(json.dumps(world), encoding="utf-8")


def down(folder: Path) -> None:
    background.stop(folder / "processes.json")
    emulator.stop(folder / "accounts.json")


def _synthesized(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "tests.apart.airflow.tiny_app"],
        cwd=ROOT,
        check=True,
        env={**os.environ, **node_environment(), "CDK_VALIDATION": "false", "CDK_OUTDIR": str(folder)},
    )
    return folder


def _stage(account: Account, model: Path, bucket: str) -> None:
    s3 = account.client("s3")
    for file in sorted(model.iterdir()):
        s3.put_object(Bucket=bucket, Key=f"{BASE_MODEL}/{file.name}", Body=file.read_bytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--down", action="store_true")
    given = parser.parse_args()
    (down if given.down else up)(given.folder.resolve())
