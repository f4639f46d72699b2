"""Cloud assemblies written by hand, in the CDK's layout: two environments, any stacks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REGION = "eu-central-1"
ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}


@dataclass(frozen=True, kw_only=True)
class HandMade:
    """One stack of a hand-made assembly."""

    resources: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    protected: bool = False


def write_assembly(stacks: Mapping[str, HandMade], folder: Path) -> Path:
    """Write stacks, by their path (`dev/data`), into ``folder``; returns it."""
    environments = sorted({path.partition("/")[0] for path in stacks})
    root = {
        f"assembly-{name}": {
            "type": "cdk:cloud-assembly",
            "properties": {"directoryName": f"assembly-{name}", "displayName": name},
        }
        for name in environments
    }
    _write(folder / "manifest.json", {"version": "55.0.0", "artifacts": root})
    _write(folder / "tree.json", {"version": "tree-0.1", "tree": _tree(stacks)})
    for environment in environments:
        artifacts = {}
        for path, stack in stacks.items():
            if not path.startswith(f"{environment}/"):
                continue
            artifact, file = path.replace("/", ""), f"{path.replace('/', '')}.template.json"
            template = {"Resources": stack.resources, "Outputs": stack.outputs}
            _write(folder / f"assembly-{environment}" / file, template)
            artifacts[artifact] = {
                "type": "aws:cloudformation:stack",
                "environment": f"aws://{ACCOUNTS[environment]}/{REGION}",
                "properties": {
                    "templateFile": file,
                    "stackName": f"mailroom-{path.replace('/', '-')}",
                    "terminationProtection": stack.protected,
                },
                "dependencies": [need.replace("/", "") for need in stack.needs],
                "displayName": path,
            }
        _write(folder / f"assembly-{environment}" / "manifest.json", {"version": "55.0.0", "artifacts": artifacts})
    return folder


def _tree(stacks: Mapping[str, HandMade]) -> dict[str, Any]:
    children: dict[str, Any] = {}
    for path, stack in stacks.items():
        environment, _, name = path.partition("/")
        stage = children.setdefault(environment, {"id": environment, "path": environment, "children": {}})
        stage["children"][name] = {
            "id": name,
            "path": path,
            "children": {
                logical_id: {
                    "id": logical_id,
                    "path": f"{path}/{logical_id}",
                    "attributes": {"aws:cdk:cloudformation:logicalId": logical_id},
                }
                for logical_id in stack.resources
            },
        }
    return {"id": "App", "path": "", "children": children}


def _write(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")
