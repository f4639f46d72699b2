"""Keeping the templates of a release."""

import pytest

from local.infra.assembly import read_assembly
from local.infra.errors import AssemblyError
from local.infra.saved_templates import load_templates, save_templates, saved_version
from tests.support.assemblies import HandMade

QUEUE = {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30, "QueueName": "ü"}}}


def test_saved_templates_come_back_by_environment_and_stack(write_assembly, tmp_path):
    folder = write_assembly({"dev/a": HandMade(resources=QUEUE), "prod/a": HandMade(resources={})})
    save_templates(read_assembly(folder).stacks, tmp_path / "saved", version="1.2.3")
    assert load_templates(tmp_path / "saved", "dev") == {"a": {"Resources": QUEUE, "Outputs": {}}}
    assert saved_version(tmp_path / "saved") == "1.2.3"


def test_keys_are_sorted_and_every_value_has_a_line_of_its_own(write_assembly, tmp_path):
    save_templates(
        read_assembly(write_assembly({"dev/a": HandMade(resources=QUEUE)})).stacks, tmp_path, version="1.0.0"
    )
    assert (tmp_path / "dev" / "a.json").read_text(encoding="utf-8").splitlines() == [
        "{",
        ' "Outputs": {},',
        ' "Resources": {',
        '  "Queue": {',
        '   "Properties": {',
        '    "QueueName": "ü",',
        '    "VisibilityTimeout": 30',
        "   },",
        '   "Type": "AWS::SQS::Queue"',
        "  }",
        " }",
        "}",
    ]


def test_a_stack_that_is_gone_leaves_no_file_behind(write_assembly, tmp_path):
    two = write_assembly({"dev/a": HandMade(resources={}), "dev/b": HandMade(resources={})})
    save_templates(read_assembly(two).stacks, tmp_path / "saved", version="1.0.0")
    one = write_assembly({"dev/a": HandMade(resources={})}, tmp_path / "later")
    save_templates(read_assembly(one).stacks, tmp_path / "saved", version="1.1.0")
    assert set(load_templates(tmp_path / "saved", "dev")) == {"a"}


def test_without_saved_templates_the_sentence_says_how_to_save_them(tmp_path):
    with pytest.raises(AssemblyError, match=r"holds no templates of dev: save them with `make save-templates`\."):
        load_templates(tmp_path, "dev")


def test_a_version_is_three_numbers(tmp_path):
    with pytest.raises(AssemblyError, match=r"^A version has the form 1\.2\.3, not 'today'\.$"):
        save_templates([], tmp_path, version="today")
