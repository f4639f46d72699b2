"""A registry and a parameter on moto, and a stack that follows them: what the function finds in an account."""

import functools
import json
from datetime import UTC, datetime
from typing import Any

import boto3.session

from deploy.deployment import Deployment
from deploy.handler import deployment
from deploy.settings import Settings
from deploy.state_change import StateChange
from tests.lambda_.deploy.stack_service import StackService

GROUP = "mailroom-dev"
PARAMETER = "/mailroom/dev/approved-model"
REJECTIONS = "/mailroom/dev/rejections"
IMAGES = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/i"
ARCHIVE = "s3://artefacts/models/m.tar.gz"
CONTAINER = {"Image": f"{IMAGES}:1", "ModelDataUrl": ARCHIVE}
FACTS = {"model_version": "m-1", "taxonomy_version": "t-1"}
SETTINGS = Settings(
    stack_name="mailroom-dev-inference",
    parameter_name=PARAMETER,
    parameter_key="ApprovedModel",
    version_key="ModelVersion",
    compared_key="ComparedVersion",
    rejections_name=REJECTIONS,
    model_package_group=GROUP,
    endpoint_name="mailroom-dev",
    taxonomy_version="t-1",
    archives_url="s3://artefacts/models/",
    image_repository=IMAGES,
)


@functools.cache
def _session() -> boto3.session.Session:
    """One for all worlds: it keeps what botocore would read from disk for each of them."""
    return boto3.session.Session(region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")


class World:
    """Needs moto's ``mock_aws`` around it."""

    def __init__(self) -> None:
        self.session = _session()
        self.sagemaker = self.session.client("sagemaker")
        self.ssm = self.session.client("ssm")
        self.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
        self.ssm.put_parameter(Name=PARAMETER, Value="none", Type="String")
        self.ssm.put_parameter(Name=REJECTIONS, Value="{}", Type="String")
        self.stack = StackService(lambda: self.parameter)
        self.deployment: Deployment = deployment(SETTINGS, self)  # type: ignore[arg-type]

    def client(self, service: str, **more: Any) -> Any:
        """What a session gives, but for the stack."""
        return self.stack if service == "cloudformation" else self.session.client(service, **more)

    @property
    def parameter(self) -> str:
        value: str = self.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"]
        return value

    def register(
        self,
        status: str = "Approved",
        *,
        group: str = GROUP,
        containers: Any = (CONTAINER,),
        **facts: str,
    ) -> str:
        """``facts`` beside FACTS, or in their place."""
        arn: str = self.sagemaker.create_model_package(
            ModelPackageGroupName=group,
            ModelApprovalStatus=status,
            CustomerMetadataProperties={**FACTS, **facts},
            InferenceSpecification={
                "Containers": list(containers),
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]
        return arn

    def decide(self, arn: str, status: str) -> None:
        # What an update does not name stays in the registry, but not in moto.
        known = self.sagemaker.describe_model_package(ModelPackageName=arn).get("CustomerMetadataProperties", {})
        self.sagemaker.update_model_package(
            ModelPackageArn=arn, ModelApprovalStatus=status, CustomerMetadataProperties=known
        )

    def make_live(self, arn: str) -> None:
        """As after a deployment: parameter and stack name the version."""
        self.ssm.put_parameter(Name=PARAMETER, Value=arn, Overwrite=True)
        self.stack.resolved = arn


def change(number: int, *, rejected: bool, at: datetime) -> StateChange:
    """What the registry tells of a version."""
    return StateChange(group=GROUP, package_arn=f"arn:g/{number}", number=number, rejected=rejected, at=at)


def message(
    message_id: str = "m-1",
    *,
    group: str | None = GROUP,
    number: int = 1,
    status: str = "Approved",
    received: int = 1,
    **changed: Any,
) -> dict[str, Any]:
    """One record of the queue, as Lambda hands it over; ``received``: how often it did."""
    detail = {
        "ModelPackageArn": f"arn:aws:sagemaker:eu-central-1:111122223333:model-package/{group}/{number}",
        "ModelPackageVersion": number,
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": status,
    }
    event = {
        "version": "0",
        "time": datetime.now(UTC).isoformat(),
        "detail-type": "SageMaker Model Package State Change",
        "source": "aws.sagemaker",
        "detail": detail if group is None else detail | {"ModelPackageGroupName": group},
    }
    return {
        "messageId": message_id,
        "body": json.dumps(event | changed),
        "attributes": {"ApproximateReceiveCount": str(received)},
        "eventSource": "aws:sqs",
    }
