"""What is refused of a trade-in beside the device, its quote and its exchange.

1. `ValuationOutOfBounds`: what somebody else priced is outside the price book's bounds.
2. `NewProductNotEligible`, `NewProductGone`, `OneExchangePerOrder`: the order is not what an
   exchange is for.
"""

from typing import Final

from mi_rewards.errors import Refused


class ValuationOutOfBounds(Refused):
    """A partner's price is below the floor, or above the ceiling."""

    code = "valuation_out_of_bounds"

    def __init__(self, *, minor: int, floor_minor: int, ceiling_minor: int | None) -> None:
        """State the bounds.

        Args:
            minor: The price, in minor units.
            floor_minor: The least.
            ceiling_minor: The most; `None`, or -1 as the figure says it, for no such limit.
        """
        if ceiling_minor == -1:
            ceiling_minor = None
        most = "" if ceiling_minor is None else f" and at most {ceiling_minor}"
        super().__init__(
            f"a price of {minor} is not at least {floor_minor}{most}",
            minor=minor,
            floor_minor=floor_minor,
            ceiling_minor=-1 if ceiling_minor is None else ceiling_minor,
        )


class NewProductNotEligible(Refused):
    """Nothing on the order is what the terms are for."""

    code = "new_product_not_eligible"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(
            f"nothing on order {order_id!r} is what a device is taken for", order_id=order_id
        )


class NewProductGone(Refused):
    """The new product was cancelled, or came back: nobody comes for the old one."""

    code = "new_product_gone"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(
            f"what order {order_id!r} was for is cancelled, or came back", order_id=order_id
        )


class OneExchangePerOrder(Refused):
    """One device at a time: the order has an exchange."""

    code = "one_exchange_per_order"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"order {order_id!r} has an exchange", order_id=order_id)


ORDER_REFUSALS: Final[tuple[type[Refused], ...]] = (
    ValuationOutOfBounds,
    NewProductNotEligible,
    NewProductGone,
    OneExchangePerOrder,
)
"""All of them, in their order."""
