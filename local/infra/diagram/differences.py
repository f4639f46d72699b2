"""How two environments differ, beyond their names and accounts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.infra.assembly import SynthesizedStack
from local.infra.intrinsics import as_text

# These differ wherever names do, and say nothing.
_IGNORED = frozenset({"Tags", "Description", "S3Key", "DeploymentId"})
# A name that the CDK makes of a hash over the environment's own name.
_RENAMED = ("AWS::ApiGateway::Deployment", "AWS::ApiGateway::UsagePlanKey", "AWS::Lambda::Permission")
_LONGEST = 100


def differences(first: Sequence[SynthesizedStack], second: Sequence[SynthesizedStack]) -> tuple[str, ...]:
    """A line for each resource that only one environment has, and for each property with another value."""
    ours = {stack.name: stack for stack in first}
    theirs = {stack.name: stack for stack in second}
    return tuple(line for name in ours for line in _of(ours[name], theirs.get(name))) + tuple(
        f"{name}: only in {theirs[name].environment}" for name in theirs if name not in ours
    )


def _of(ours: SynthesizedStack, theirs: SynthesizedStack | None) -> Iterator[str]:
    if theirs is None:
        yield f"{ours.name}: only in {ours.environment}"
        return
    left = {resource.logical_id: resource for resource in ours.resources}
    right = {resource.logical_id: resource for resource in theirs.resources}
    for stack, only in ((ours, left.keys() - right.keys()), (theirs, right.keys() - left.keys())):
        side = left if stack is ours else right
        for logical_id in sorted(id_ for id_ in only if side[id_].type not in _RENAMED):
            yield f"{stack.name}: {side[logical_id].type} {logical_id} only in {stack.environment}"
    for logical_id in sorted(left.keys() & right.keys()):
        mine, other = _leaves(left[logical_id].properties, ours), _leaves(right[logical_id].properties, theirs)
        for path in sorted(mine.keys() | other.keys()):
            if mine.get(path) != other.get(path):
                yield (
                    f"{ours.name}: {logical_id}.{path}: {mine.get(path, 'not set')} in {ours.environment}, "
                    f"{other.get(path, 'not set')} in {theirs.environment}"
                )


def _leaves(value: Any, stack: SynthesizedStack, path: str = "") -> dict[str, str]:
    """Property paths and their values, with the environment's own name and account taken out."""
    if isinstance(value, Mapping) and not any(key == "Ref" or key.startswith("Fn::") for key in value):
        pairs = [(key, child) for key, child in value.items() if key not in _IGNORED]
    elif isinstance(value, list):
        pairs = [(str(number), child) for number, child in enumerate(value)]
    else:
        neutral = as_text(value).replace(stack.account, "ACCOUNT")
        neutral = re.sub(rf"(?<=mailroom[-/ ]){stack.environment}\b", "ENV", neutral, flags=re.IGNORECASE)
        return {path: neutral if len(neutral) <= _LONGEST else f"a text of {len(neutral)} characters"}
    return {
        key: leaf
        for name, child in pairs
        for key, leaf in _leaves(child, stack, f"{path}.{name}" if path else name).items()
    }
