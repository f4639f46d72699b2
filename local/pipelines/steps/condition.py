"""A step that decides which of its branches runs."""

from local.pipelines.attempt import Attempt
from local.pipelines.conditions import all_hold


def run_condition(attempt: Attempt) -> None:
    """Evaluate the conditions, all of which must hold."""
    attempt.tell("Executing")
    outcome = "True" if all_hold(attempt.arguments()["Conditions"]) else "False"
    attempt.tell("Executing", {"Condition": {"Outcome": outcome}})
