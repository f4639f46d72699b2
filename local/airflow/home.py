"""The folder in which Airflow lives, and the settings that make it one machine's own."""

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from model.files import write_atomically

USER = "admin"
HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class AirflowHome:
    """A new, empty home in ``folder``, whose web server listens on ``port`` for this machine alone."""

    folder: Path
    port: int
    password: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def url(self) -> str:
        """Where the web server answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def dags(self) -> Path:
        """Where the DAGs lie."""
        return self.folder / "dags"

    def make(self) -> None:
        """Make it anew: runs of accounts that are gone mean nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.dags.mkdir(parents=True)
        write_atomically(self._passwords, json.dumps({USER: self.password}) + "\n", mode=0o600)

    def variables(self) -> Mapping[str, str]:
        """Airflow's settings, beside those of the orchestration stack.

        As MWAA has them where that shows: no examples, a DAG processor of its own, IAM's sign-in apart. The secrets
        are new each time and known to its own processes alone.
        """
        return {
            "AIRFLOW_HOME": str(self.folder),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "2",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self._passwords),
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(32),
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
            "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        }

    @property
    def _passwords(self) -> Path:
        return self.folder / "passwords.json"
