"""Quotes: what a cart came to, for as long as that is promised.

1. A quote carries what it was computed from: the cart, the rule book, the instant.
2. It is valid while `at < valid_until`. Placing computes the price again, and holds only where that
   says the same.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from mi_rewards.checkout.carts import Cart
from mi_rewards.checkout.priced import Priced, Source


class Quote(NamedTuple):
    """What one cart of one member came to.

    Attributes:
        member_id: The member.
        quote_id: Names it within that member.
        cart: What is ordered.
        priced: What it came to.
        made_at: When it was made (UTC).
        valid_until: The instant (UTC) from which it is not valid any more.
        rule_book: The digest of the rule book.
        version: How many times it was stored.
    """

    member_id: str
    quote_id: str
    cart: Cart
    priced: Priced
    made_at: datetime
    valid_until: datetime
    rule_book: str
    version: int = 0

    @property
    def due_at(self) -> None:
        """The calendar changes nothing in a quote; whoever places it looks at the clock."""
        return

    def stored(self) -> "Quote":
        """The same quote, stored once more.

        Returns:
            The quote with its version raised by one.
        """
        return self._replace(version=self.version + 1)


_COMPARED: Final[Mapping[str, Callable[[Priced], object]]] = {
    "payable": lambda it: it.payable_minor,
    "vouchers": lambda it: it.applied,
    "exchange": lambda it: it.taken_minor(Source.EXCHANGE),
    "tokens": lambda it: it.tokens,
    "earns": lambda it: it.earns,
    "lines": lambda it: it.lines,
}
"""What a quote promises, by name."""


def stale_because(quote: Quote, priced: Priced, *, at: datetime, rule_book: str) -> tuple[str, ...]:
    """Name what has changed since a quote was made.

    Args:
        quote: The quote.
        priced: What its cart comes to now.
        at: The instant (UTC).
        rule_book: The digest of today's rule book.

    Returns:
        Names in a fixed order: `expired`, `rule_book`, `payable`, `vouchers`, `exchange`, `tokens`,
        `earns`, `lines`; nothing where the quote can be placed.
    """
    changed = ["expired"] if at >= quote.valid_until else []
    if rule_book != quote.rule_book:
        changed.append("rule_book")
    changed += [name for name, part in _COMPARED.items() if part(priced) != part(quote.priced)]
    return tuple(changed)
