"""What purchases and membership refuse, in order of precedence.

1. `MergedIntoItself`: nobody goes on as itself.
2. `AlreadyJoined`, `AlreadyPlaced`, `AlreadyClaimed`: it is done, and by another request.
3. `NotAMember`, `MemberLeft`, `MemberMerged`: the member is not in the programme (any more).
4. `UnknownOrder`, `UnknownLine`: there is nothing of that name (yet).
5. `ClaimTooLate`: the purchase was delivered too long ago.
6. `OrderCancelled`, `AlreadyDelivered`: the order's life has passed that point.
7. `BeyondDelivered`: more than was delivered and not returned.
8. `MergesPending`, `HoldsOpen`: something is on its way, and has to come to its end first.
"""

from mi_rewards.errors import Refused


class AlreadyJoined(Refused):
    """The member has joined."""

    code = "already_joined"

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"member {member_id!r} has joined already", member_id=member_id)


class NotAMember(Refused):
    """The member has not joined."""

    code = "not_a_member"
    transient = True

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"member {member_id!r} has not joined", member_id=member_id)


class MemberLeft(Refused):
    """The member has left the programme."""

    code = "member_left"

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"member {member_id!r} has left", member_id=member_id)


class MemberMerged(Refused):
    """The member goes on as another."""

    code = "member_merged"

    def __init__(self, *, member_id: str, into: str) -> None:
        super().__init__(
            f"member {member_id!r} goes on as {into!r}", member_id=member_id, into=into
        )


class MergedIntoItself(Refused):
    """A member cannot go on as itself."""

    code = "merged_into_itself"

    def __init__(self, *, member_id: str) -> None:
        super().__init__(f"member {member_id!r} cannot go on as itself", member_id=member_id)


class MergesPending(Refused):
    """Another member is on the way into this one; that has to arrive first."""

    code = "merges_pending"
    transient = True

    def __init__(self, *, member_id: str) -> None:
        super().__init__(
            f"another member is still on the way into {member_id!r}", member_id=member_id
        )


class HoldsOpen(Refused):
    """Tokens are held, or payments waited for; they have to come to their end first."""

    code = "holds_open"
    transient = True

    def __init__(self, *, holds: int, payments: int) -> None:
        super().__init__(
            f"{holds} holds are open, and {payments} payments are waited for",
            holds=holds,
            payments=payments,
        )


class AlreadyClaimed(Refused):
    """The purchase was claimed, by whomever."""

    code = "already_claimed"

    def __init__(self, *, order_id: str) -> None:
        super().__init__(f"order {order_id!r} was claimed already", order_id=order_id)


class ClaimTooLate(Refused):
    """The purchase was delivered too long ago to be claimed."""

    code = "claim_too_late"

    def __init__(self, *, order_id: str, delivered_on: str, claim_within_days: int) -> None:
        super().__init__(
            f"order {order_id!r} of {delivered_on} could be claimed within"
            f" {claim_within_days} days",
            order_id=order_id,
            delivered_on=delivered_on,
            claim_within_days=claim_within_days,
        )


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
