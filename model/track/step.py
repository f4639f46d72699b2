"""What the tracking steps have in common: the variables they are told, and how they end."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailroom.errors import MailroomError
from model.track.artifacts import Artifact
from model.track.errors import MlflowError
from model.track.record import record
from model.track.run import Run
from model.track.server import server_at

UNRECORDED = "run_not_recorded"
"""Event of the log line by which the alarm of that name knows that a run is missing or incomplete."""


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """A run, and the files that go with it."""

    run: Run
    artifacts: Iterable[Artifact] = ()


def track(variables: Sequence[str], environment: Mapping[str, str], read: Callable[[], Tracked]) -> int:
    """Record what ``read`` returns, once all ``variables`` are there; the step's exit status.

    It is 2, after one sentence, if the step is told or given what does not fit, and 0 otherwise, also where MLflow
    refuses or is away. The record is a by-product: a step that failed would end the execution, and with it keep a good
    model out of the registry. What was not recorded is told by a log line that an alarm waits for.
    """
    missing = [name for name in variables if not environment.get(name)]
    if missing:
        print(f"error: the step's variable {missing[0]} is not set.", file=sys.stderr)
        return 2
    try:
        tracked = read()
        server = server_at(environment["MLFLOW_TRACKING_URI"], environment)
    except MailroomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    experiment = environment["MLFLOW_EXPERIMENT_NAME"]
    try:
        run_id = record(tracked.run, tracked.artifacts, experiment=experiment, server=server)
        print(f"MLflow run {run_id}")
    except MlflowError as error:
        _tell_unrecorded(error, experiment=experiment, execution=tracked.run.execution)
    return 0


def _tell_unrecorded(error: MlflowError, *, experiment: str, execution: str) -> None:
    line = {
        "level": "error",
        "event": UNRECORDED,
        "experiment": experiment,
        "execution": execution,
        "cause": "refused" if error.is_refusal else "unreachable",
        "reason": str(error),
    }
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr)
