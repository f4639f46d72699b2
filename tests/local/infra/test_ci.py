"""What Jenkins deploys of a branch, and as whom."""

import json
import sys

import pytest

from local.command_line import run
from local.infra.ci import environment_of, main, run_as, run_with, session_name
from local.infra.errors import AccountError

# What the command sees of its credentials, and whose they are.
WHO = """
import boto3, json, os, sys
identity = boto3.client("sts").get_caller_identity()
hidden = [os.environ.get(name) for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN")]
json.dump([identity["Arn"], os.environ["AWS_REGION"], os.environ["ENV"], *hidden], open(sys.argv[1], "w"))
sys.exit(7)
"""


@pytest.fixture
def command(dev, monkeypatch):
    """Runs the program with arguments; its exit status."""

    def with_arguments(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["ci", *arguments])
        return main()

    return with_arguments


@pytest.mark.parametrize(
    ("branch", "environment", "data"), [("develop", "dev", "test"), ("main", "prod", "production")]
)
def test_a_branch_has_its_environment_data_role_external_id_and_pipeline(command, capsys, branch, environment, data):
    account = {"dev": "111122223333", "prod": "444455556666"}[environment]
    assert command("--branch", branch) == 0
    assert capsys.readouterr().out == (
        f"environment: {environment}\n"
        f"data: {data}\n"
        f"role: arn:aws:iam::{account}:role/mailroom-{environment}-jenkins\n"
        f"external id: mailroom-{branch}\n"
        f"pipeline: mailroom-{environment}\n"
    )


def test_another_branch_deploys_nothing_and_the_sentence_says_which_do():
    with pytest.raises(
        AccountError, match=r"^The branch 'feature/x' deploys nothing; these do: develop \(dev\) and main \(prod\)\.$"
    ):
        environment_of("feature/x")


def test_a_command_runs_as_the_role_in_its_region_without_a_profile_and_its_status_counts(
    command, capfd, monkeypatch, tmp_path
):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    (tmp_path / "config").write_text("[profile nobody]\n", encoding="utf-8")
    seen = tmp_path / "seen.json"
    status = command("--branch", "develop", "--session", "job/1", "--", sys.executable, "-c", WHO, str(seen))
    assert status == 7
    arn = "arn:aws:sts::111122223333:assumed-role/mailroom-dev-jenkins/job-1"
    assert json.loads(seen.read_text()) == [arn, "eu-central-1", "dev", None, None, None]
    assert capfd.readouterr() == ("", "")


def test_branch_and_build_are_those_that_jenkins_names(command, monkeypatch, tmp_path):
    monkeypatch.setenv("BRANCH_NAME", "develop")
    monkeypatch.setenv("BUILD_TAG", "jenkins-mailroom-develop-12")
    seen = tmp_path / "seen.json"
    assert command("--", sys.executable, "-c", WHO, str(seen)) == 7
    arn = "arn:aws:sts::111122223333:assumed-role/mailroom-dev-jenkins/jenkins-mailroom-develop-12"
    assert json.loads(seen.read_text())[0] == arn


def test_no_variable_of_the_command_holds_a_key(dev, tmp_path):
    seen = tmp_path / "seen.json"
    code = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
    assert run_as(environment_of("develop"), [sys.executable, "-c", code, str(seen)], session="build-1") == 0
    variables = json.loads(seen.read_text())
    assert [name for name in variables if "KEY" in name or name == "AWS_SESSION_TOKEN"] == []
    assert {name for name in variables if name.startswith("AWS_CONTAINER")} == {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    }


def test_a_command_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(AccountError, match=r"^nothing-of-this-name cannot be run: No such file or directory\.$"):
        run_with(["nothing-of-this-name"], {})


@pytest.mark.parametrize(
    ("build", "name"),
    [
        ("jenkins-mailroom-develop-12", "jenkins-mailroom-develop-12"),
        ("jenkins-mailroom/main #12", "jenkins-mailroom-main-12"),
        ("x" * 70 + "-12", "x" * 61 + "-12"),
    ],
)
def test_a_build_is_called_in_the_trail_as_iam_allows(build, name):
    assert session_name(build) == name


def test_a_role_that_cannot_be_taken_on_is_one_sentence_and_the_command_does_not_run(monkeypatch, capsys, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    trace = tmp_path / "ran"
    assert run(lambda: run_as(environment_of("main"), ["touch", str(trace)], session="build-1") and None) == 2
    assert (
        capsys.readouterr().err == "The role mailroom-prod-jenkins cannot be taken on: Unable to locate credentials.\n"
    )
    assert not trace.exists()
