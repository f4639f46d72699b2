"""checkov, in an environment of its own: every finding is reviewed, in stacks/findings/checkov.toml."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.support.construct_paths import Synthesized, distinct
from tests.support.reviewed import Finding, differences, read_findings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CHECKOV = ROOT / ".venvs" / "gates" / "bin" / "checkov"
# Nothing listens there: whatever checkov wants to ask of anybody fails, and the gate is the same without a network.
OFFLINE = dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], "http://127.0.0.1:9")


def _check(files: Iterable[Path]) -> list[tuple[str, Path, str]]:
    """Check, file and logical id of whatever failed."""
    assert CHECKOV.exists(), "checkov is not installed: run `make .venvs/gates/.ready`"
    listed = [argument for file in files for argument in ("--file", str(file))]
    done = subprocess.run(
        [str(CHECKOV), "--framework", "cloudformation", "--skip-download", "--compact", "--output", "json", *listed],
        cwd=ROOT,
        env={**os.environ, **OFFLINE, "LOG_LEVEL": "ERROR"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    return [
        (failed["check_id"], Path(failed["file_abs_path"]), failed["resource"].rpartition(".")[2])
        for failed in report["results"]["failed_checks"]
    ]


def test_every_finding_is_reviewed_and_every_review_is_of_a_finding(stacks: Mapping[str, Synthesized]):
    by_file = {stack.file.resolve(): stack for stack in distinct(stacks.values())}
    found = {
        Finding(rule=check, at=by_file[file.resolve()].paths[logical_id]) for check, file, logical_id in _check(by_file)
    }
    problem = differences(found, read_findings("checkov.toml"), table="stacks/findings/checkov.toml")
    assert not problem, problem


def test_an_open_security_group_is_found(tmp_path):
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0", "Description": "anybody"}
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "open", "SecurityGroupIngress": [rule]},
    }
    file = tmp_path / "template.json"
    file.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Open": group}}))
    assert ("CKV_AWS_24", "Open") in {(check, logical_id) for check, _, logical_id in _check([file])}
