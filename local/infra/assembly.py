"""A synthesized cloud assembly, read from its folder: environments, their stacks, templates and dependencies.

The layout is the CDK's: `manifest.json` names one nested assembly per Stage, whose own manifest names the stacks
(https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.infra.errors import AssemblyError

DEFAULT_FOLDER = Path("build/cdk.out")
MAKE_IT = "make it with `make synth`"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a template; ``properties`` hold CloudFormation's intrinsic functions as they are written."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    deletion_policy: str


@dataclass(frozen=True, kw_only=True)
class SynthesizedStack:
    """One stack of one environment.

    ``path`` is how the CDK command line selects it (`dev/network`), ``stack_name`` is CloudFormation's name, ``needs``
    are the paths of the stacks that are deployed before it.
    """

    environment: str
    name: str
    path: str
    stack_name: str
    account: str
    region: str
    template: Mapping[str, Any]
    needs: tuple[str, ...]
    termination_protection: bool

    @property
    def resources(self) -> tuple[Resource, ...]:
        """All resources but the CDK's own metadata, in the template's order."""
        return resources_of(self.template)


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """All stacks of all environments, each after those it needs."""

    folder: Path
    stacks: tuple[SynthesizedStack, ...]

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments' names, sorted."""
        return tuple(sorted({stack.environment for stack in self.stacks}))

    def environment(self, name: str) -> tuple[SynthesizedStack, ...]:
        """The stacks of one environment, each after those it needs.

        Raises:
            AssemblyError: the assembly holds no such environment.
        """
        found = tuple(stack for stack in self.stacks if stack.environment == name)
        if not found:
            known = ", ".join(self.environments) or "none"
            raise AssemblyError(f"{self.folder} holds no environment {name!r}; it holds: {known}.")
        return found


def with_needs(stacks: Sequence[SynthesizedStack], path: str) -> tuple[str, ...]:
    """The paths of a stack and of all it needs, directly or not, in the order of ``stacks``.

    Raises:
        AssemblyError: no stack has that path.
    """
    by_path = {stack.path: stack for stack in stacks}
    if path not in by_path:
        raise AssemblyError(f"The synthesized templates hold no stack {path}: {MAKE_IT}.")
    found, waiting = set(), [path]
    while waiting:
        needed = waiting.pop()
        found.add(needed)
        waiting.extend(by_path[needed].needs)
    return tuple(stack.path for stack in stacks if stack.path in found)


def resources_of(template: Mapping[str, Any]) -> tuple[Resource, ...]:
    """A template's resources but the CDK's own metadata, in the template's order."""
    return tuple(
        Resource(
            logical_id=logical_id,
            type=body["Type"],
            properties=body.get("Properties", {}),
            deletion_policy=body.get("DeletionPolicy", "Delete"),
        )
        for logical_id, body in template.get("Resources", {}).items()
        if body["Type"] != "AWS::CDK::Metadata"
    )


def read_assembly(folder: Path) -> Assembly:
    """Read the assembly in ``folder``.

    Raises:
        AssemblyError: there is none, or it is damaged.
    """
    if not (folder / "manifest.json").exists():
        raise AssemblyError(f"{folder} holds no synthesized templates: {MAKE_IT}.")
    stages = [
        folder / artifact["properties"]["directoryName"]
        for _, artifact in _artifacts(folder)
        if artifact["type"] == "cdk:cloud-assembly"
    ]
    return Assembly(folder=folder, stacks=tuple(stack for stage in sorted(stages) for stack in _ordered(stage)))


def read_json(file: Path) -> Any:
    """The content of a JSON file of an assembly.

    Raises:
        AssemblyError: it is missing or damaged.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AssemblyError(f"{file} is missing or damaged: {MAKE_IT}.") from error


def _artifacts(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    manifest = read_json(folder / "manifest.json")
    yield from sorted(manifest.get("artifacts", {}).items())


def _ordered(stage: Path) -> Iterator[SynthesizedStack]:
    artifacts = dict(_artifacts(stage))
    ids = [name for name, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"]
    done: set[str] = set()
    while remaining := [name for name in ids if name not in done]:
        ready = [name for name in remaining if all(need in done for need in _needs(artifacts[name], ids))]
        if not ready:
            raise AssemblyError(f"The stacks of {stage} need each other in a circle: {', '.join(remaining)}.")
        for name in ready:
            yield _stack(stage, artifacts[name], [artifacts[need] for need in _needs(artifacts[name], ids)])
        done.update(ready)


def _needs(artifact: Mapping[str, Any], ids: list[str]) -> list[str]:
    # Beside stacks, a stack depends on its own asset manifest.
    return [name for name in artifact.get("dependencies", ()) if name in ids]


def _stack(stage: Path, artifact: Mapping[str, Any], needed: list[Mapping[str, Any]]) -> SynthesizedStack:
    path = artifact["displayName"].partition(" ")[0]
    environment, _, name = path.partition("/")
    account, region = artifact["environment"].removeprefix("aws://").split("/")
    properties = artifact["properties"]
    return SynthesizedStack(
        environment=environment,
        name=name,
        path=path,
        stack_name=properties["stackName"],
        account=account,
        region=region,
        template=read_json(stage / properties["templateFile"]),
        needs=tuple(sorted(other["displayName"].partition(" ")[0] for other in needed)),
        termination_protection=properties.get("terminationProtection", False),
    )
