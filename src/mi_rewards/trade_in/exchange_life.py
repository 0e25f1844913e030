"""The life cycle of an exchange, as a table."""

import enum
from collections.abc import Mapping


class ExchangeState(enum.StrEnum):
    """Where an exchange is in its life."""

    ISSUED = "issued"
    """In store and online: the exchange receipt can be used until its end."""
    ATTACHED = "attached"
    """Its value is taken off an order that waits for its payment."""
    USED = "used"
    """Online: the order is paid, and the old device is to be inspected at the door."""
    BOOKED = "booked"
    """Pickup: the new product is paid in full, and a visit is to be agreed."""
    SCHEDULED = "scheduled"
    """Pickup: a visit is agreed."""
    OFFERED = "offered"
    """The device is worth less than was declared; a revised offer waits for an answer."""
    TAKEN = "taken"
    """The device was taken, and money is still to be paid one way or the other."""
    SETTLED = "settled"
    """All is done."""
    REJECTED = "rejected"
    """The device was not taken; online the member pays what was taken off."""
    DECLINED = "declined"
    """Pickup: the member keeps the device."""
    MISSED = "missed"
    """Pickup: there was no visit in time, or as many failed as there are."""
    EXPIRED = "expired"
    """The exchange receipt was not used in time."""
    VOID = "void"
    """A newer quote for the device took its place."""
    CANCELLED = "cancelled"
    CREDITED = "credited"
    """The new product was returned; money may still be due for the old one, which is not."""


class ExchangeEvent(enum.StrEnum):
    """What can happen to an exchange."""

    ATTACH = "attach"
    DETACH = "detach"
    USE = "use"
    REVIVE = "revive"
    SCHEDULE = "schedule"
    MISS = "miss"
    GIVE_UP = "give_up"
    OFFER = "offer"
    TAKE = "take"
    SETTLE = "settle"
    REJECT = "reject"
    DECLINE = "decline"
    PAY = "pay"
    RETURN = "return"
    EXPIRE = "expire"
    REPLACE = "replace"
    CANCEL = "cancel"
    CALL_OFF = "call_off"
    """The order of the new product was cancelled."""


_S, _E = ExchangeState, ExchangeEvent

EXCHANGE_LIFE: Mapping[ExchangeState, Mapping[ExchangeEvent, ExchangeState]] = {
    _S.ISSUED: {
        _E.ATTACH: _S.ATTACHED,
        _E.EXPIRE: _S.EXPIRED,
        _E.REPLACE: _S.VOID,
        _E.CANCEL: _S.CANCELLED,
    },
    _S.ATTACHED: {
        _E.DETACH: _S.ISSUED,
        _E.USE: _S.USED,
        _E.SETTLE: _S.SETTLED,
    },
    _S.USED: {
        _E.OFFER: _S.OFFERED,
        _E.SETTLE: _S.SETTLED,
        _E.REJECT: _S.REJECTED,
        _E.REVIVE: _S.ISSUED,
        _E.CALL_OFF: _S.CANCELLED,
    },
    _S.BOOKED: {
        _E.SCHEDULE: _S.SCHEDULED,
        _E.GIVE_UP: _S.MISSED,
        _E.CANCEL: _S.CANCELLED,
        _E.CALL_OFF: _S.CANCELLED,
    },
    _S.SCHEDULED: {
        _E.SCHEDULE: _S.SCHEDULED,
        _E.MISS: _S.BOOKED,
        _E.GIVE_UP: _S.MISSED,
        _E.OFFER: _S.OFFERED,
        _E.TAKE: _S.TAKEN,
        _E.SETTLE: _S.SETTLED,
        _E.REJECT: _S.REJECTED,
        _E.CANCEL: _S.CANCELLED,
        _E.CALL_OFF: _S.CANCELLED,
    },
    _S.OFFERED: {
        _E.TAKE: _S.TAKEN,
        _E.SETTLE: _S.SETTLED,
        _E.REJECT: _S.REJECTED,
        _E.DECLINE: _S.DECLINED,
        _E.CALL_OFF: _S.CANCELLED,
    },
    _S.TAKEN: {_E.PAY: _S.SETTLED, _E.RETURN: _S.CREDITED},
    _S.SETTLED: {_E.RETURN: _S.CREDITED},
    _S.REJECTED: {_E.PAY: _S.SETTLED, _E.RETURN: _S.CREDITED},
    _S.DECLINED: {},
    _S.MISSED: {},
    _S.EXPIRED: {},
    _S.VOID: {},
    _S.CANCELLED: {},
    _S.CREDITED: {_E.PAY: _S.CREDITED},
}
"""What may happen when; what is not in the table is refused."""

LIVE: frozenset[ExchangeState] = frozenset(
    {
        _S.ISSUED,
        _S.ATTACHED,
        _S.USED,
        _S.BOOKED,
        _S.SCHEDULED,
        _S.OFFERED,
        _S.TAKEN,
    }
)
"""Where the old device is in it, and in no other exchange."""
