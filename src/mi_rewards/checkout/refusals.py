"""What the checkout refuses, in order of precedence.

1. `UnknownQuote`, `UnknownSettlement`: there is nothing of that name.
2. `QuoteStale`: what was quoted is not what it would be now.
3. `SettlementNotOpen`: the settlement's life has passed that point, or has not come to it.
4. `BeyondPaid`: more is asked back than was bought.

A voucher that does not apply, or tokens that cannot be taken, refuse nothing: a quote says why.
"""

from collections.abc import Sequence

from mi_rewards.errors import Refused


class UnknownQuote(Refused):
    """The member has no quote of that name."""

    code = "unknown_quote"
    transient = True

    def __init__(self, *, quote_id: str) -> None:
        super().__init__(f"no quote {quote_id!r} is known", quote_id=quote_id)


class UnknownSettlement(Refused):
    """No order of that name was placed through the checkout."""

    code = "unknown_settlement"
    transient = True

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"how order {order_id!r} is paid is not known", order_id=order_id)


class QuoteStale(Refused):
    """The quote is over, or something that it was computed from has changed."""

    code = "quote_stale"

    def __init__(self, *, quote_id: str, changed: Sequence[str]) -> None:
        """State what changed.

        Args:
            quote_id: The quote.
            changed: What `stale_because` answers, or the same as one text.
        """
        names = changed if isinstance(changed, str) else ", ".join(changed)
        super().__init__(f"quote {quote_id!r} is stale: {names}", quote_id=quote_id, changed=names)


class SettlementNotOpen(Refused):
    """What was to happen to the payment of an order cannot, as things stand."""

    code = "settlement_not_open"

    def __init__(self, *, order_id: str, state: str) -> None:
        super().__init__(
            f"the payment of order {order_id!r} is {state}", order_id=order_id, state=state
        )


class BeyondPaid(Refused):
    """More units were to be refunded than were paid and not refunded yet."""

    code = "beyond_paid"

    def __init__(self, *, order_id: str, line_id: str, asked: int, left: int) -> None:
        super().__init__(
            f"order {order_id!r}, line {line_id!r}: {asked} units to be refunded, {left} left",
            order_id=order_id,
            line_id=line_id,
            asked=asked,
            left=left,
        )
