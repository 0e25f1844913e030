"""The life cycle of a purchase, as a table."""

import enum
from collections.abc import Mapping


class PurchaseState(enum.StrEnum):
    """Where a purchase is in its life."""

    PLACED = "placed"
    PART_DELIVERED = "part_delivered"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class PurchaseEvent(enum.StrEnum):
    """What can happen to a purchase."""

    DELIVER_PART = "deliver_part"
    DELIVER_REST = "deliver_rest"
    CANCEL = "cancel"
    RETURN = "return"


LIFE_CYCLE: Mapping[PurchaseState, Mapping[PurchaseEvent, PurchaseState]] = {
    PurchaseState.PLACED: {
        PurchaseEvent.DELIVER_PART: PurchaseState.PART_DELIVERED,
        PurchaseEvent.DELIVER_REST: PurchaseState.DELIVERED,
        PurchaseEvent.CANCEL: PurchaseState.CANCELLED,
    },
    PurchaseState.PART_DELIVERED: {
        PurchaseEvent.DELIVER_PART: PurchaseState.PART_DELIVERED,
        PurchaseEvent.DELIVER_REST: PurchaseState.DELIVERED,
        PurchaseEvent.CANCEL: PurchaseState.DELIVERED,
        PurchaseEvent.RETURN: PurchaseState.PART_DELIVERED,
    },
    PurchaseState.DELIVERED: {PurchaseEvent.RETURN: PurchaseState.DELIVERED},
    PurchaseState.CANCELLED: {},
}
"""What may happen when; what is not in the table is refused."""
