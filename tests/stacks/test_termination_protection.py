"""Which stacks nobody deletes by accident."""

import json

import pytest

from tests.support.templates import Assembly


@pytest.mark.parametrize(
    ("environment", "protected"),
    [("dev", set()), ("prod", {"api", "data", "inference", "network", "people", "training"})],
)
def test_production_keeps_what_holds_data_and_what_routing_needs(
    assembly: Assembly, environment: str, protected: set[str]
):
    manifest = json.loads((assembly.folder / f"assembly-{environment}" / "manifest.json").read_text(encoding="utf-8"))
    found = {
        artifact["displayName"].partition(" ")[0].rpartition("/")[2]
        for artifact in manifest["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack" and artifact["properties"].get("terminationProtection")
    }
    assert found == protected
