"""Airflow's folder and settings on one machine."""

import json
from pathlib import Path

from local.airflow.home import AirflowHome


def test_a_home_is_made_anew_and_its_password_is_for_its_owner_alone(tmp_path: Path):
    home = AirflowHome(folder=tmp_path / "airflow", port=8080)
    home.folder.mkdir()
    (home.folder / "airflow.db").write_text("of accounts that are gone")
    home.make()
    assert sorted(path.name for path in home.folder.iterdir()) == ["dags", "passwords.json"]
    passwords = home.folder / "passwords.json"
    assert json.loads(passwords.read_text()) == {"admin": home.password}
    assert passwords.stat().st_mode & 0o777 == 0o600
    assert home.password not in repr(home)


def test_airflow_listens_on_this_machine_alone_and_lives_in_its_folder(tmp_path: Path):
    home = AirflowHome(folder=tmp_path, port=8080)
    variables = home.variables()
    chosen = ("AIRFLOW_HOME", "AIRFLOW__API__HOST", "AIRFLOW__API__PORT", "AIRFLOW__CORE__LOAD_EXAMPLES")
    assert {name: variables[name] for name in chosen} == {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": "8080",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }


def test_two_homes_share_no_secret(tmp_path: Path):
    names = ("AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")
    one, two = (AirflowHome(folder=tmp_path, port=8080) for _ in range(2))
    assert all(one.variables()[name] != two.variables()[name] for name in names)
    assert one.password != two.password
