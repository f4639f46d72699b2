"""python -m local.airflow: Airflow's web server with both DAGs, on an emulated account, until Ctrl-C.

The DAGs are uploaded to the account's bucket and fetched from there, and told what the deployed orchestration stack
says, as Amazon MWAA does it. With `--bring-up`, what is missing is brought up first: the accounts, what runs the
pipeline, an export and a base model to train on. That stays when Airflow ends, until `make down`.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from config.load import ENVIRONMENTS, load_environment
from local.accounts import emulator
from local.accounts.accounts_file import credentials
from local.adapters import check_port
from local.airflow.accounts import accounts_up
from local.airflow.dag_folder import fetch
from local.airflow.errors import AirflowError
from local.airflow.home import USER, AirflowHome
from local.airflow.options import airflow_options, variables
from local.airflow.parts import POLL_SECONDS, Parts
from local.airflow.sample_month import stage_month
from local.airflow.web import Web
from local.background import ROOT, remember
from local.command_line import end_on_signals, run
from local.infra.account import emulated_account, outputs
from local.infra.assembly import DEFAULT_FOLDER
from local.infra.upload_dags import dag_files, upload_to
from local.sample.write import make_sample
from model.base_model import resolve
from model.base_model.__main__ import DEFAULT_CACHE
from model.base_model.resolver import EMBEDDED

SAMPLE = ROOT / "build" / "sample"
COMMAND = ROOT / ".venvs" / "airflow" / "bin" / "airflow"


def serve(environment: str, accounts: Path, home: AirflowHome) -> None:
    """Bring Airflow up in ``home`` for an environment of the emulated accounts, say where it is, and keep it up.

    Raises:
        EmulatorError: the emulated accounts do not run, or hold no such environment.
        AirflowError: the environment has no Airflow, or one of its parts has ended.
    """
    keys = credentials(accounts, environment)
    stack = load_environment(environment).named("orchestration")
    options = airflow_options(keys, stack)
    account = emulated_account(environment, accounts)
    upload_to(account, stack, dag_files())
    home.make()
    place = outputs(account, stack)
    fetch(account.client("s3"), bucket=place["DagBucketName"], prefix=place["DagFolder"], folder=home.dags)
    parts = Parts(
        command=COMMAND,
        environment={**keys.environment(), **home.variables(), **variables(options)},
        folder=home.folder,
    )
    try:
        print("Airflow starts; that takes about a minute ...", flush=True)
        parts.migrate()
        parts.start()
        dags = Web(home=home).wait_for_dags(len(list(home.dags.glob("*.py"))), parts.check)
        print(f"Airflow with {', '.join(dags)} on the emulated account of {environment}: {home.url}")
        print(f"Sign in as {USER}, password {home.password}. End it with Ctrl-C or `make down`.", flush=True)
        while True:
            parts.check()
            time.sleep(POLL_SECONDS)
    finally:
        parts.stop()


def main() -> None:
    """Serve until Ctrl-C."""
    options = _parser().parse_args()
    if not COMMAND.exists():
        raise AirflowError("Airflow is not installed here: `make airflow` does it.")
    run_dir: Path = options.run_dir.resolve()
    accounts: Path = (options.accounts or run_dir / emulator.DEFAULT_STATE.name).resolve()
    check_port(options.port)
    end_on_signals()
    if options.bring_up:
        _bring_up(options.env, run_dir, options.assembly)
    if emulator.url(accounts) is None:
        raise AirflowError("The emulated accounts do not run: `make airflow` brings them up, and `make up` does.")
    home = AirflowHome(folder=run_dir / f"airflow-{options.port}", port=options.port)
    # `make down` finds it among the adapters.
    remember(home.folder.name, os.getpid(), run_dir / "processes.json")
    serve(options.env, accounts, home)


def _bring_up(environment: str, run_dir: Path, assembly: Path) -> None:
    if accounts_up(run_dir, assembly):
        print("Both accounts are up; `make down` ends them.", flush=True)
    account = emulated_account(environment, run_dir / emulator.DEFAULT_STATE.name)
    model = resolve(EMBEDDED, cache=DEFAULT_CACHE)
    staged = stage_month(account, model, sample=make_sample(SAMPLE))
    print(
        f"In {environment} lie the export of {staged.month}, {staged.mails:,} made-up mails, and a base model. To "
        f"train on them, which takes minutes, trigger monthly_retrain with\n  {staged.configuration}\n"
        "The run that begins by itself waits for the export of last month, as it would in an account.",
        flush=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.airflow", description=__doc__)
    parser.add_argument("--env", choices=ENVIRONMENTS, default="prod", help="whose DAGs")
    parser.add_argument("--accounts", type=Path, help="the emulator's state file; without, that of the run folder")
    parser.add_argument("--port", type=int, default=8080, help="the web server's port")
    parser.add_argument("--run-dir", type=Path, default=ROOT / ".run", help="where it lives, beside the adapters")
    parser.add_argument("--bring-up", action="store_true", help="bring up what is missing, in the run folder")
    parser.add_argument("--assembly", type=Path, default=DEFAULT_FOLDER, help="what is deployed then")
    return parser


if __name__ == "__main__":
    sys.exit(run(main))
