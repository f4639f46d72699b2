"""Where the orchestration stack puts what the DAGs are told."""

SECTION = "mailroom"
"""The section of Airflow's configuration; in the environment, ``AIRFLOW__MAILROOM__...``."""
