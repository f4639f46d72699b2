"""The SageMaker of emulated accounts, and steady callers of an endpoint."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from local.accounts.credentials import Credentials
from local.endpoint.model_server.http_server import HttpRequest, HttpResponse
from local.hosting.invocations import Invocations
from mailroom.message import Email
from mailroom.wire.endpoint import batch_to_json, describe_to_json, description_from_json
from mailroom.wire.request import Options

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
MAIL = batch_to_json([Email(id="1", subject="Depot", body="Mein Depot")], Options())
ROLE = "arn:aws:iam::111122223333:role/model"


class Registry:
    """Packages, models and endpoints, made as CloudFormation makes them."""

    def __init__(self, accounts: Mapping[str, Credentials], archives: Mapping[str, bytes]) -> None:
        self.accounts, self.archives = accounts, archives

    def deploy(self, environment: str, version: str, *, policy: Mapping[str, Any] | None = None) -> str:
        """What CloudFormation does with an approved package; returns the package's ARN."""
        sagemaker, name = self.accounts[environment].client("sagemaker"), f"{environment}-{uuid.uuid4().hex[:12]}"
        package = self._package(environment, version, name)
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": package})
        variant = {"VariantName": "main", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 2}
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        endpoint = {"EndpointName": f"mailroom-{environment}", "EndpointConfigName": name}
        if sagemaker.list_endpoints()["Endpoints"]:
            sagemaker.update_endpoint(**endpoint, **({} if policy is None else {"DeploymentConfig": policy}))
        else:
            sagemaker.create_endpoint(**endpoint)
        return package

    def clear(self) -> None:
        """Away with all endpoints and alarms, for whoever has the accounts next."""
        for environment, account in self.accounts.items():
            if account.client("sagemaker").list_endpoints()["Endpoints"]:
                self.remove(environment)
            alarms = account.client("cloudwatch").describe_alarms()["MetricAlarms"]
            account.client("cloudwatch").delete_alarms(AlarmNames=[alarm["AlarmName"] for alarm in alarms])

    def remove(self, environment: str) -> None:
        self.accounts[environment].client("sagemaker").delete_endpoint(EndpointName=f"mailroom-{environment}")

    def described(self, environment: str) -> Mapping[str, Any]:
        client = self.accounts[environment].client("sagemaker")
        found: Mapping[str, Any] = client.describe_endpoint(EndpointName=f"mailroom-{environment}")
        return found

    def set_alarm(self, environment: str, name: str, state: str) -> None:
        client = self.accounts[environment].client("cloudwatch")
        if not client.describe_alarms(AlarmNames=[name])["MetricAlarms"]:
            client.put_metric_alarm(
                AlarmName=name,
                Namespace="tests",
                MetricName="errors",
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanThreshold",
            )
        client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="set by hand")

    def _package(self, environment: str, version: str, name: str) -> str:
        account = self.accounts[environment]
        s3, bucket = account.client("s3"), f"models-{name}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_object(Bucket=bucket, Key=f"{name}.tar.gz", Body=self.archives[version])
        arn: str = account.client("sagemaker").create_model_package(
            ModelPackageName=name,
            InferenceSpecification={
                "Containers": [{"Image": "image:1", "ModelDataUrl": f"s3://{bucket}/{name}.tar.gz"}],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]
        return arn


class Caller:
    """Calls one environment's endpoint, in this process."""

    def __init__(self, invocations: Invocations, environment: str) -> None:
        self._invocations, self._environment = invocations, environment

    def post(self, body: bytes, *, name: str | None = None) -> HttpResponse:
        target = f"/{self._environment}/endpoints/{name or f'mailroom-{self._environment}'}/invocations"
        return self._invocations.respond(HttpRequest(method="POST", target=target, headers=JSON, body=body))

    def get(self, path: str) -> dict[str, Any]:
        request = HttpRequest(method="GET", target=f"/{self._environment}/{path}", headers={}, body=b"")
        answer: dict[str, Any] = json.loads(self._invocations.respond(request).body)
        return answer

    def version(self) -> str:
        answer = self.post(describe_to_json())
        assert (answer.status, answer.headers["x-amzn-invoked-production-variant"]) == (200, "main")
        return description_from_json(answer.body).model_version

    def classify(self) -> str:
        """The model's version that answered for a mail, or the status of the failure."""
        answer = self.post(MAIL)
        return str(json.loads(answer.body)["model_version"]) if answer.status == 200 else str(answer.status)

    @contextmanager
    def steadily(self, callers: int = 2) -> Iterator[Counter[str]]:
        """What was answered how often, while some call without a pause; complete after the block."""
        counted: Counter[str] = Counter()
        stopped, lock = threading.Event(), threading.Lock()

        def call() -> None:
            while not stopped.is_set():
                said = self.classify()
                with lock:
                    counted[said] += 1

        threads = [threading.Thread(target=call) for _ in range(callers)]
        for thread in threads:
            thread.start()
        try:
            yield counted
        finally:
            stopped.set()
            for thread in threads:
                thread.join()
