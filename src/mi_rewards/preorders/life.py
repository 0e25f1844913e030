"""The life cycle of a pre-order, as a table."""

import enum
from collections.abc import Mapping


class PreOrderState(enum.StrEnum):
    """Where a pre-order is in its life."""

    PLACED = "placed"
    """A unit is held until the payment's deadline."""
    PAID = "paid"
    """Paid in full, or booked."""
    SHIPPED = "shipped"
    READY = "ready"
    """At the store, to be picked up."""
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    """By either side, before it was shipped, or by declining another colour."""
    REFUNDED = "refunded"
    """What was paid was given back."""
    RUN_OUT = "run_out"
    """It was not paid in time."""
    UNCLAIMED = "unclaimed"
    """It was not picked up in time."""


class PreOrderEvent(enum.StrEnum):
    """What can happen to a pre-order."""

    REPRICE = "reprice"
    CHANGE_ADDRESS = "change_address"
    OFFER_COLOUR = "offer_colour"
    ACCEPT_COLOUR = "accept_colour"
    DECLINE_COLOUR = "decline_colour"
    PAY = "pay"
    RUN_OUT = "run_out"
    SHIP = "ship"
    DELIVER = "deliver"
    READY = "ready"
    PICK_UP = "pick_up"
    LEAVE = "leave"
    CANCEL = "cancel"
    REFUND = "refund"


_S, _E = PreOrderState, PreOrderEvent

LIFE_CYCLE: Mapping[PreOrderState, Mapping[PreOrderEvent, PreOrderState]] = {
    _S.PLACED: {
        _E.REPRICE: _S.PLACED,
        _E.CHANGE_ADDRESS: _S.PLACED,
        _E.OFFER_COLOUR: _S.PLACED,
        _E.ACCEPT_COLOUR: _S.PLACED,
        _E.DECLINE_COLOUR: _S.CANCELLED,
        _E.PAY: _S.PAID,
        _E.RUN_OUT: _S.RUN_OUT,
        _E.CANCEL: _S.CANCELLED,
    },
    _S.PAID: {
        _E.CHANGE_ADDRESS: _S.PAID,
        _E.OFFER_COLOUR: _S.PAID,
        _E.ACCEPT_COLOUR: _S.PAID,
        _E.DECLINE_COLOUR: _S.CANCELLED,
        _E.SHIP: _S.SHIPPED,
        _E.READY: _S.READY,
        _E.CANCEL: _S.CANCELLED,
    },
    _S.SHIPPED: {_E.DELIVER: _S.DELIVERED},
    _S.READY: {
        _E.OFFER_COLOUR: _S.READY,
        _E.ACCEPT_COLOUR: _S.READY,
        _E.DECLINE_COLOUR: _S.CANCELLED,
        _E.PICK_UP: _S.DELIVERED,
        _E.LEAVE: _S.UNCLAIMED,
    },
    _S.DELIVERED: {},
    _S.CANCELLED: {_E.REFUND: _S.REFUNDED},
    _S.REFUNDED: {},
    _S.RUN_OUT: {},
    _S.UNCLAIMED: {_E.REFUND: _S.REFUNDED},
}
"""What may happen when; what is not in the table is refused."""
