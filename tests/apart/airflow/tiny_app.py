"""The CDK app of dev as it is, but with Airflow, two tasks, a gate that asks for little, and no MLflow.

CDK_OUTDIR says where to.
"""

from dataclasses import replace

from app import new_app
from config.load import load_environment
from stacks.stage import MailroomStage
from tests.support.tiny_dataset import TAXONOMY


def main() -> None:
    dev = load_environment("dev")
    config = replace(
        dev,
        training=replace(
            dev.training,
            tasks=TAXONOMY.tasks,
            minimum_scores=dict.fromkeys(TAXONOMY.tasks, 0.5),
            mlflow=False,
        ),
        orchestration=replace(dev.orchestration, mwaa=True),
    )
    app = new_app()
    MailroomStage(app, "dev", config=config)
    app.synth()


if __name__ == "__main__":
    main()
