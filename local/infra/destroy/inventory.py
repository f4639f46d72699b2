"""What of an environment is in its account: plain facts, for the plan to decide on."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DeployedResource:
    """One resource of a deployed stack; ``physical_id`` is AWS's own name for it."""

    logical_id: str
    type: str
    physical_id: str


@dataclass(frozen=True, kw_only=True)
class DeployedStack:
    """One deployed stack: ``name`` within the environment (`data`), and CloudFormation's ``stack_name``."""

    name: str
    stack_name: str
    protected: bool
    resources: tuple[DeployedResource, ...]

    def of_type(self, type_: str) -> tuple[DeployedResource, ...]:
        """Its resources of one type."""
        return tuple(resource for resource in self.resources if resource.type == type_)


@dataclass(frozen=True, kw_only=True)
class StudioApp:
    """A running application of a Studio domain; ``owner`` is the name of a space or of a user profile."""

    domain: str
    owner: str
    in_space: bool
    type: str
    name: str


@dataclass(frozen=True, kw_only=True)
class StudioSpace:
    """A space of a Studio domain."""

    domain: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """All that matters for taking an environment down.

    ``file_systems``: those that SageMaker made for the environment's Studio domains, and for domains that are no more.
    ``security_groups``: those that SageMaker made for them. ``interfaces``: network interfaces of the VPC in use by
    nobody. ``executions``: pipeline executions under way. ``log_groups``: those named after the environment;
    ``shared_log_groups``: those of names that SageMaker fixes for all applications of an account. ``unknown``: what
    the endpoint could not list, in words.
    """

    stacks: tuple[DeployedStack, ...]
    domains: tuple[str, ...] = ()
    apps: tuple[StudioApp, ...] = ()
    spaces: tuple[StudioSpace, ...] = ()
    executions: tuple[str, ...] = ()
    file_systems: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()
    shared_log_groups: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def stack(self, name: str) -> DeployedStack | None:
        """The deployed stack called ``name`` within the environment."""
        return next((stack for stack in self.stacks if stack.name == name), None)
