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
from deploy.rejections import Rejections
from deploy.report import Report
from deploy.settings import Settings
from deploy.soundness import Origin
from mailroom.lambda_runtime import logs
from mailroom.lambda_runtime.settings import SettingsError

# A dozen calls at most within the function's minute. Retried calls are reads, or carry a token, or set a value again.
_CLIENT = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


def deployment(settings: Settings, session: boto3.session.Session) -> Deployment:
    """The registry, parameter and stack that the settings name."""
    ssm = session.client("ssm", config=_CLIENT)
    return Deployment(
        registry=Registry(
            session.client("sagemaker", config=_CLIENT),
            settings.model_package_group,
            origin=Origin(archives=settings.archives_url, images=settings.image_repository),
        ),
        approved_model=ApprovedModel(ssm, settings.parameter_name),
        rejections=Rejections(ssm, settings.rejections_name),
        stack=InferenceStack(
            session.client("cloudformation", config=_CLIENT),
            name=settings.stack_name,
            parameter_key=settings.parameter_key,
        ),
        version_key=settings.version_key,
        compared_key=settings.compared_key,
        report=Report(endpoint_name=settings.endpoint_name, taxonomy_version=settings.taxonomy_version),
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
