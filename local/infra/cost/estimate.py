"""From stacks to an estimate."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.infra.assembly import Resource, SynthesizedStack
from local.infra.cost.free import FREE
from local.infra.cost.line import Line, Unpriced
from local.infra.cost.prices import NotPricedError, PriceError, PriceTable
from local.infra.cost.rules import RULES
from local.infra.cost.rules.context import Context


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What an environment costs a month, and what of it could not be priced."""

    lines: tuple[Line, ...]
    unpriced: tuple[Unpriced, ...]

    @property
    def fixed(self) -> float:
        """US dollars a month without a single mail."""
        return sum(line.usd for line in self.lines if line.fixed)

    @property
    def by_use(self) -> float:
        """US dollars a month that use brings, as assumed."""
        return sum(line.usd for line in self.lines if not line.fixed)

    def of(self, stack: str) -> tuple[Line, ...]:
        """The lines of one stack."""
        return tuple(line for line in self.lines if line.stack == stack)


def estimate(stacks: Sequence[SynthesizedStack], table: PriceTable) -> Estimate:
    """Price every resource, those behind a condition too: the estimate is of an environment with a live model.

    Raises:
        PriceError: the stacks lie in a region that the table is not for.
    """
    lines: list[Line] = []
    unpriced: list[Unpriced] = []
    for stack in stacks:
        if stack.region != table.region:
            raise PriceError(f"The price table is for {table.region}, but {stack.path} lies in {stack.region}.")
        context = Context(stack=stack.name, table=table)
        for resource in stack.resources:
            try:
                lines.extend(_lines(resource, context))
            except NotPricedError as reason:
                unpriced.append(
                    Unpriced(stack=stack.name, type=resource.type, logical_id=resource.logical_id, reason=str(reason))
                )
    return Estimate(lines=tuple(lines), unpriced=tuple(unpriced))


def _lines(resource: Resource, context: Context) -> list[Line]:
    if resource.type in RULES:
        return list(RULES[resource.type](resource, context))
    if resource.type in FREE:
        return []
    raise NotPricedError("no price rule is known for this type")
