"""One snapshot per stack, of nothing but what must not be replaced by accident."""

import json
from dataclasses import replace

from tests.support.kept_resources import kept_resources, snapshots
from tests.support.templates import Assembly, Template


def test_what_holds_data_or_a_name_keeps_its_logical_id_and_its_fate(assembly: Assembly):
    assert kept_resources(assembly) == snapshots()


def test_prods_data_outlive_their_stack(assembly: Assembly):
    assert set(kept_resources(assembly)["data"]["prod"].values()) == {
        "AWS::DynamoDB::Table Retain",
        "AWS::KMS::Key Retain",
        "AWS::S3::Bucket Retain",
    }


def test_a_renamed_construct_is_noticed(assembly: Assembly):
    text = json.dumps(assembly["prod", "data"].json).replace("Ledger", "Register")
    renamed = {**assembly.templates, ("prod", "data"): Template("prod/data", json.loads(text))}
    changed = kept_resources(replace(assembly, templates=renamed))
    assert changed["data"]["prod"] != snapshots()["data"]["prod"]
    assert changed["data"]["dev"] == snapshots()["data"]["dev"]
