"""What purchases and joining refuse, in order of precedence.

1. `AlreadyJoined`, `AlreadyPlaced`: it is done, and by another request.
2. `UnknownOrder`, `UnknownLine`: there is nothing of that name (yet).
3. `OrderCancelled`, `AlreadyDelivered`: the order's life has passed that point.
4. `BeyondDelivered`: more than was delivered and not returned.
"""

from mi_rewards.errors import Refused


class AlreadyJoined(Refused):
    """The member has joined."""

    code = "already_joined"

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"member {member_id!r} has joined already", member_id=member_id)


class AlreadyPlaced(Refused):
    """The order was placed, with the same content, by another request."""

    code = "already_placed"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"order {order_id!r} was placed already", order_id=order_id)


class UnknownOrder(Refused):
    """No order of that name is known; events may arrive out of order, so it can be sent again."""

    code = "unknown_order"
    transient = True

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"no order {order_id!r} is known", order_id=order_id)


class UnknownLine(Refused):
    """The order has no line of that name."""

    code = "unknown_line"

    def __init__(self, *, order_id: str, line_id: str) -> None:
        super().__init__(
            f"order {order_id!r} has no line {line_id!r}", order_id=order_id, line_id=line_id
        )


class OrderCancelled(Refused):
    """The order was cancelled."""

    code = "order_cancelled"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"order {order_id!r} was cancelled", order_id=order_id)


class AlreadyDelivered(Refused):
    """The order, or the line, was delivered."""

    code = "already_delivered"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"order {order_id!r} was delivered already", order_id=order_id)


class BeyondDelivered(Refused):
    """More was to be returned than was delivered and is not returned yet; it can be sent again."""

    code = "beyond_delivered"
    transient = True

    def __init__(self, *, order_id: str, asked: int, left: int, unit: str) -> None:
        super().__init__(
            f"order {order_id!r}: {asked} {unit} to be returned, {left} left of what was delivered",
            order_id=order_id,
            asked=asked,
            left=left,
            unit=unit,
        )
