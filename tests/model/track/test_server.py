"""Which server is called, and how calls to an app are signed."""

import pytest

from model.track.errors import MlflowError
from model.track.server import MlflowServer, server_at
from tests.support.mlflow_server import mlflow_server
from tests.support.tracked_run import APP


def test_an_app_is_reached_through_its_region():
    assert server_at(APP, {}) == MlflowServer(
        url="https://eu-central-1.experiments.sagemaker.aws", app=APP, region="eu-central-1"
    )


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({"AWS_ENDPOINT_URL_SAGEMAKER_MLFLOW": "http://127.0.0.1:5000/"}, "http://127.0.0.1:5000"),
        ({"AWS_ENDPOINT_URL": "http://localhost:4566"}, "http://localhost:4566"),
        (
            {"AWS_ENDPOINT_URL_SAGEMAKER_MLFLOW": "http://127.0.0.1:5000", "AWS_ENDPOINT_URL": "http://localhost:4566"},
            "http://127.0.0.1:5000",
        ),
    ],
)
def test_an_app_is_reached_where_the_variables_of_botocore_say(environment: dict[str, str], url: str):
    assert server_at(APP, environment) == MlflowServer(url=url, app=APP, region="eu-central-1")


def test_a_server_named_by_its_url_is_called_there_whatever_the_variables_say():
    named = server_at("http://127.0.0.1:5000/", {"AWS_ENDPOINT_URL": "http://localhost:4566"})
    assert named == MlflowServer(url="http://127.0.0.1:5000")


def test_calls_to_an_app_are_signed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mlflow_server() as mlflow:
        server_at(APP, {"AWS_ENDPOINT_URL": mlflow.url}).call("POST", "experiments/create", {"name": "one"})
    (headers,) = mlflow.headers
    assert headers["x-mlflow-sm-tracking-server-arn"] == APP
    assert "/eu-central-1/sagemaker-mlflow/aws4_request" in headers["Authorization"]
    assert "x-mlflow-sm-tracking-server-arn" in headers["Authorization"]


def test_calls_to_a_plain_server_carry_no_signature():
    with mlflow_server() as mlflow:
        server_at(mlflow.url, {}).call("POST", "experiments/create", {"name": "one"})
    (headers,) = mlflow.headers
    assert "Authorization" not in headers


@pytest.mark.parametrize("uri", ["sqlite:///mlflow.db", "arn:aws:s3:::bucket", ""])
def test_any_other_place_is_refused(uri: str):
    with pytest.raises(MlflowError, match="must be the ARN of a SageMaker MLflow app or a server's URL"):
        server_at(uri, {})
