"""python -m local.pipelines --accounts FILE --env NAME ...: the pipeline executions of emulated accounts."""

import argparse
import sys
from pathlib import Path

from local.accounts.accounts_file import credentials
from local.command_line import announce, end_on_signals, run
from local.pace import DEFAULT_TIMES, Pace
from local.pipelines.account import Account
from local.pipelines.attempt import Settings
from local.pipelines.executor import Executor, alone
from local.pipelines.job.sandbox import sweep


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.pipelines", description="Run pipeline executions.")
    parser.add_argument("--accounts", type=Path, required=True, help="the emulated accounts' state file")
    parser.add_argument("--env", action="append", required=True, help="an environment; may be repeated")
    parser.add_argument("--folder", type=Path, required=True, help="logs and jobs lie below it, in pipelines")
    parser.add_argument("--state", type=Path, help="a file to write the accounts' URL to once executions are run")
    parser.add_argument("--mlflow-url", help="where an MLflow server answers, for the steps that have a network")
    parser.add_argument("--pace", type=float, default=DEFAULT_TIMES, help="how many times faster waits go by")
    return parser.parse_args()


def serve() -> None:
    """Run what is started until a signal comes."""
    arguments = _arguments()
    end_on_signals()
    accounts = [Account(credentials(arguments.accounts, name)) for name in arguments.env]
    folder = arguments.folder.resolve() / "pipelines"
    settings = Settings(folder=folder, pace=Pace(times=arguments.pace), mlflow_url=arguments.mlflow_url)
    with alone(folder):
        sweep(folder)
        announce(accounts[0].credentials.url, arguments.state)
        Executor(accounts, settings).watch()


if __name__ == "__main__":
    sys.exit(run(serve))
