"""checkov, in an environment of its own: every finding is reviewed, in stacks/findings/checkov.toml."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.construct_paths import Synthesized, worth_a_look
from tests.support.once import once
from tests.support.reviewed import Finding, differences, read_findings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CHECKOV = ROOT / ".venvs" / "gates" / "bin" / "checkov"
# Nothing listens there: whatever checkov wants to ask of anybody fails, and the gate is the same without a network.
OFFLINE = dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], "http://127.0.0.1:9")


# A security group that lets anybody in by SSH: CKV_AWS_24.
WRONG = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {
        "Open": {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": "open",
                "SecurityGroupIngress": [
                    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0", "Description": "anybody"}
                ],
            },
        }
    },
}


@pytest.fixture(scope="session")
def failed(stacks: Mapping[str, Synthesized], tmp_path_factory: pytest.TempPathFactory) -> set[Finding]:
    """What checkov finds in the templates, and in one that is wrong."""
    assert CHECKOV.exists(), "checkov is not installed: run `make .venvs/gates/.ready`"

    def check(folder: Path) -> None:
        folder.mkdir()
        (folder / "wrong.json").write_text(json.dumps(WRONG), encoding="utf-8")
        files = [stack.file for stack in worth_a_look(stacks)] + [folder / "wrong.json"]
        listed = [argument for file in files for argument in ("--file", str(file))]
        done = subprocess.run(
            [
                str(CHECKOV),
                "--framework",
                "cloudformation",
                "--skip-download",
                "--compact",
                "--output",
                "json",
                *listed,
            ],
            cwd=ROOT,
            env={**os.environ, **OFFLINE, "LOG_LEVEL": "ERROR"},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.stdout, done.stderr
        (folder / "report.json").write_text(done.stdout, encoding="utf-8")

    folder = once(tmp_path_factory, "checkov", check)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["summary"]["parsing_errors"] == 0
    places = {stack.file.name: stack.paths for stack in stacks.values()} | {"wrong.json": {"Open": "wrong"}}
    return {
        Finding(rule=one["check_id"], at=places[Path(one["file_abs_path"]).name][one["resource"].rpartition(".")[2]])
        for one in report["results"]["failed_checks"]
    }


def test_every_finding_is_reviewed_and_every_review_is_of_a_finding(failed: set[Finding]):
    found = {one for one in failed if one.at != "wrong"}
    problem = differences(found, read_findings("checkov.toml"), table="stacks/findings/checkov.toml")
    assert not problem, problem


def test_an_open_security_group_is_found(failed: set[Finding]):
    assert Finding(rule="CKV_AWS_24", at="wrong") in failed
