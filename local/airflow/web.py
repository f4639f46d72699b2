"""Airflow's REST API, as far as it takes to know that all of it is up."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.airflow.errors import AirflowError
from local.airflow.home import USER, AirflowHome

READY_SECONDS = 240.0
"""Some 40 seconds on two idle cores; a busy machine takes longer."""

_POLL_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Web:
    """The web server of ``home``."""

    home: AirflowHome

    def wait_for_dags(self, count: int, check: Callable[[], None]) -> tuple[str, ...]:
        """Wait until ``count`` DAGs are listed and the scheduler runs, and call ``check`` meanwhile; returns their ids.

        Raises:
            AirflowError: a DAG cannot be imported, with Airflow's own words; or the time has passed.
        """
        patience = time.monotonic() + READY_SECONDS
        while time.monotonic() < patience:
            check()
            try:
                found = self._state()
            except OSError:
                found = None
            if found is not None and len(found) == count:
                return found
            time.sleep(_POLL_SECONDS)
        raise AirflowError(f"Airflow was not ready within {READY_SECONDS:.0f} seconds: see {self.home.folder}.")

    def _state(self) -> tuple[str, ...] | None:
        token = self._ask("/auth/token", body={"username": USER, "password": self.home.password})["access_token"]
        broken = self._ask("/api/v2/importErrors", token=token)["import_errors"]
        if broken:
            last = str(broken[0]["stack_trace"]).strip().splitlines()[-1]
            raise AirflowError(f"Airflow cannot import {broken[0]['filename']}: {last}")
        health = self._ask("/api/v2/monitor/health", token=token)
        if health["scheduler"]["status"] != "healthy":
            return None
        return tuple(sorted(entry["dag_id"] for entry in self._ask("/api/v2/dags", token=token)["dags"]))

    def _ask(self, path: str, *, token: str | None = None, body: Mapping[str, str] | None = None) -> Any:
        headers = {"Content-Type": "application/json"} | ({} if token is None else {"Authorization": f"Bearer {token}"})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.home.url}{path}", data=data, headers=headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            return json.load(answer)
