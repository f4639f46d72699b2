"""python -m local.airflow: Airflow's web server with both DAGs, on an emulated account, until Ctrl-C.

The DAGs are uploaded to the account's bucket and fetched from there, and told what the deployed orchestration stack
says, as Amazon MWAA does it.
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
from local.airflow.dag_folder import fetch
from local.airflow.errors import AirflowError
from local.airflow.home import USER, AirflowHome
from local.airflow.options import airflow_options, variables
from local.airflow.parts import POLL_SECONDS, Parts
from local.airflow.web import Web
from local.background import ROOT, remember
from local.command_line import end_on_signals, run
from local.infra.account import emulated_account, outputs
from local.infra.upload_dags import dag_files, upload_to

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
    parser = argparse.ArgumentParser(prog="python -m local.airflow", description=__doc__)
    parser.add_argument("--env", choices=ENVIRONMENTS, default="prod", help="whose DAGs")
    parser.add_argument("--accounts", type=Path, default=emulator.DEFAULT_STATE, help="the emulator's state file")
    parser.add_argument("--port", type=int, default=8080, help="the web server's port")
    parser.add_argument("--run-dir", type=Path, default=ROOT / ".run", help="where it lives, beside the adapters")
    options = parser.parse_args()
    if not COMMAND.exists():
        raise AirflowError("Airflow is not installed here: `make airflow` does it.")
    emulator.require(options.accounts)
    check_port(options.port)
    end_on_signals()
    run_dir: Path = options.run_dir.resolve()
    # `make down` finds it among the adapters.
    remember("airflow", os.getpid(), run_dir / "processes.json")
    serve(options.env, options.accounts.resolve(), AirflowHome(folder=run_dir / "airflow", port=options.port))


if __name__ == "__main__":
    sys.exit(run(main))
