"""An estimate as text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from local.infra.cost.estimate import Estimate
from local.infra.cost.line import Line
from local.infra.cost.prices import Price, PriceTable

BAR_WIDTH = 40
SMALLEST_SHOWN = 0.005  # US dollars: what rounds to zero is summed up in one line


def report(environment: str, found: Estimate, table: PriceTable) -> str:
    """The estimate, stack by stack; amounts are US dollars a month. An unchecked price is marked with `~`."""
    stacks = list(dict.fromkeys(line.stack for line in found.lines))
    parts = [f"{environment}, {table.region}: US dollars a month at list prices, without taxes and discounts", ""]
    for stack in stacks:
        parts += [stack, *_table(found.of(stack)), ""]
    parts += _bars(found, stacks)
    parts += [
        "",
        f"{'fixed':<12}{found.fixed:>12,.2f}   without a single mail",
        f"{'by use':<12}{found.by_use:>12,.2f}   as assumed below",
        f"{'together':<12}{found.fixed + found.by_use:>12,.2f}",
        "",
        "Assumed (change with --set NAME=NUMBER):",
        *(f"  {name} = {value:g}" for name, value in table.assumptions.items()),
        "",
        *_not_priced(found),
        *_dates(found.lines),
    ]
    return "\n".join(parts)


def _table(lines: Sequence[Line]) -> Iterator[str]:
    merged = _merged(lines)
    small = [line for line in merged if line.usd < SMALLEST_SHOWN]
    for line in sorted((line for line in merged if line.usd >= SMALLEST_SHOWN), key=lambda line: -line.usd):
        kind = "fixed" if line.fixed else "by use"
        mark = " " if line.price.checked else "~"
        yield (
            f"  {line.what:<46.46} {line.quantity:>12,.2f} x {line.price.usd:<8.8g}{mark} {line.price.per:<28.28}"
            f" {line.usd:>10,.2f}  {kind}"
        )
    if small:
        yield f"  {f'{len(small)} more, each below one cent':<100} {sum(line.usd for line in small):>10,.2f}"
    yield f"  {'':<100} {sum(line.usd for line in lines):>10,.2f}  together"


def _merged(lines: Sequence[Line]) -> list[Line]:
    """Equal lines of several resources as one, which says of how many."""
    alike: dict[tuple[str, Price, bool], list[Line]] = {}
    for line in lines:
        alike.setdefault((line.what, line.price, line.fixed), []).append(line)
    return [
        replace(
            first,
            what=first.what if not others else f"{len(others) + 1} x {first.what}",
            quantity=first.quantity + sum(line.quantity for line in others),
        )
        for first, *others in alike.values()
    ]


def _bars(found: Estimate, stacks: Sequence[str]) -> Iterator[str]:
    sums = {stack: sum(line.usd for line in found.of(stack)) for stack in stacks}
    most = max(sums.values(), default=0.0)
    for stack, usd in sums.items():
        bar = "█" * round(BAR_WIDTH * usd / most) if most else ""
        yield f"{stack:<15} {usd:>10,.2f}  {bar}".rstrip()


def _not_priced(found: Estimate) -> Iterator[str]:
    if not found.unpriced:
        yield "Nothing was left without a price."
        return
    yield "Not priced, and not zero for that:"
    for item in found.unpriced:
        yield f"  {item.stack}: {item.type} {item.logical_id}: {item.reason}"


def _dates(lines: Sequence[Line]) -> Iterator[str]:
    dates: list[date] = sorted({line.price.date for line in lines})
    unchecked = {line.price for line in lines if not line.price.checked}
    if dates:
        yield f"List prices change; these were written down from {dates[0]} to {dates[-1]} (config/prices.toml)."
    if unchecked:
        yield f"{len(unchecked)} of them (~) are planning figures: compare them with the pages named there."
