"""The tasks of the monthly retraining without Airflow: what each does, and their order."""

import ast
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from mailroom_retrain_helpers.errors import DeploymentError, ExportError, TrainingError
from mailroom_retrain_helpers.retraining import Retraining, start_at_once
from mailroom_retrain_helpers.settings import RetrainSettings
from tests.dags.retrained import BESIDE, EVALUATION, EXECUTION, EXPORT, REFUSAL, REFUSED, STOPPED

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "taxonomy.toml"
OWN = b"""version = "of-the-test-data"
tasks = ["queue"]
[[label]]
id = "tax"
task = "queue"
"""
ROW = b'{"queue": "tax"}\n'
PIPELINE = {"PipelineName": "mailroom-dev"}


@pytest.fixture
def sagemaker() -> Iterator[Stubber]:
    client = boto3.client(
        "sagemaker", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def retraining(sagemaker: Stubber, monkeypatch: pytest.MonkeyPatch) -> Iterator[Retraining]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        for bucket in ("exports", "artefacts"):
            s3.create_bucket(Bucket=bucket)
        yield Retraining(
            s3=s3,
            sagemaker=sagemaker.client,
            settings=RetrainSettings(
                environment="dev",
                pipeline_name="mailroom-dev",
                exports_bucket="exports",
                exports_prefix="test",
                artefacts_bucket="artefacts",
                tasks=("queue",),
            ),
            shipped=SHIPPED,
            month="2026-03",
        )


def _upload(retraining: Retraining, export: bytes) -> str:
    """Export, manifest and taxonomy; returns the export's SHA-256."""
    digest = hashlib.sha256(export).hexdigest()
    manifest = {"month": "2026-03", "rows": export.count(b"\n"), "bytes": len(export), "sha256": digest}
    for name, content in (
        ("taxonomy.toml", OWN),
        ("export.jsonl", export),
        ("manifest.json", json.dumps(manifest).encode()),
    ):
        retraining.s3.put_object(Bucket="exports", Key=f"test/2026-03/{name}", Body=content)
    return digest


def _packed(sagemaker: Stubber, digest: str | None) -> None:
    """The pipeline's definition names this taxonomy."""
    metadata = {} if digest is None else {"taxonomy_sha256": digest}
    definition = json.dumps({"Version": "2020-12-01", "Metadata": metadata, "Steps": []})
    sagemaker.add_response("describe_pipeline", {"PipelineDefinition": definition}, PIPELINE)


def _same_taxonomy(sagemaker: Stubber) -> None:
    _packed(sagemaker, hashlib.sha256(SHIPPED.read_bytes()).hexdigest())


def _written(retraining: Retraining, key: str) -> Any:
    return json.loads(retraining.s3.get_object(Bucket="artefacts", Key=key)["Body"].read())


def _start(sagemaker: Stubber, digest: str) -> None:
    parameters = {"ExportMonth": "2026-03", "BaseModel": "base-models/small", "ExportDigest": digest}
    sagemaker.add_response(
        "start_pipeline_execution",
        {"PipelineExecutionArn": EXECUTION},
        {
            **PIPELINE,
            "PipelineExecutionDisplayName": "monthly-2026-03",
            "PipelineExecutionDescription": "Started by Airflow, DAG monthly_retrain",
            "PipelineParameters": [{"Name": name, "Value": value} for name, value in parameters.items()],
            "ClientRequestToken": "t" * 64,
        },
    )


@pytest.mark.parametrize("packed", ["c0ffee", None], ids=["another", "one from before it was named"])
def test_a_pipeline_that_has_packed_another_taxonomy_is_not_started(
    retraining: Retraining, sagemaker: Stubber, packed: str | None
):
    _upload(retraining, ROW)
    _packed(sagemaker, packed)
    with pytest.raises(DeploymentError) as error:
        retraining.validate_export()
    assert str(error.value) == (
        "The taxonomy beside the DAGs is not the one that the pipeline mailroom-dev has packed: `make deploy ENV=dev` "
        "brings both to one state; then clear this task."
    )


def test_all_unknown_labels_are_written_to_the_bucket_and_the_sentence_says_where(
    retraining: Retraining, sagemaker: Stubber
):
    _upload(retraining, b"".join(b'{"queue": "label-%02d"}\n' % number for number in range(25)))
    _same_taxonomy(sagemaker)
    place = "reports/retrain/2026-03-unknown-labels.json"
    with pytest.raises(
        ExportError, match=rf"and 5 more; add them .* in the CRM\. All of them: s3://artefacts/{place}$"
    ):
        retraining.validate_export()
    assert _written(retraining, place) == {
        "month": "2026-03",
        "unknown": {"queue": [{"label": f"label-{number:02d}", "rows": 1} for number in range(25)]},
    }


def test_up_to_the_start_the_tasks_follow_each_other_and_what_was_validated_is_what_is_started_on(
    retraining: Retraining, sagemaker: Stubber
):
    digest = _upload(retraining, ROW)
    _same_taxonomy(sagemaker)
    _start(sagemaker, digest)
    said: list[str] = []
    execution, export = start_at_once(
        retraining, parameters={"BaseModel": "base-models/small"}, token="t" * 64, say=said.append
    )
    assert (execution, export["rows"]) == (EXECUTION, 1)
    assert said == [
        "wait_for_export: the export of 2026-03 is the one of its manifest",
        "validate_export: 1 mails; the taxonomy knows every label",
        "start_pipeline: started",
    ]


def test_without_an_export_nothing_is_started(retraining: Retraining):
    with pytest.raises(ExportError, match=r"^There is no manifest of 2026-03 yet\.$"):
        start_at_once(retraining, parameters={}, token="t" * 64, say=print)


def _ended(sagemaker: Stubber, status: str, steps: list[dict[str, Any]]) -> None:
    sagemaker.add_response("describe_pipeline_execution", {"PipelineExecutionStatus": status})
    sagemaker.add_response("list_pipeline_execution_steps", {"PipelineExecutionSteps": steps})


def test_a_stopped_execution_is_reported_and_is_a_failure(retraining: Retraining, sagemaker: Stubber):
    _ended(sagemaker, "Stopped", STOPPED)
    with pytest.raises(TrainingError) as error:
        retraining.report(EXPORT, EXECUTION)
    assert str(error.value) == (
        "The training pipeline's execution is Stopped. No new model came of it; what is live stays. "
        "Report: s3://artefacts/reports/retrain/2026-03.html"
    )
    assert _written(retraining, "reports/retrain/2026-03.json")["status"] == "Stopped"


def test_a_refusal_is_reported_with_its_reason_and_is_a_failure(retraining: Retraining, sagemaker: Stubber):
    for name, content in (("evaluation.json", EVALUATION), ("comparison.json", BESIDE)):
        retraining.s3.put_object(
            Bucket="artefacts", Key=f"evaluations/abcdefghijkl/{name}", Body=json.dumps(content).encode()
        )
    _ended(sagemaker, "Failed", REFUSED)
    with pytest.raises(TrainingError) as error:
        retraining.report(EXPORT, EXECUTION)
    assert str(error.value) == (
        f"The training pipeline's execution is Failed (refuse: {REFUSAL}). No new model came of it; "
        "what is live stays. Report: s3://artefacts/reports/retrain/2026-03.html"
    )
    assert _written(retraining, "reports/retrain/2026-03.json")["reason"] == f"refuse: {REFUSAL}"
    html = retraining.s3.get_object(Bucket="artefacts", Key="reports/retrain/2026-03.html")
    assert REFUSAL in html["Body"].read().decode()


def test_the_tasks_without_airflow_follow_each_other_as_the_dag_orders_them():
    order = _chain(ROOT / "dags" / "mailroom_retrain.py")
    assert order == ["wait_for_export", "validate_export", "start_pipeline", "wait_for_pipeline", "report"]
    assert _calls(ROOT / "dags" / "mailroom_retrain_helpers" / "retraining.py") == order[:3]
    assert set(order) <= set(vars(Retraining))


def _chain(path: Path) -> list[str]:
    """The tasks of the DAG's ``a >> b >> c``, names of results resolved to the task that made them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    dag = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "monthly_retrain")
    made = {
        node.targets[0].id: node.value.func.id
        for node in dag.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
    }
    (chain,) = [node.value for node in dag.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.BinOp)]
    links: list[str] = []
    link: ast.expr = chain
    while isinstance(link, ast.BinOp):
        links.append(_task(link.right, made))
        link = link.left
    return [_task(link, made), *reversed(links)]


def _task(node: ast.expr, made: dict[str, str]) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id
    assert isinstance(node, ast.Name)
    return made[node.id]


def _calls(path: Path) -> list[str]:
    """The methods that ``start_at_once`` calls, in order."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "start_at_once")
    found = [
        node.func
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "retraining"
    ]
    return [one.attr for one in sorted(found, key=lambda one: one.lineno)]
