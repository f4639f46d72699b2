"""A CDK app of both environments and of variants with every switch the other way; run once per test session.

python -m tests.support.environments_app OUTDIR

What cdk-nag finds stands in OUTDIR/validation-report.json; tests/gates holds it against the reviewed list.
"""

import sys
from dataclasses import replace
from pathlib import Path

from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks

from app import build, new_app
from config.environment import EnvironmentConfig
from config.load import load_environment
from config.tables.api import CustomDomain
from config.tables.inference import ServerlessConfig
from stacks.stage import MailroomStage


def options() -> EnvironmentConfig:
    """dev in a shared account, with a custom domain, data capture, Airflow that an office may open, mail expected, a
    user who audits, an endpoint with a GPU and disks of its own; without spare capacity, MLflow, and anybody who
    uploads."""
    dev = load_environment("dev")
    assert dev.inference.real_time is not None
    return replace(
        dev,
        environment=replace(dev.environment, single_account=True),
        api=replace(
            dev.api,
            custom_domain=CustomDomain(
                name="mailroom.example.com",
                certificate_arn=f"arn:aws:acm:{dev.region}:{dev.account}:certificate/1b2c3d4e-0000-4000-8000-000000000000",
            ),
        ),
        inference=replace(
            dev.inference,
            data_capture_percent=5,
            image="2.6.0-transformers5.5.3-gpu-py312-cu124-ubuntu22.04",
            real_time=replace(dev.inference.real_time, instance_type="ml.g5.xlarge"),
        ),
        training=replace(dev.training, spot=False, mlflow=False),
        orchestration=replace(dev.orchestration, mwaa=True, web_server_networks=("10.8.0.0/16",)),
        studio=replace(dev.studio, networks=("198.51.100.0/24",)),
        observability=replace(dev.observability, expect_mail=True),
        people=replace(dev.people, auditors=(f"arn:aws:iam::{dev.account}:user/auditor",), crm_uploaders=()),
    )


def serverless() -> EnvironmentConfig:
    """dev with an endpoint that sleeps."""
    dev = load_environment("dev")
    return replace(
        dev,
        inference=replace(
            dev.inference,
            kind="serverless",
            real_time=None,
            serverless=ServerlessConfig(memory_mb=3072, maximum_concurrency=5),
        ),
    )


def main(outdir: Path) -> None:
    app = new_app(str(outdir))
    build(app)
    MailroomStage(app, "options", config=options())
    MailroomStage(app, "serverless", config=serverless())
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), NIST80053R5Checks(app))
    try:
        app.synth()
    except RuntimeError as error:
        # Findings end a synth in this error, after everything is written: here they are a result, not a failure.
        if not str(error).startswith("ValidationFailed"):
            raise


if __name__ == "__main__":
    main(Path(sys.argv[1]))
