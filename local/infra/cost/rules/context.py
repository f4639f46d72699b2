"""What a price rule gets to see, and the one way it makes a line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.infra.assembly import Resource
from local.infra.cost.line import Line
from local.infra.cost.prices import NotPricedError, PriceTable

MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Context:
    """The table, and the stack that a rule prices a resource of."""

    stack: str
    table: PriceTable

    def fixed(self, what: str, quantity: float, price: str) -> Line:
        """A line for what costs without any use; ``price`` names an entry of the table."""
        return Line(stack=self.stack, what=what, quantity=quantity, price=self.table.price(price), fixed=True)

    def by_use(self, what: str, quantity: float, price: str) -> Line:
        """A line for what use costs; ``price`` names an entry of the table."""
        return Line(stack=self.stack, what=what, quantity=quantity, price=self.table.price(price), fixed=False)

    def millions(self, what: str, count: float, price: str) -> Line:
        """As by_use, for a price per million; ``count`` is not in millions."""
        return self.by_use(what, count / MILLION, price)

    @property
    def hours(self) -> float:
        """Hours of a month."""
        return self.table.assume("hours_per_month")

    @property
    def mails(self) -> float:
        """Mails a month."""
        return self.table.assume("mails_per_day") * self.table.assume("days_per_month")

    @property
    def classify_requests(self) -> float:
        """Calls of POST /v1/classifications a month."""
        return self.mails / max(self.table.assume("mails_per_request"), 1)

    @property
    def feedback_items(self) -> float:
        """Feedback items a month."""
        return self.mails * self.table.assume("feedback_share")

    @property
    def feedback_requests(self) -> float:
        """Calls of POST /v1/feedback a month."""
        return self.feedback_items / max(self.table.assume("feedback_per_request"), 1)

    @property
    def requests(self) -> float:
        """Calls of the API a month."""
        return self.classify_requests + self.feedback_requests


Rule = Callable[[Resource, Context], Iterator[Line]]


def literal(value: Any, name: str) -> Any:
    """A property's value as the template has it.

    Raises:
        NotPricedError: it is missing, or only known at deployment.
    """
    if value is None or isinstance(value, Mapping):
        raise NotPricedError(f"{name} is only known at deployment")
    return value
