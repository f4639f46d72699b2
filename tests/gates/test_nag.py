"""cdk-nag, AwsSolutions and NIST 800-53 R5: every finding is reviewed, in stacks/findings.

One wildcard is one finding of the rule AwsSolutions-IAM5; its reason stands in wildcards.toml, with all the others.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.gates.reports import constructs, violations
from tests.support.construct_paths import Synthesized, place
from tests.support.reviewed import Finding, differences, read_findings, read_wildcards

pytestmark = pytest.mark.slow

_WILDCARD = re.compile(r"AwsSolutions-IAM5\[(Action|Resource)::(.*)\]")


def _findings(folder: Path, stacks: Mapping[str, Synthesized]) -> Iterator[Finding]:
    for _, violation in violations(folder):
        for path in constructs(violation):
            stack = stacks["/".join(path.split("/")[:2])]
            yield Finding(rule=stack.anywhere(violation["ruleName"]), at=place(path))


@pytest.fixture(scope="module")
def findings(assembly, stacks) -> list[Finding]:
    return list(_findings(assembly.folder, stacks))


def test_both_rule_packs_have_looked_at_the_templates(assembly):
    assert {plugin for plugin, _ in violations(assembly.folder)} == {"AwsSolutions", "NIST.800.53.R5"}


def test_every_finding_is_reviewed_and_every_review_is_of_a_finding(findings):
    others = [finding for finding in findings if not _WILDCARD.fullmatch(finding.rule)]
    problem = differences(others, read_findings("nag.toml"), table="stacks/findings/nag.toml")
    assert not problem, problem


def test_every_wildcard_that_cdk_nag_finds_is_reviewed_among_the_wildcards(findings):
    # A policy variable is written by cdk-nag like what another construct is.
    reviewed = {(wildcard.at, re.sub(r"\$\{(.*?)\}", r"<\1>", wildcard.what)) for wildcard in read_wildcards()}
    found = {
        (finding.at, f"{match[1]} {match[2]}") for finding in findings if (match := _WILDCARD.fullmatch(finding.rule))
    }
    assert sorted(found - reviewed) == []
