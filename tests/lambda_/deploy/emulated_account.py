"""An emulated account with an inference stack in small, and the function at work in it."""

import time
from collections.abc import Callable
from typing import Any

import boto3.session

from deploy.batch import answer
from deploy.handler import deployment
from deploy.settings import Settings
from local.accounts.credentials import Credentials
from local.hosting.deployments import Deployment, Deployments
from local.pace import Pace
from tests.lambda_.deploy.world import CONTAINER, FACTS, GROUP, IMAGES, REJECTIONS, message
from tests.local.accounts.gaps.small_stacks import APPROVED, endpoint_template

STACK = "mailroom-dev-inference"
SETTINGS = Settings(
    stack_name=STACK,
    parameter_name=APPROVED,
    parameter_key="ApprovedModel",
    version_key="ModelVersion",
    compared_key="ComparedVersion",
    rejections_name=REJECTIONS,
    model_package_group=GROUP,
    endpoint_name=GROUP,
    taxonomy_version="t-1",
    archives_url="s3://artefacts/models/",
    image_repository=IMAGES,
)
SECONDS = 60.0


class Killed(BaseException):
    """Lambda ends the function's process."""


class EmulatedAccount:
    """``deliver`` hands the function a message, ``adapter`` is what brings endpoints up."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.sagemaker = credentials.client("sagemaker")
        self._cloudformation = credentials.client("cloudformation")
        self._adapter = Deployments(credentials, Pace())
        self.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
        for name, value in ((APPROVED, "none"), (REJECTIONS, "{}")):
            credentials.client("ssm").put_parameter(Name=name, Value=value, Type="String")
        self._cloudformation.create_stack(StackName=STACK, TemplateBody=endpoint_template(GROUP))

    def register(self, status: str = "Approved", **facts: str) -> str:
        arn: str = self.sagemaker.create_model_package(
            ModelPackageGroupName=GROUP,
            ModelApprovalStatus=status,
            CustomerMetadataProperties={**FACTS, **facts},
            InferenceSpecification={
                "Containers": [CONTAINER],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]
        return arn

    def decide(self, arn: str, status: str) -> None:
        self.sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=status)

    def deliver(
        self, messages: int = 1, *, rejected: str | None = None, on_call: Callable[[str], None] | None = None
    ) -> bool:
        """Have the function answer, newly started; whether the messages are done.

        They tell that something was approved, or that the version ``rejected`` was. ``on_call`` hears of each call to
        AWS before it is made and after it was answered.
        """
        told = {} if rejected is None else {"number": int(rejected.rpartition("/")[2]), "status": "Rejected"}
        records = [message(f"m-{number}", **told) for number in range(messages)]
        found = answer({"Records": records}, group=GROUP, settle=deployment(SETTINGS, self._session(on_call)).settle)
        assert len(found["batchItemFailures"]) in (0, messages)
        return not found["batchItemFailures"]

    def bring_up(self, *, problem: str | None = None) -> None:
        """Carry out the deployment that runs, as the hosting adapter does."""
        running = self.running()
        assert running is not None
        self._adapter.end(running, problem)
        self.rest()

    def running(self) -> Deployment | None:
        """The endpoint's deployment that is to be carried out; asking attends the account."""
        return self._adapter.wanted(GROUP)

    def deploy_fully(self, *, problem: str | None = None) -> None:
        assert not self.deliver()
        self.bring_up(problem=problem)

    def rest(self) -> None:
        """Wait until the stack is not in progress."""
        patience = time.monotonic() + SECONDS
        while self.status.endswith("_IN_PROGRESS"):
            assert time.monotonic() < patience, self.status
            time.sleep(0.02)

    @property
    def status(self) -> str:
        status: str = self._cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        return status

    @property
    def updates(self) -> int:
        """How many updates were begun."""
        events = self._cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        return sum(
            event["ResourceStatus"] == "UPDATE_IN_PROGRESS" and event["LogicalResourceId"] == STACK for event in events
        )

    @property
    def parameter(self) -> str:
        value: str = self.credentials.client("ssm").get_parameter(Name=APPROVED)["Parameter"]["Value"]
        return value

    @property
    def served(self) -> str | None:
        """The package that the endpoint serves."""
        if not self.sagemaker.list_endpoints()["Endpoints"]:
            return None
        config = self.sagemaker.describe_endpoint(EndpointName=GROUP)["EndpointConfigName"]
        (variant,) = self.sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"]
        package: str = self.sagemaker.describe_model(ModelName=variant["ModelName"])["PrimaryContainer"][
            "ModelPackageName"
        ]
        return package

    def _session(self, on_call: Callable[[str], None] | None) -> Any:
        session = boto3.session.Session(
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            aws_session_token=self.credentials.token,
            region_name=self.credentials.region,
        )
        url = self.credentials.url

        class Redirected:
            @staticmethod
            def client(service: str, **more: Any) -> Any:
                client = session.client(service, endpoint_url=url, **more)
                if on_call is not None:
                    for moment in ("before", "after"):

                        def hear(moment: str = moment, **call: Any) -> None:
                            on_call(f"{moment} {call['model'].name}")

                        service_id = client.meta.service_model.service_id.hyphenize()
                        client.meta.events.register(f"{moment}-call.{service_id}", hear)
                return client

        return Redirected
