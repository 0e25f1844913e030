"""The lines of an order."""

from datetime import datetime
from typing import NamedTuple, Self

from mi_rewards._tuples import new
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money


class Line(NamedTuple):
    """One line of an order.

    Attributes:
        line_id: Names the line within the order.
        amount: What was paid for all of it.
        quantity: How many units, at least 1.
        category: The host's category, such as `"shipping"`; may be empty.
        delivered_at: The instant (UTC) of delivery, `None` before.
        returned: How many units came back by line and quantity.
        product: The host's name for what it is; may be empty.
        given_minor: What of the amount vouchers and tokens paid, in minor units: it earns, and
            counts toward no tier.
    """

    line_id: str
    amount: Money
    quantity: int = 1
    category: str = ""
    delivered_at: datetime | None = None
    returned: int = 0
    product: str = ""
    given_minor: int = 0

    def checked(self) -> Self:
        """Check a line as a caller states it.

        Returns:
            The line.

        Raises:
            Misuse: The quantity is no whole number of at least 1, the amount is no money, the line
                has no name, its category or product is no text, more was given than its amount,
                or it is delivered or returned already.
        """
        if type(self.quantity) is not int or self.quantity < 1:
            raise Misuse(f"a quantity is a whole number of at least 1, not {self.quantity!r}")
        if self.quantity > TOKENS_MAX:
            raise Misuse("a quantity is at most 2**63 - 1")
        if not isinstance(self.amount, Money):
            raise Misuse(f"an amount is money, not {self.amount!r}")
        if type(self.line_id) is not str or not self.line_id:
            raise Misuse(f"a line's id is a text, not {self.line_id!r}")
        if type(self.category) is not str:
            raise Misuse(f"a category is a text, not {self.category!r}")
        if type(self.product) is not str:
            raise Misuse(f"a product is a text, not {self.product!r}")
        if type(self.given_minor) is not int or not 0 <= self.given_minor <= self.amount.minor:
            raise Misuse(f"what was given is a part of the amount, not {self.given_minor!r}")
        if self.delivered_at is not None or self.returned:
            raise Misuse(
                f"line {self.line_id!r} is stated as ordered, not as delivered or returned"
            )
        return self

    @property
    def kept_minor(self) -> int:
        """What was paid for the units that were not returned, rounded down to a minor unit."""
        if not self.returned:
            return self.amount.minor
        return self.amount.minor * (self.quantity - self.returned) // self.quantity

    @property
    def qualifying_minor(self) -> int:
        """What of the kept value was paid with money, rounded down to a minor unit."""
        if not self.given_minor:
            return self.kept_minor
        paid = self.amount.minor - self.given_minor
        return paid * (self.quantity - self.returned) // self.quantity

    def delivered(self, at: datetime) -> "Line":
        """Deliver the line.

        Args:
            at: The instant (UTC).

        Returns:
            The line.
        """
        line_id, amount, quantity, category, _, returned, product, given = self
        return new(Line, (line_id, amount, quantity, category, at, returned, product, given))

    def returning(self, quantity: int) -> "Line":
        """Return units.

        Args:
            quantity: How many more.

        Returns:
            The line.
        """
        return self._replace(returned=self.returned + quantity)
