import botocore.session
import pytest

from local.accounts.gaps.conversion import as_parameter


def converted(service: str, operation: str, properties: dict) -> dict:
    model = botocore.session.get_session().get_service_model(service)
    return as_parameter(properties, model.operation_model(operation).input_shape)


@pytest.mark.parametrize(
    ("service", "operation", "properties", "parameters"),
    [
        pytest.param(
            "apigateway",
            "PutMethod",
            {"RestApiId": "a", "HttpMethod": "GET", "ApiKeyRequired": "true"},
            {"restApiId": "a", "httpMethod": "GET", "apiKeyRequired": True},
            id="letter case and truth values",
        ),
        pytest.param(
            "apigateway",
            "CreateModel",
            {"Schema": {"type": "object"}},
            {"schema": '{"type": "object"}'},
            id="a document becomes text",
        ),
        pytest.param(
            "apigateway",
            "CreateApiKey",
            {"Name": "crm", "Tags": [{"Key": "a", "Value": "b"}]},
            {"name": "crm", "tags": {"a": "b"}},
            id="a list of tags becomes a map",
        ),
        pytest.param(
            "kms",
            "CreateKey",
            {"Tags": [{"Key": "a", "Value": "b"}]},
            {"Tags": [{"TagKey": "a", "TagValue": "b"}]},
            id="tags are called as the service calls them",
        ),
        pytest.param(
            "sagemaker",
            "CreatePipeline",
            {"PipelineName": "p", "Tags": {"a": "b"}},
            {"PipelineName": "p", "Tags": [{"Key": "a", "Value": "b"}]},
            id="a map of tags becomes a list",
        ),
        pytest.param(
            "cloudwatch",
            "PutMetricAlarm",
            {"Threshold": "5", "Period": "60", "AlarmActions": "arn", "Unheard": 1},
            {"Threshold": 5.0, "Period": 60, "AlarmActions": ["arn"]},
            id="numbers, a list of one, and a property that the call does not know",
        ),
    ],
)
def test_properties_become_the_parameters_of_the_call(service, operation, properties, parameters):
    assert converted(service, operation, properties) == parameters


def test_a_number_that_is_none_is_an_error():
    with pytest.raises(ValueError, match="often"):
        converted("cloudwatch", "PutMetricAlarm", {"Period": "often"})
