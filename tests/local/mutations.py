"""Synthesized assemblies with something taken out of a template."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.infra.assembly import read_json

Template = dict[str, Any]
Mutation = Callable[[Template], None]


def mutated(assembly: Path, folder: Path, mutations: dict[str, tuple[Mutation, ...]]) -> Path:
    """A copy of ``assembly`` in ``folder``; ``mutations`` by the stack's path (``dev/api``)."""
    shutil.copytree(assembly, folder)
    for path, changes in mutations.items():
        (file,) = folder.glob(f"assembly-{path.partition('/')[0]}/{path.replace('/', '')}????????.template.json")
        template = read_json(file)
        for change in changes:
            change(template)
        file.write_text(json.dumps(template), encoding="utf-8")
    return folder


def without(template: Template, kind: str, matches: Callable[[Template], bool]) -> None:
    """Take out the resources of a type whose properties match, and what waits for them; at least one must."""
    resources = template["Resources"]
    gone = [name for name, one in resources.items() if one["Type"] == kind and matches(one["Properties"])]
    assert gone, f"no {kind} matches"
    for name in gone:
        del resources[name]
    for one in resources.values():
        if isinstance(one.get("DependsOn"), list):
            one["DependsOn"] = [name for name in one["DependsOn"] if name not in gone]


def the(template: Template, kind: str, matches: Callable[[Template], bool] = lambda _: True) -> Template:
    """The properties of the one resource of a type that matches."""
    (found,) = [
        one["Properties"]
        for one in template["Resources"].values()
        if one["Type"] == kind and matches(one["Properties"])
    ]
    properties: Template = found
    return properties
