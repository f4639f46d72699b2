"""What a teardown keeps: why, at what cost, and how it would go."""

from dataclasses import dataclass

from local.infra.destroy.inventory import DeployedResource, DeployedStack

DATA_STACK = "data"
_KEY = "AWS::KMS::Key"
_BY_CONTENT = {
    "AWS::S3::Bucket": "what its objects cost",
    "AWS::DynamoDB::Table": "what its rows cost",
    "AWS::Logs::LogGroup": "what its stored lines cost",
}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One thing that stays; all texts are clauses for a person."""

    what: str
    reason: str
    cost: str
    removal: str

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}; costs {self.cost}; {self.removal}"


def kept_stack(stack: DeployedStack, *, key_usd: float) -> Kept:
    """The data stack, or one that it needs; a key costs ``key_usd`` US dollars a month."""
    keys = len(stack.of_type(_KEY))
    counts = [
        f"{keys * key_usd:.2f} USD a month for {keys} keys" if keys else "",
        *(
            f"{cost} ({len(stack.of_type(type_))} x {type_.rpartition('::')[2]})"
            for type_, cost in _BY_CONTENT.items()
            if stack.of_type(type_)
        ),
    ]
    holds = stack.name == DATA_STACK
    return Kept(
        what=f"stack {stack.stack_name}",
        reason="it holds customer data, models and their keys" if holds else f"the stack {DATA_STACK} needs it",
        cost=" and ".join(filter(None, counts)) or "nothing by itself",
        removal="`--data` deletes it too, for good",
    )


def kept_resource(resource: DeployedResource, *, stack: str, key_usd: float) -> Kept:
    """A resource that its stack declares to outlive it."""
    cost = f"{key_usd:.2f} USD a month" if resource.type == _KEY else _BY_CONTENT.get(resource.type, "nothing known")
    return Kept(
        what=f"{resource.type} {resource.physical_id}",
        reason=f"the stack {stack} declares that it outlives the stack",
        cost=cost,
        removal="`--data` deletes it too, for good" if resource.type in {_KEY, *_BY_CONTENT} else "delete it by hand",
    )


def shared_log_group(name: str) -> Kept:
    """A log group of a name that SageMaker fixes, which no stack of the environment declares."""
    return Kept(
        what=f"log group {name}",
        reason="SageMaker gives every application of the account this one, and no stack of the environment declares it",
        cost=_BY_CONTENT["AWS::Logs::LogGroup"],
        removal="delete it by hand once nothing else in the account uses SageMaker",
    )


def undeclared_stack(stack: DeployedStack) -> Kept:
    """A stack that an older version deployed and this one does not know."""
    return Kept(
        what=f"stack {stack.stack_name}",
        reason="this version does not declare it, so nothing is known about what it holds",
        cost="whatever it holds costs",
        removal="destroy it with the version that declared it, or delete it in CloudFormation",
    )
