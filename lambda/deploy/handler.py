"""The entry point that Lambda calls: ``deploy.handler.handler``."""

import functools
import os
from typing import Any

import boto3.session
from botocore.config import Config

from deploy.approved_model import ApprovedModel
from deploy.batch import answer
from deploy.deployment import Deployment
from deploy.inference_stack import InferenceStack
from deploy.registry import Registry
from deploy.settings import Settings
from mailroom.lambda_runtime import logs
from mailroom.lambda_runtime.settings import SettingsError

# A dozen calls at most within the function's minute. Retried calls are reads, or carry a token, or set a value again.
_CLIENT = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


def deployment(settings: Settings, session: boto3.session.Session) -> Deployment:
    """The registry, parameter and stack that the settings name."""
    return Deployment(
        registry=Registry(session.client("sagemaker", config=_CLIENT), settings.model_package_group),
        approved_model=ApprovedModel(session.client("ssm", config=_CLIENT), settings.parameter_name),
        stack=InferenceStack(
            session.client("cloudformation", config=_CLIENT),
            name=settings.stack_name,
            parameter_key=settings.parameter_key,
        ),
        endpoint_name=settings.endpoint_name,
        taxonomy_version=settings.taxonomy_version,
    )


@functools.cache
def _set_up() -> tuple[Settings, Deployment]:
    # Once per Lambda environment, at its first event: nothing is read or opened at import.
    logs.write_json_lines()
    settings = Settings.from_mapping(os.environ)
    return settings, deployment(settings, boto3.session.Session())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one batch of the queue; raises SettingsError, upon which Lambda returns the whole batch."""
    try:
        settings, ready = _set_up()
    except SettingsError as error:
        logs.write("misconfigured", {"problem": str(error)}, level="error")
        raise
    return answer(event, group=settings.model_package_group, settle=ready.settle)
