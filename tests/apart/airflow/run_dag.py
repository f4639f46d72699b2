"""One run of a DAG by Airflow's own ``dag.test``, in a process as bare as a worker: only the DAG folder is on its path.

Reads what to run from standard input and writes what became of it to the file named there; the log is standard output.
Tasks wait one second where a worker waits for minutes, and sensors do so in their process: in 3.0.6 ``dag.test`` hands
them the time of their first look as text, which a sensor that is rescheduled cannot reckon with. A worker hands a date.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any


def main() -> None:
    given: dict[str, Any] = json.load(sys.stdin)
    sys.path = [given["dags"], *(entry for entry in sys.path if entry != str(Path(__file__).parent))]
    from airflow.models.dagbag import DagBag

    dag = DagBag(dag_folder=given["dags"], include_examples=False).dags[given["dag_id"]]
    for task in dag.tasks:
        task.retry_delay = timedelta(seconds=1)
        if hasattr(task, "poke_interval"):
            task.poke_interval, task.mode = 1, "poke"
    run = dag.test(logical_date=datetime.fromisoformat(given["logical_date"]), run_conf=given["conf"])
    instances = run.get_task_instances()
    found = {
        "run_id": run.run_id,
        "state": str(run.state),
        "tasks": {one.task_id: str(one.state) for one in instances},
        "tries": {one.task_id: one.try_number for one in instances},
        "results": {one.task_id: one.xcom_pull(task_ids=one.task_id) for one in instances},
    }
    Path(given["result"]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
