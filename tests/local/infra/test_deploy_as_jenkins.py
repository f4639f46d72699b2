"""What Jenkins runs, run: the real CDK command line deploys with credentials that it asks for on the loopback."""

import sys
from collections.abc import Iterator

import pytest

from config.load import load_environment
from local.accounts import emulator
from local.accounts.credentials import Credentials, assume
from local.infra.ci import run_as
from tests.support.assemblies import ACCOUNTS, REGION, HandMade

pytestmark = pytest.mark.slow

CONFIG = load_environment("dev")
STACKS = {
    "dev/training": HandMade(
        resources={
            "Approved": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Name": CONFIG.approved_model_parameter, "Type": "String", "Value": "none"},
            }
        }
    ),
    "dev/orchestration": HandMade(
        resources={"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "mailroom-dev-topic"}}}
    ),
}


@pytest.fixture
def jenkins(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Credentials]:
    """Keys as Jenkins' own role would have them, in this process's environment."""
    state = tmp_path / "accounts.json"
    try:
        credentials = assume(emulator.start(state), account=ACCOUNTS["dev"], region=REGION)
        for name, value in credentials.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        yield credentials
    finally:
        emulator.stop(state)


def test_jenkins_deploys_what_was_confirmed_and_only_that(jenkins, write_assembly, tmp_path, capfd):
    folder, report = write_assembly(STACKS), tmp_path / "changes"
    python = [sys.executable, "-m"]
    show = [*python, "local.infra.diff", "--env", "dev", "--assembly", str(folder), "--against-account"]
    assert run_as(CONFIG, [*show, "--report", str(report)], session="build-1") == 0
    deploy = [*python, "local.infra.deploy", "--env", "dev", "--assembly", str(folder), "--yes"]
    capfd.readouterr()

    assert run_as(CONFIG, [*deploy, "--confirmed", "0" * 64], session="build-1") == 2
    assert capfd.readouterr().err.startswith("Nothing was deployed: what would change in dev is no longer what was")

    confirmed = (report / "fingerprint.txt").read_text(encoding="utf-8")
    assert run_as(CONFIG, [*deploy, "--confirmed", confirmed], session="build-1") == 0
    stacks = jenkins.client("cloudformation").describe_stacks()["Stacks"]
    assert {one["StackName"]: one["StackStatus"] for one in stacks} == {
        "mailroom-dev-training": "CREATE_COMPLETE",
        "mailroom-dev-orchestration": "CREATE_COMPLETE",
    }
