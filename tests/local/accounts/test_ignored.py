"""The list of what the emulator leaves out is neither too short nor too long, and each line's test is there."""

from pathlib import Path

import pytest

from local.accounts.ignored import NOT_MADE, RECORDED_ONLY, ignored_types, report
from tests.support.templates import Assembly

ROOT = Path(__file__).parents[3]


def test_every_ignored_type_of_the_two_accounts_has_a_line_and_no_line_is_stale(assembly: Assembly):
    templates = [template.json for stage in ("dev", "prod") for template in assembly.stage(stage)]
    assert set(ignored_types(templates)) == set(NOT_MADE)


@pytest.mark.parametrize("name", sorted(NOT_MADE))
def test_the_named_test_asserts_on_the_type(name: str):
    assert name in (ROOT / NOT_MADE[name].test).read_text(encoding="utf-8")


@pytest.mark.parametrize("what", sorted(RECORDED_ONLY))
def test_the_named_test_of_what_has_no_effect_exists(what: str):
    assert (ROOT / RECORDED_ONLY[what].test).is_file()


def test_a_type_is_ignored_if_neither_moto_nor_the_tables_know_it():
    resources = ["AWS::SQS::Queue", "AWS::SageMaker::Pipeline", "AWS::CDK::Metadata", "AWS::QLDB::Ledger"]
    template = {"Resources": {str(number): {"Type": name} for number, name in enumerate(resources)}}
    assert ignored_types([template]) == ("AWS::QLDB::Ledger",)


def test_a_type_without_a_line_says_so():
    assert report(["AWS::QLDB::Ledger"])[:2] == [
        "Not made here, but proven on the templates:",
        "  AWS::QLDB::Ledger: nothing proves it: give it a line in local/accounts/ignored.py",
    ]
