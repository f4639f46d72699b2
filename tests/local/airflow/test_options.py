"""What the deployed orchestration stack tells Airflow."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.accounts.credentials import Credentials, assume
from local.airflow.errors import AirflowError
from local.airflow.options import airflow_options, variables
from tests.support.moto_process import moto_process

DATA = {
    "Resources": {"Exports": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "the-exports"}}},
    "Outputs": {"Exports": {"Value": {"Ref": "Exports"}, "Export": {"Name": "data:Exports"}}},
}
QUEUE = {"Queue": {"Type": "AWS::SQS::Queue"}}


@pytest.fixture(scope="module")
def account() -> Iterator[Credentials]:
    with moto_process() as url:
        credentials = assume(url, account="444455556666", region="eu-central-1")
        _deploy(credentials, "data", DATA)
        yield credentials


def _deploy(credentials: Credentials, name: str, template: Mapping[str, Any]) -> None:
    credentials.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


def _airflow(options: Mapping[str, Any]) -> Mapping[str, Any]:
    environment = {"Type": "AWS::MWAA::Environment", "Properties": {"AirflowConfigurationOptions": options}}
    return {"Resources": {**QUEUE, "Airflow": environment}}


def test_options_are_those_of_the_deployed_template_with_what_it_imports(account: Credentials):
    options = {"mailroom.tasks": "queue,topic", "mailroom.exports_bucket": {"Fn::ImportValue": "data:Exports"}}
    _deploy(account, "orchestration", _airflow(options))
    found = airflow_options(account, "orchestration")
    assert found == {"mailroom.tasks": "queue,topic", "mailroom.exports_bucket": "the-exports"}
    assert variables(found) == {
        "AIRFLOW__MAILROOM__TASKS": "queue,topic",
        "AIRFLOW__MAILROOM__EXPORTS_BUCKET": "the-exports",
    }


def test_a_stack_without_airflow_is_said_in_one_sentence(account: Credentials):
    _deploy(account, "schedule-only", {"Resources": QUEUE})
    with pytest.raises(AirflowError) as error:
        airflow_options(account, "schedule-only")
    assert str(error.value) == "The stack schedule-only has no Airflow: its schedule starts the pipeline itself."


def test_an_option_that_only_aws_could_work_out_is_named(account: Credentials):
    _deploy(account, "odd", _airflow({"mailroom.tasks": {"Fn::GetAtt": ["Queue", "Arn"]}}))
    with pytest.raises(AirflowError, match=r"^The option mailroom\.tasks of the deployed Airflow cannot be read here"):
        airflow_options(account, "odd")
