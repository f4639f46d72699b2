"""Reading a synthesized assembly."""

import pytest

from local.infra.assembly import read_assembly
from local.infra.errors import AssemblyError
from tests.support.assemblies import HandMade

BUCKET = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}


def test_each_stack_comes_after_those_it_needs_whatever_their_names(write_assembly):
    folder = write_assembly(
        {
            "dev/api": HandMade(resources={}, needs=("dev/network", "dev/vault")),
            "dev/network": HandMade(resources={}, needs=("dev/vault",)),
            "dev/vault": HandMade(resources={}),
            "prod/vault": HandMade(resources={}),
        }
    )
    assembly = read_assembly(folder)
    assert [stack.path for stack in assembly.stacks] == ["dev/vault", "dev/network", "dev/api", "prod/vault"]
    assert assembly.environment("dev")[2].needs == ("dev/network", "dev/vault")


def test_a_stack_is_read_with_its_names_account_resources_and_protection(write_assembly):
    resources = {"B": BUCKET, "CDKMetadata": {"Type": "AWS::CDK::Metadata"}}
    (stack,) = read_assembly(write_assembly({"prod/data": HandMade(resources=resources, protected=True)})).stacks
    assert (stack.environment, stack.name, stack.stack_name) == ("prod", "data", "mailroom-prod-data")
    assert (stack.account, stack.region, stack.termination_protection) == ("444455556666", "eu-central-1", True)
    assert [(found.logical_id, found.type, found.deletion_policy) for found in stack.resources] == [
        ("B", "AWS::S3::Bucket", "Retain")
    ]


def test_a_folder_without_an_assembly_is_refused_with_what_to_run(tmp_path):
    with pytest.raises(AssemblyError, match=r"holds no synthesized templates: make it with `make synth`\.$"):
        read_assembly(tmp_path)


def test_a_damaged_template_is_refused_with_its_name(write_assembly):
    folder = write_assembly({"dev/data": HandMade(resources={})})
    (folder / "assembly-dev" / "devdata.template.json").write_text("{", encoding="utf-8")
    with pytest.raises(AssemblyError, match=r"devdata\.template\.json is missing or damaged"):
        read_assembly(folder)


def test_an_unknown_environment_is_refused_with_those_there_are(write_assembly):
    assembly = read_assembly(write_assembly({"dev/data": HandMade(resources={})}))
    with pytest.raises(AssemblyError, match=r"holds no environment 'prd'; it holds: dev\."):
        assembly.environment("prd")
