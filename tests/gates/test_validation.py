"""The CDK's own validation of the templates against CloudFormation's schemas and rules."""

import re

import pytest

from tests.gates.reports import ROOT, constructs, run_app, violations

pytestmark = pytest.mark.slow


def test_app_py_synthesizes_without_an_error_or_a_warning(application):
    assert [(plugin, one["description"], constructs(one)) for plugin, one in violations(application)] == []


def test_what_is_acknowledged_names_one_construct_and_a_reason_and_is_still_found(application):
    acknowledged = [one for _, one in violations(application, suppressed=True)]
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "stacks").rglob("*.py"))
    in_code = set(re.findall(r'id="CloudFormation-Validate::(\w+)"', sources))
    assert {one["ruleName"] for one in acknowledged} == in_code
    assert [one for one in acknowledged if len(one["reason"]) < 20] == []
    # Not at a stack or stage, where it would cover what comes later.
    assert [one for one in acknowledged if one["acknowledgedAt"].count("/") < 2] == []


def test_an_error_ends_the_synth(tmp_path):
    done = run_app(["-m", "tests.gates.broken_app"], outdir=tmp_path)
    assert done.returncode != 0
    assert {path for _, one in violations(tmp_path) for path in constructs(one)} == {"broken/Key"}
