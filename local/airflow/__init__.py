"""Airflow on this machine: the real one, with the DAGs and settings that a deployed environment's would have."""
