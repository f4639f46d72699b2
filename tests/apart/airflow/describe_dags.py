"""What Airflow makes of the DAG folder, in a process as bare as its DAG processor; JSON on the last line of output."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any


def main() -> None:
    folder, *moments = sys.argv[1:]
    sys.path = [folder, *(entry for entry in sys.path if entry != str(Path(__file__).parent))]
    from airflow.models.dagbag import DagBag
    from airflow.timetables.base import DataInterval, TimeRestriction

    before = set(sys.modules)
    bag = DagBag(dag_folder=folder, include_examples=False)
    loaded = {name.partition(".")[0] for name in set(sys.modules) - before}

    def following(dag: Any, moment: str) -> list[str]:
        last = datetime.fromisoformat(moment)
        info = dag.timetable.next_dagrun_info(
            last_automated_data_interval=DataInterval(last, last),
            restriction=TimeRestriction(earliest=None, latest=None, catchup=True),
        )
        return [str(moment) for moment in (info.data_interval.start, info.data_interval.end, info.logical_date)]

    described = {
        "import_errors": bag.import_errors,
        "heavy": sorted(loaded & {"boto3", "botocore", "torch", "pandas", "numpy", "transformers"}),
        "dags": {
            dag.dag_id: {
                "downstream": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
                "retries": {task.task_id: task.retries for task in dag.tasks},
                "sensors": {
                    task.task_id: [task.poke_interval, task.timeout, task.mode]
                    for task in dag.tasks
                    if hasattr(task, "poke_interval")
                },
                "params": sorted(dag.params),
                "catchup": dag.catchup,
                "max_active_runs": dag.max_active_runs,
                "following": [following(dag, moment) for moment in moments],
            }
            for dag in bag.dags.values()
        },
    }
    print(json.dumps(described))


if __name__ == "__main__":
    main()
