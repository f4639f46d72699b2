"""Synthesized templates as plain data, for assertions."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.node import node_environment

ROOT = Path(__file__).parents[2]
Resource = Mapping[str, Any]


@dataclass(frozen=True)
class Template:
    """One stack's template."""

    name: str
    json: Mapping[str, Any]

    def of_type(self, kind: str) -> dict[str, Resource]:
        """Logical id to resource, of one type (``AWS::S3::Bucket``)."""
        return {name: resource for name, resource in self.json.get("Resources", {}).items() if resource["Type"] == kind}

    def only(self, kind: str) -> Resource:
        """The one resource of a type."""
        found = self.of_type(kind)
        assert len(found) == 1, f"{self.name}: {len(found)} resources of type {kind}: {', '.join(found)}"
        return next(iter(found.values()))

    def properties(self, kind: str) -> Mapping[str, Any]:
        """The properties of the one resource of a type."""
        return self.only(kind).get("Properties", {})

    def named(self, kind: str, prefix: str) -> Resource:
        """The one resource of a type whose logical id begins with ``prefix``."""
        found = [resource for name, resource in self.of_type(kind).items() if name.startswith(prefix)]
        assert len(found) == 1, f"{self.name}: {len(found)} resources of type {kind} begin with {prefix}"
        return found[0]


@dataclass(frozen=True)
class Assembly:
    """All stages' templates: ``assembly["dev", "network"]``."""

    folder: Path
    templates: Mapping[tuple[str, str], Template]

    def __getitem__(self, key: tuple[str, str]) -> Template:
        return self.templates[key]

    def stage(self, name: str) -> list[Template]:
        """The templates of one stage."""
        return [template for (stage, _), template in self.templates.items() if stage == name]


def synthesize(folder: Path) -> None:
    """Run the tests' app (environments_app.py) into ``folder``."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.environments_app", str(folder)],
        cwd=ROOT,
        check=False,
        env={**os.environ, **node_environment(), "CDK_VALIDATION": "false"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"the synth failed:\n{done.stderr[-3000:]}"


def read_assembly(folder: Path) -> Assembly:
    """The templates of an assembly folder."""
    templates = {}
    for stage in sorted(folder.glob("assembly-*")):
        manifest = json.loads((stage / "manifest.json").read_text(encoding="utf-8"))
        for artifact in manifest["artifacts"].values():
            if artifact["type"] != "aws:cloudformation:stack":
                continue
            part = artifact["displayName"].rpartition("/")[2].partition(" ")[0]
            content = json.loads((stage / artifact["properties"]["templateFile"]).read_text(encoding="utf-8"))
            name = stage.name.removeprefix("assembly-")
            templates[name, part] = Template(f"{name}/{part}", content)
    return Assembly(folder, templates)


def statements(policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements of a policy document, Action and Resource always as lists."""
    listed = []
    for statement in policy["Statement"]:
        whole = dict(statement)
        for key in ("Action", "Resource"):
            if key in whole and not isinstance(whole[key], list):
                whole[key] = [whole[key]]
        listed.append(whole)
    return listed
