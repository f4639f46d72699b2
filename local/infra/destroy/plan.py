"""What to delete, in which order, and what to keep: a pure function of an inventory and the synthesized stacks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from local.infra.assembly import SynthesizedStack, with_needs
from local.infra.destroy.inventory import DeployedStack, Inventory
from local.infra.destroy.kept import (
    DATA_STACK,
    Kept,
    kept_resource,
    kept_stack,
    shared_log_group,
    undeclared_stack,
)

NETWORK_STACK = "network"


class Phase(Enum):
    """The order: a phase is looked at anew when the one before it is done."""

    BEFORE_STACKS = 1
    STACKS = 2
    LEFT_BEHIND = 3
    NETWORK = 4
    RETAINED = 5


class Kind(Enum):
    """What is done to a target; the value is how it reads."""

    DELETE_APP = "delete Studio app"
    DELETE_SPACE = "delete Studio space"
    STOP_EXECUTION = "stop pipeline execution"
    EMPTY_BUCKET = "empty bucket"
    DELETE_MODEL_PACKAGES = "delete the registered versions of"
    LIFT_PROTECTION = "lift the termination protection of"
    DESTROY_STACK = "destroy stack"
    DELETE_FILE_SYSTEM = "delete Studio's file system"
    DELETE_SECURITY_GROUP = "delete Studio's security group"
    DELETE_LOG_GROUP = "delete log group"
    DELETE_INTERFACE = "delete network interface"
    DELETE_BUCKET = "delete bucket, with all versions of all objects"
    DELETE_TABLE = "delete table"
    SCHEDULE_KEY_DELETION = "schedule the deletion of key"


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing to do. ``target`` is what boto3 or the CDK knows it by; ``within`` is what it belongs to."""

    phase: Phase
    kind: Kind
    target: str
    within: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind.value} {self.target}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Actions in order, and what stays."""

    actions: tuple[Action, ...]
    kept: tuple[Kept, ...]

    def of(self, phase: Phase) -> tuple[Action, ...]:
        """The actions of one phase."""
        return tuple(action for action in self.actions if action.phase is phase)


# Of a stack that goes, CloudFormation cannot delete these while they hold something.
_EMPTIED_FIRST = {
    "AWS::S3::Bucket": Kind.EMPTY_BUCKET,
    "AWS::SageMaker::ModelPackageGroup": Kind.DELETE_MODEL_PACKAGES,
}
# What a stack leaves behind on purpose, and how it goes when customer data shall go too.
_RETAINED = {
    "AWS::S3::Bucket": Kind.DELETE_BUCKET,
    "AWS::DynamoDB::Table": Kind.DELETE_TABLE,
    "AWS::KMS::Key": Kind.SCHEDULE_KEY_DELETION,
    "AWS::Logs::LogGroup": Kind.DELETE_LOG_GROUP,
}


def plan(
    inventory: Inventory,
    declared: Sequence[SynthesizedStack],
    *,
    with_data: bool,
    key_usd: float,
) -> Plan:
    """The way to take an environment down.

    ``declared`` are its stacks, each after those it needs. Without ``with_data`` the data stack stays, and whatever it
    needs. ``key_usd``: what a key costs a month. Log groups whose names all applications of an account share are not
    touched, unless a stack declares them: then they go with it.
    """
    going = _going(inventory, declared, with_data=with_data)
    names = {stack.name for stack in declared}
    inside = _needing_the_network(declared)
    retained = [(stack, logical_id) for stack in declared for logical_id in _retained_ids(stack) if stack in going]
    actions = [
        *_before(inventory, going),
        *_stacks(inventory, [stack for stack in reversed(going) if stack.path in inside], Phase.STACKS),
        *_left_behind(inventory),
        *_stacks(inventory, [stack for stack in reversed(going) if stack.path not in inside], Phase.NETWORK),
    ]
    kept = [
        *(
            kept_stack(deployed, key_usd=key_usd)
            for deployed in inventory.stacks
            if deployed.name in names and deployed.name not in {stack.name for stack in going}
        ),
        *(undeclared_stack(deployed) for deployed in inventory.stacks if deployed.name not in names),
        *(
            shared_log_group(name)
            for name in inventory.shared_log_groups
            if name not in _declared_log_groups(inventory)
        ),
    ]
    for stack, logical_id in retained:
        resource = next(
            (found for found in _deployed(inventory, stack).resources if found.logical_id == logical_id), None
        )
        if resource is None:
            continue
        if with_data and resource.type in _RETAINED:
            actions.append(Action(phase=Phase.RETAINED, kind=_RETAINED[resource.type], target=resource.physical_id))
        else:
            kept.append(kept_resource(resource, stack=stack.name, key_usd=key_usd))
    # Keys last: what they encrypt can still be read, should something before them fail.
    actions.sort(key=lambda action: (action.phase.value, action.kind is Kind.SCHEDULE_KEY_DELETION))
    return Plan(actions=tuple(actions), kept=tuple(kept))


def _going(
    inventory: Inventory, declared: Sequence[SynthesizedStack], *, with_data: bool
) -> tuple[SynthesizedStack, ...]:
    """The deployed stacks that go: all but the data stack and what it needs, directly or not."""
    staying: set[str] = set()
    if not with_data and inventory.stack(DATA_STACK):
        data = [stack.path for stack in declared if stack.name == DATA_STACK]
        staying = {path for one in data for path in with_needs(declared, one)}
    return tuple(stack for stack in declared if inventory.stack(stack.name) and stack.path not in staying)


def _needing_the_network(declared: Sequence[SynthesizedStack]) -> frozenset[str]:
    """The paths of the stacks that need the network, directly or not: what they leave in it goes before it does."""
    found: set[str] = set()
    network = {stack.path for stack in declared if stack.name == NETWORK_STACK}
    for stack in declared:
        if not (found | network).isdisjoint(stack.needs):
            found.add(stack.path)
    return frozenset(found)


def _before(inventory: Inventory, going: Sequence[SynthesizedStack]) -> Iterator[Action]:
    phase = Phase.BEFORE_STACKS
    for app in inventory.apps:
        owner = ("space" if app.in_space else "user profile", app.owner)
        yield Action(phase=phase, kind=Kind.DELETE_APP, target=app.name, within=(app.domain, *owner, app.type))
    for space in inventory.spaces:
        yield Action(phase=phase, kind=Kind.DELETE_SPACE, target=space.name, within=(space.domain,))
    for execution in inventory.executions:
        yield Action(phase=phase, kind=Kind.STOP_EXECUTION, target=execution)
    for stack in going:
        retained = _retained_ids(stack)
        for resource in _deployed(inventory, stack).resources:
            if resource.type in _EMPTIED_FIRST and resource.logical_id not in retained:
                yield Action(phase=phase, kind=_EMPTIED_FIRST[resource.type], target=resource.physical_id)


def _stacks(inventory: Inventory, stacks: Sequence[SynthesizedStack], phase: Phase) -> Iterator[Action]:
    for stack in stacks:
        if _deployed(inventory, stack).protected:
            yield Action(phase=phase, kind=Kind.LIFT_PROTECTION, target=stack.stack_name)
        yield Action(phase=phase, kind=Kind.DESTROY_STACK, target=stack.path)


def _declared_log_groups(inventory: Inventory) -> frozenset[str]:
    """Those that go with their stack, or are kept on purpose."""
    return frozenset(
        resource.physical_id for deployed in inventory.stacks for resource in deployed.of_type("AWS::Logs::LogGroup")
    )


def _left_behind(inventory: Inventory) -> Iterator[Action]:
    phase = Phase.LEFT_BEHIND
    own = _declared_log_groups(inventory)
    for file_system in inventory.file_systems:
        yield Action(phase=phase, kind=Kind.DELETE_FILE_SYSTEM, target=file_system)
    for group in inventory.security_groups:
        yield Action(phase=phase, kind=Kind.DELETE_SECURITY_GROUP, target=group)
    for log_group in inventory.log_groups:
        if log_group not in own:
            yield Action(phase=phase, kind=Kind.DELETE_LOG_GROUP, target=log_group)
    for interface in inventory.interfaces:
        yield Action(phase=phase, kind=Kind.DELETE_INTERFACE, target=interface)


def _retained_ids(stack: SynthesizedStack) -> tuple[str, ...]:
    return tuple(resource.logical_id for resource in stack.resources if resource.deletion_policy != "Delete")


def _deployed(inventory: Inventory, stack: SynthesizedStack) -> DeployedStack:
    deployed = inventory.stack(stack.name)
    assert deployed is not None, "only deployed stacks go"
    return deployed
