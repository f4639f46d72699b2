"""An emulated account with its executor, brought up once by the project's own interpreter, and Airflow's home."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apart.airflow.world import World

ROOT = Path(__file__).parents[3]
OWN = ROOT / ".venv" / "bin" / "python"


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    bring_up = [OWN, "-m", "tests.apart.airflow.bring_up", folder]
    try:
        done = subprocess.run(bring_up, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        yield _with_airflow(folder)
    finally:
        subprocess.run([*bring_up, "--down"], cwd=ROOT, check=False)


def _with_airflow(folder: Path) -> World:
    found = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    home = folder / "airflow"
    environment = {
        **found.pop("environment"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": found["dags"],
    }
    migrate = [Path(sys.executable).with_name("airflow"), "db", "migrate"]
    done = subprocess.run(migrate, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return World(folder=folder, environment=environment, **found)
