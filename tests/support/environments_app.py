"""A CDK app of both environments and of variants with every switch the other way; run once per test session.

python -m tests.support.environments_app OUTDIR
"""

import sys
from dataclasses import replace

from app import build, new_app
from config.environment import CustomDomain, EnvironmentConfig, ServerlessConfig
from config.load import load_environment
from stacks.stage import MailroomStage


def options() -> EnvironmentConfig:
    """dev with a custom domain, data capture, no spare capacity, no MLflow, nobody idle for long."""
    dev = load_environment("dev")
    return replace(
        dev,
        api=replace(
            dev.api,
            custom_domain=CustomDomain(
                name="mailroom.example.com",
                certificate_arn=f"arn:aws:acm:{dev.region}:{dev.account}:certificate/1b2c3d4e-0000-4000-8000-000000000000",
            ),
        ),
        inference=replace(dev.inference, data_capture_percent=5),
        training=replace(dev.training, spot=False, mlflow=False),
        orchestration=replace(dev.orchestration, mwaa=True),
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


if __name__ == "__main__":
    app = new_app(sys.argv[1])
    build(app)
    MailroomStage(app, "options", config=options())
    MailroomStage(app, "serverless", config=serverless())
    app.synth()
