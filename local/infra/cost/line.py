"""One line of an estimate, and a resource that could not be priced."""

from dataclasses import dataclass

from local.infra.cost.prices import Price


@dataclass(frozen=True, kw_only=True)
class Line:
    """``quantity`` units a month of ``what`` at ``price``. ``fixed``: it costs that much without a single mail."""

    stack: str
    what: str
    quantity: float
    price: Price
    fixed: bool

    @property
    def usd(self) -> float:
        """US dollars a month."""
        return self.quantity * self.price.usd


@dataclass(frozen=True, kw_only=True)
class Unpriced:
    """A resource without a price, and why."""

    stack: str
    type: str
    logical_id: str
    reason: str
