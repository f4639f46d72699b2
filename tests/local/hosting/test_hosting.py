"""Endpoints follow what is deployed: the emulator's own SageMaker and S3, and real model servers."""

import dataclasses
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.accounts import emulator
from local.accounts.credentials import Credentials, assume
from local.endpoint.model_server.http_server import HttpRequest
from local.hosting.hosting import Hosting
from local.hosting.invocations import Invocations
from local.hosting.model_servers import ModelServers
from mailroom.wire.endpoint import describe_to_json, description_from_json
from tests.support.keyword_archive import make_keyword_archive, pack

pytestmark = pytest.mark.slow

ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("archives")
    packed = {
        version: pack(make_keyword_archive(folder / version, model_version=version), folder / f"{version}.tar.gz")
        for version in ("m-1", "m-2")
    }
    return {**{version: file.read_bytes() for version, file in packed.items()}, "damaged": b"not an archive"}


class Registry:
    """Both accounts' SageMaker."""

    def __init__(self, accounts: dict[str, Credentials], archives: dict[str, bytes]) -> None:
        self.accounts, self.archives = accounts, archives
        self.made = 0

    def deploy(self, environment: str, version: str) -> str:
        """What CloudFormation does with an approved package; returns the package's ARN."""
        self.made += 1
        account, name = self.accounts[environment], f"{environment}-{self.made}"
        s3, sagemaker = account.client("s3"), account.client("sagemaker")
        bucket = f"models-{name}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_object(Bucket=bucket, Key=f"{name}.tar.gz", Body=self.archives[version])
        package = sagemaker.create_model_package(
            ModelPackageName=name,
            InferenceSpecification={
                "Containers": [{"Image": "image:1", "ModelDataUrl": f"s3://{bucket}/{name}.tar.gz"}],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )["ModelPackageArn"]
        role = f"arn:aws:iam::{account.account}:role/model"
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"ModelPackageName": package})
        variant = {"VariantName": "main", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        endpoint = {"EndpointName": f"mailroom-{environment}", "EndpointConfigName": name}
        if sagemaker.list_endpoints()["Endpoints"]:
            sagemaker.update_endpoint(**endpoint)
        else:
            sagemaker.create_endpoint(**endpoint)
        return package

    def return_to_first(self, environment: str) -> None:
        self.accounts[environment].client("sagemaker").update_endpoint(
            EndpointName=f"mailroom-{environment}", EndpointConfigName=f"{environment}-1"
        )

    def remove(self, environment: str) -> None:
        self.accounts[environment].client("sagemaker").delete_endpoint(EndpointName=f"mailroom-{environment}")


@pytest.fixture
def registry(archives: dict[str, bytes], tmp_path: Path) -> Iterator[Registry]:
    state = tmp_path / "accounts.json"
    url = emulator.start(state)
    accounts = {name: assume(url, account=number, region="eu-central-1") for name, number in ACCOUNTS.items()}
    yield Registry(accounts, archives)
    emulator.stop(state)


@pytest.fixture
def hosting(registry: Registry, tmp_path: Path) -> Iterator[Hosting]:
    servers = ModelServers(tmp_path / "hosting")
    yield Hosting(registry.accounts, servers)
    servers.stop()


def post(hosting: Hosting, environment: str, *, name: str | None = None):
    target = f"/{environment}/endpoints/{name or f'mailroom-{environment}'}/invocations"
    return Invocations(hosting).respond(
        HttpRequest(method="POST", target=target, headers=JSON, body=describe_to_json())
    )


def version(hosting: Hosting, environment: str) -> str:
    answer = post(hosting, environment)
    assert (answer.status, answer.headers["x-amzn-invoked-production-variant"]) == (200, "main")
    return description_from_json(answer.body).model_version


def state(hosting: Hosting, environment: str) -> dict[str, str | None]:
    request = HttpRequest(method="GET", target=f"/{environment}/endpoint", headers={}, body=b"")
    return json.loads(Invocations(hosting).respond(request).body)


def test_an_endpoint_comes_moves_to_another_model_and_goes_as_it_is_deployed(registry, hosting):
    hosting.follow()
    absent = post(hosting, "dev")
    assert (absent.status, json.loads(absent.body)["ErrorCode"]) == (400, "ValidationError")

    first = registry.deploy("dev", "m-1")
    hosting.follow()
    assert (version(hosting, "dev"), state(hosting, "dev")["model_package"]) == ("m-1", first)
    assert post(hosting, "dev", name="mailroom-prod").status == 400
    assert post(hosting, "prod").status == 400

    second = registry.deploy("dev", "m-2")
    assert version(hosting, "dev") == "m-1"
    hosting.follow()
    assert (version(hosting, "dev"), state(hosting, "dev")["model_package"]) == ("m-2", second)

    registry.remove("dev")
    hosting.follow()
    assert post(hosting, "dev").status == 400


def test_two_accounts_that_serve_one_archive_share_its_model_until_one_moves_on(registry, hosting):
    for environment in ACCOUNTS:
        registry.deploy(environment, "m-1")
    hosting.follow()
    assert hosting.in_service["dev"].server is hosting.in_service["prod"].server
    registry.deploy("dev", "m-2")
    hosting.follow()
    assert (version(hosting, "dev"), version(hosting, "prod")) == ("m-2", "m-1")


def test_a_model_that_cannot_be_served_leaves_the_former_one_in_service_and_says_why(registry, hosting):
    first = registry.deploy("prod", "m-1")
    hosting.follow()
    broken = registry.deploy("prod", "damaged")
    hosting.follow()
    assert version(hosting, "prod") == "m-1"
    said = state(hosting, "prod")
    assert (said["model_package"], said["failed_model_package"]) == (first, broken)
    assert said["failure"].endswith("is damaged, or is no tar.gz file.")


def test_a_failure_is_forgotten_when_the_former_model_is_deployed_again_or_the_endpoint_goes(registry, hosting):
    registry.deploy("dev", "m-1")
    hosting.follow()
    for forgotten in (registry.return_to_first, registry.remove):
        registry.deploy("dev", "damaged")
        hosting.follow()
        assert state(hosting, "dev")["failure"] is not None
        forgotten("dev")
        hosting.follow()
        assert (state(hosting, "dev")["failure"], state(hosting, "dev")["failed_model_package"]) == (None, None)


def test_a_model_server_that_ended_is_replaced_for_all_whom_it_served(registry, hosting, capsys):
    for environment in ACCOUNTS:
        registry.deploy(environment, "m-1")
    hosting.follow()
    broken = registry.deploy("prod", "damaged")
    hosting.follow()
    gone = hosting.in_service["dev"].server
    capsys.readouterr()
    os.kill(gone.pid, signal.SIGKILL)
    while not gone.has_ended:
        time.sleep(0.02)
    hosting.follow()
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(one["event"], one["environment"]) for one in logged][:2] == [
        ("model_server_ended", "dev"),
        ("model_server_ended", "prod"),
    ]
    assert (version(hosting, "dev"), version(hosting, "prod")) == ("m-1", "m-1")
    assert hosting.in_service["dev"].server is hosting.in_service["prod"].server is not gone
    assert state(hosting, "prod")["failed_model_package"] == broken


def test_an_account_that_cannot_be_asked_keeps_what_it_serves_and_the_others_go_on(registry, tmp_path, capsys):
    first = registry.deploy("prod", "m-1")
    nobody = dataclasses.replace(registry.accounts["dev"], url="http://localhost:1")
    servers = ModelServers(tmp_path / "hosting")
    hosting = Hosting({"dev": nobody, "prod": registry.accounts["prod"]}, servers)
    hosting.follow()
    servers.stop()
    assert json.loads(capsys.readouterr().err.splitlines()[0]) == {
        "event": "endpoint_unreadable",
        "environment": "dev",
        "exception": "EndpointConnectionError",
    }
    assert (state(hosting, "prod")["model_package"], hosting.failed) == (first, {})
