"""The DAGs reach Airflow's bucket as they lie in the checkout, and nothing else stays there."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from config.load import load_environment
from local.infra.account import Account
from local.infra.errors import AccountError
from local.infra.upload_dags import Upload, dag_files, main, upload, upload_to

STACK = "mailroom-dev-orchestration"
FILES = {"mailroom/errors.py": b"# errors\n", "monthly.py": b"# dag\n"}


def _deploy(account: Account, *, airflow: bool) -> None:
    resources: dict[str, Any] = {"Queue": {"Type": "AWS::SQS::Queue"}}
    outputs: dict[str, Any] = {}
    if airflow:
        resources["Dags"] = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "dag-bucket"}}
        outputs = {"DagBucketName": {"Value": {"Ref": "Dags"}}, "DagFolder": {"Value": "dags"}}
    account.client("cloudformation").create_stack(
        StackName=STACK, TemplateBody=json.dumps({"Resources": resources, "Outputs": outputs})
    )


def _held(account: Account) -> dict[str, bytes]:
    s3 = account.client("s3")
    entries = s3.list_objects_v2(Bucket="dag-bucket").get("Contents", [])
    return {entry["Key"]: s3.get_object(Bucket="dag-bucket", Key=entry["Key"])["Body"].read() for entry in entries}


def test_all_files_reach_the_bucket_that_the_stack_names(dev: Account):
    _deploy(dev, airflow=True)
    assert upload_to(dev, STACK, FILES) == Upload(uploaded=tuple(FILES), removed=(), unchanged=0)
    assert _held(dev) == {"dags/mailroom/errors.py": b"# errors\n", "dags/monthly.py": b"# dag\n"}


def test_a_second_upload_sends_nothing(dev: Account):
    _deploy(dev, airflow=True)
    upload_to(dev, STACK, FILES)
    assert upload_to(dev, STACK, FILES) == Upload(uploaded=(), removed=(), unchanged=2)


def test_only_what_changed_is_sent_and_what_is_stale_is_removed(dev: Account):
    _deploy(dev, airflow=True)
    upload_to(dev, STACK, {**FILES, "old.py": b"# old\n"})
    dev.client("s3").put_object(Bucket="dag-bucket", Key="elsewhere/kept.txt", Body=b"not a DAG")
    changed = {**FILES, "monthly.py": b"# newer\n"}
    assert upload_to(dev, STACK, changed) == Upload(uploaded=("monthly.py",), removed=("old.py",), unchanged=1)
    assert _held(dev) == {
        "dags/mailroom/errors.py": b"# errors\n",
        "dags/monthly.py": b"# newer\n",
        "elsewhere/kept.txt": b"not a DAG",
    }


def test_a_file_that_somebody_else_put_there_is_replaced(dev: Account):
    _deploy(dev, airflow=True)
    dev.client("s3").put_object(Bucket="dag-bucket", Key="dags/monthly.py", Body=b"# by hand\n")
    assert upload(dev.client("s3"), "dag-bucket", "dags", FILES).uploaded == tuple(FILES)
    assert _held(dev)["dags/monthly.py"] == b"# dag\n"


def test_an_environment_without_airflow_has_nothing_to_upload(dev: Account):
    _deploy(dev, airflow=False)
    assert upload_to(dev, STACK, FILES) is None


def test_the_command_says_that_there_is_no_airflow(dev: Account, capsys: pytest.CaptureFixture[str]):
    _deploy(dev, airflow=False)
    assert main(["--env", "dev"]) == 0
    assert capsys.readouterr().out == (
        "dev has no Airflow (orchestration.mwaa is false): its schedule starts the pipeline itself.\n"
    )


@pytest.mark.slow
def test_the_command_uploads_the_checkout(dev: Account, capsys: pytest.CaptureFixture[str]):
    _deploy(dev, airflow=True)
    assert main(["--env", "dev"]) == 0
    assert _held(dev) == {f"dags/{name}": content for name, content in dag_files().items()}
    assert capsys.readouterr().out == f"dev: DAGs {len(dag_files())} uploaded, 0 removed, 0 unchanged\n"


def test_a_stack_that_is_not_deployed_is_said_in_one_sentence(dev: Account):
    with pytest.raises(AccountError, match=f"^The stack {STACK} cannot be read: .*does not exist"):
        upload_to(dev, load_environment("dev").named("orchestration"), FILES)


def test_the_checkout_s_files_come_in_an_order_in_which_imports_are_there_before_dags():
    names = list(dag_files())
    first_dag = next(number for number, name in enumerate(names) if "/" not in name and name.endswith(".py"))
    assert names[first_dag:] == ["mailroom_feedback.py", "mailroom_retrain.py"]
    assert {"taxonomy.toml", ".airflowignore", "mailroom/taxonomy.py"} <= set(names[:first_dag])
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc")] == []


def test_every_module_that_a_dag_file_imports_of_the_project_is_uploaded():
    files = dag_files()
    for name, content in files.items():
        if name.endswith(".py") and not name.startswith("mailroom/"):
            for module in _project_modules(content.decode("utf-8")):
                path = Path(*module.split("."))
                assert {path.with_suffix(".py").as_posix(), (path / "__init__.py").as_posix()} & set(files), module


def _project_modules(source: str) -> set[str]:
    return {
        node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mailroom")
    }
