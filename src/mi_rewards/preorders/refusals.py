"""What pre-orders refuse, in order of precedence.

1. `UnknownPreOrder`: there is nothing of that name.
2. `PaymentModeRefused`: it may not be paid so.
3. `AlreadyShipped`, `PriceFixed`, `AddressFrozen`, `ColourGuaranteed`, `HandoverRefused`: a rule
   with a name of its own says no.
4. `PreOrderNotOpen`: its life has passed that point, or has not come to it.
5. `ColourOffered`: the member is to answer first. `WrongAmount`: another amount is due.
"""

from collections.abc import Sequence
from typing import Final

from mi_rewards.errors import Refused


class UnknownPreOrder(Refused):
    """The member has no pre-order of that name."""

    code = "unknown_preorder"
    transient = True

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"no pre-order {order_id!r} is known", order_id=order_id)


class PaymentModeRefused(Refused):
    """It may not be paid so: cash on delivery, where payment is digital only."""

    code = "payment_mode_refused"

    def __init__(self, *, payment_mode: str, allowed: Sequence[str]) -> None:
        """State what may be paid with.

        Args:
            payment_mode: What was named.
            allowed: What the terms name, or the same as one text.
        """
        names = allowed if isinstance(allowed, str) else ", ".join(allowed)
        super().__init__(
            f"it is not paid by {payment_mode!r}, but by one of {names}",
            payment_mode=payment_mode,
            allowed=names,
        )


class AlreadyShipped(Refused):
    """It was shipped, or is at the store; from then on it is not cancelled."""

    code = "already_shipped"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"pre-order {order_id!r} is on its way or there", order_id=order_id)


class PriceFixed(Refused):
    """It was paid for; from then on its price stays."""

    code = "price_fixed"

    def __init__(self, *, order_id: str, price: str) -> None:
        super().__init__(
            f"pre-order {order_id!r} was paid for, at {price}", order_id=order_id, price=price
        )


class AddressFrozen(Refused):
    """Its address stays as it was when it was placed."""

    code = "address_frozen"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"the address of pre-order {order_id!r} stays", order_id=order_id)


class ColourGuaranteed(Refused):
    """The member gets the colour named, and no other."""

    code = "colour_guaranteed"

    def __init__(self, *, order_id: str, colour: str) -> None:
        super().__init__(
            f"pre-order {order_id!r} is for {colour!r} and no other colour",
            order_id=order_id,
            colour=colour,
        )


class HandoverRefused(Refused):
    """What is booked is picked up at the store, and what is paid in full is shipped."""

    code = "handover_refused"

    def __init__(self, *, order_id: str, payment: str) -> None:
        super().__init__(
            f"pre-order {order_id!r} is not handed over like that: its payment is {payment}",
            order_id=order_id,
            payment=payment,
        )


class PreOrderNotOpen(Refused):
    """What was to happen to a pre-order cannot, as things stand."""

    code = "preorder_not_open"

    def __init__(self, *, order_id: str, state: str) -> None:
        super().__init__(
            f"that cannot be done: pre-order {order_id!r} is {state}",
            order_id=order_id,
            state=state,
        )


class ColourOffered(Refused):
    """Another colour was offered, and the member has not said yes yet."""

    code = "colour_offered"
    transient = True

    def __init__(self, *, order_id: str, colour: str) -> None:
        super().__init__(
            f"pre-order {order_id!r} waits until {colour!r} is accepted or declined",
            order_id=order_id,
            colour=colour,
        )


class WrongAmount(Refused):
    """Another amount is due: the price, the booking, the rest, or what is given back."""

    code = "wrong_amount"

    def __init__(self, *, order_id: str, asked: str, due: str) -> None:
        super().__init__(
            f"pre-order {order_id!r}: {asked} is stated, {due} is due",
            order_id=order_id,
            asked=asked,
            due=due,
        )


PREORDER_REFUSALS: Final[tuple[type[Refused], ...]] = (
    UnknownPreOrder,
    PaymentModeRefused,
    AlreadyShipped,
    PriceFixed,
    AddressFrozen,
    ColourGuaranteed,
    HandoverRefused,
    PreOrderNotOpen,
    ColourOffered,
    WrongAmount,
)
"""All of them, in their order."""
