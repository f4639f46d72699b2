"""SageMaker's "Model Package State Change": moto tells EventBridge nothing when a model package changes.

The event goes to the default bus of the package's account, whose rules moto matches; of the targets it delivers to,
queues and log groups do. Fields: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

import json
from typing import Any

from moto.core.utils import unix_time
from moto.events.models import events_backends
from moto.events.utils import EventTemplateParser
from moto.sagemaker.models import SageMakerModelBackend

_create = SageMakerModelBackend.create_model_package
_update = SageMakerModelBackend.update_model_package

# What a target receives that asks for nothing else; moto's own leaves the account out.
_TEMPLATE = EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE.replace("{", '{"account": "<account>", ', 1)


def install() -> None:
    """Announce every created or updated model package."""
    EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE = _TEMPLATE
    SageMakerModelBackend.create_model_package = _create_and_announce
    SageMakerModelBackend.update_model_package = _update_and_announce


def _create_and_announce(backend: SageMakerModelBackend, **given: Any) -> str:
    arn = _create(backend, **given)
    _announce(backend, arn)
    return arn


def _update_and_announce(backend: SageMakerModelBackend, **given: Any) -> str:
    arn = _update(backend, **given)
    _announce(backend, arn)
    return arn


def _announce(backend: SageMakerModelBackend, arn: str) -> None:
    package = backend.describe_model_package(arn)
    detail = {
        "ModelPackageGroupName": package.model_package_group_name,
        "ModelPackageVersion": package.model_package_version,
        "ModelPackageArn": arn,
        "ModelPackageDescription": package.model_package_description,
        "CreationTime": package.creation_time,
        "ModelPackageStatus": package.model_package_status,
        "ModelApprovalStatus": package.model_approval_status,
        "LastModifiedTime": package.last_modified_time or package.creation_time,
    }
    event = {
        "Source": "aws.sagemaker",
        "DetailType": "SageMaker Model Package State Change",
        "Resources": [arn],
        "Time": unix_time(),
        "Detail": json.dumps({key: value for key, value in detail.items() if value is not None}, default=str),
    }
    events_backends[backend.account_id][backend.region_name].put_events([event])
