"""Where a resource of a template stands in the construct tree, the same for every environment."""

import json
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.intrinsics import rendered


@dataclass(frozen=True, kw_only=True)
class Synthesized:
    """One stack's template, and what in it differs between environments."""

    file: Path
    part: str
    account: str
    environment: str
    paths: Mapping[str, str]
    """Logical id to place: ``api/ClassifyRole``."""
    exports: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What all stacks of the assembly export: name to ``<data/Exports.Arn>``."""

    @property
    def template(self) -> Mapping[str, Any]:
        return json.loads(self.file.read_text(encoding="utf-8"))

    def anywhere(self, text: str) -> str:
        """``text`` with places for logical ids, and without the account's number and the environment's name."""
        for name, place_of_it in self.exports.items():
            text = text.replace(name, place_of_it)
        text = re.sub(r"<(\w+)", lambda match: f"<{self.paths.get(match[1], match[1])}", text)
        return (
            text.replace(self.account, "ACCOUNT")
            .replace(f"mailroom-{self.environment}", "mailroom-ENV")
            .replace(f"mailroom/{self.environment}", "mailroom/ENV")
        )


def place(construct_path: str) -> str:
    """``dev/api/ClassifyRole/Resource`` as ``api/ClassifyRole``."""
    return construct_path.strip("/").partition("/")[2].removesuffix("/Resource")


def synthesized(assembly: Path) -> dict[str, Synthesized]:
    """All stacks of all stages of an assembly folder, by stage and part (``dev/api``)."""
    found = {f"{stage.name.removeprefix('assembly-')}/{one.part}": one for stage, one in _stacks(assembly)}
    exports = dict(pair for one in found.values() for pair in _exports(one))
    return {name: Synthesized(**{**vars(one), "exports": exports}) for name, one in found.items()}


def worth_a_look(stacks: Mapping[str, Synthesized]) -> list[Synthesized]:
    """Every stack of both environments, and of the variants those in which a resource has a shape that none before has:
    other properties, not other values. The rest would only take a checker's time."""
    seen: set[Hashable] = set()
    found = []
    for name, one in sorted(stacks.items(), key=lambda item: not item[0].startswith(("dev/", "prod/"))):
        new = {_shape(resource) for resource in one.template.get("Resources", {}).values()} - seen
        if new or name.startswith(("dev/", "prod/")):
            found.append(one)
        seen |= new
    return found


def _shape(value: Any) -> Hashable:
    if isinstance(value, dict):
        return frozenset((key, _shape(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return frozenset(map(_shape, value))
    return type(value)


def _stacks(assembly: Path) -> Iterable[tuple[Path, Synthesized]]:
    for stage in sorted(assembly.glob("assembly-*")):
        artifacts = json.loads((stage / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
        for artifact_id, artifact in sorted(artifacts.items()):
            if artifact["type"] != "aws:cloudformation:stack":
                continue
            properties = artifact["properties"]
            _, environment, part = properties["stackName"].split("-", 2)
            metadata = json.loads((stage / f"{artifact_id}.metadata.json").read_text(encoding="utf-8"))
            yield (
                stage,
                Synthesized(
                    file=stage / properties["templateFile"],
                    part=part,
                    account=artifact["environment"].removeprefix("aws://").partition("/")[0],
                    environment=environment,
                    paths={
                        entry["data"]: place(path)
                        for path, entries in metadata.items()
                        for entry in entries
                        if entry["type"] == "aws:cdk:logicalId"
                    },
                ),
            )


def _exports(stack: Synthesized) -> Iterable[tuple[str, str]]:
    for output in stack.template.get("Outputs", {}).values():
        value = rendered(output["Value"])
        if "Export" in output and value is not None:
            yield output["Export"]["Name"], stack.anywhere(value)
