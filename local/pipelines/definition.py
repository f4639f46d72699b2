"""A pipeline definition as steps that wait for each other.

https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.pipelines.errors import DefinitionError
from local.pipelines.expressions import references

BRANCHES = {"IfSteps": "True", "ElseSteps": "False"}
"""The branches of a condition, and the outcome that takes each."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """``needs``: the steps that must have succeeded before; ``branch``: the condition in whose branch it stands and
    the outcome that leads there, None for a step of the pipeline itself."""

    name: str
    type: str
    arguments: Mapping[str, Any]
    needs: frozenset[str]
    branch: tuple[str, str] | None
    retry_policies: Sequence[Mapping[str, Any]]
    property_files: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """All steps by name, those in branches too."""

    steps: Mapping[str, Step]

    def step(self, name: str) -> Step:
        """A step; raises DefinitionError if there is none of that name."""
        if name not in self.steps:
            raise DefinitionError(f"The definition refers to the step {name}, which it does not have.")
        return self.steps[name]


def read_definition(content: Mapping[str, Any], *, types: frozenset[str]) -> Definition:
    """Read a definition whose steps are of these types.

    Raises:
        DefinitionError: a step is of another type or form, two have one name, or steps wait for each other or for none.
    """
    try:
        listed = list(_steps(content.get("Steps", []), None))
    except (AttributeError, LookupError, TypeError, ValueError):
        raise DefinitionError("The definition has a step that is not of the form that its schema asks for.") from None
    steps: dict[str, Step] = {}
    for step in listed:
        if step.type not in types:
            raise DefinitionError(
                f"The step {step.name} is of type {step.type}, which is not run here; known are {_listed(types)}."
            )
        if step.name in steps:
            raise DefinitionError(f"Two steps have the name {step.name}.")
        steps[step.name] = step
    definition = Definition(steps=steps)
    _check_order(definition)
    return definition


def _steps(listed: Sequence[Mapping[str, Any]], branch: tuple[str, str] | None) -> Iterator[Step]:
    for one in listed:
        name, kind = _text(one, "Name"), _text(one, "Type")
        arguments = one.get("Arguments", {})
        is_condition = kind == "Condition"
        # What stands in a condition's branches waits for itself.
        own = {key: inner for key, inner in arguments.items() if not (is_condition and key in BRANCHES)}
        named = {other.split(".")[1] for other in references(own) if other.startswith("Steps.")}
        yield Step(
            name=name,
            type=kind,
            arguments=own,
            needs=frozenset(named | set(one.get("DependsOn", [])) | ({branch[0]} if branch else set())),
            branch=branch,
            retry_policies=one.get("RetryPolicies", []),
            property_files={file["PropertyFileName"]: file for file in one.get("PropertyFiles", [])},
        )
        if is_condition:
            for key, outcome in BRANCHES.items():
                yield from _steps(arguments.get(key, []), (name, outcome))


def _text(step: Mapping[str, Any], key: str) -> str:
    value = step.get(key)
    if not isinstance(value, str) or not value:
        which = f"The step {step['Name']}" if step.get("Name") else "A step"
        raise DefinitionError(f"{which} of the definition has no {key}.")
    return value


def _check_order(definition: Definition) -> None:
    done: set[str] = set()
    waiting = dict(definition.steps)
    while waiting:
        ready = [
            name for name, step in waiting.items() if all(definition.step(need).name in done for need in step.needs)
        ]
        if not ready:
            raise DefinitionError(f"These steps wait for each other: {_listed(waiting)}.")
        for name in ready:
            del waiting[name]
        done.update(ready)


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
