"""Pre-orders as JSON-ready dictionaries.

1. A dictionary holds whole numbers, texts, truth values, `None`, lists and dictionaries, and says
   its format.
2. Reading what was written gives an equal value. Reading is strict: whatever was not written here
   is `Corrupt`, and the message says what is wrong.
3. A format stays readable for ever; a sample of each is among the tests.
4. Money is written `[minor units, currency]`.
5. What says nothing is not written: most of what a pre-order can have it gets later, and of those
   that run out never.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from mi_rewards.calendar import write_instant
from mi_rewards.errors import Corrupt, Misuse
from mi_rewards.money import Money
from mi_rewards.preorders.allotments import UnitState
from mi_rewards.preorders.life import PreOrderState
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.quota_codec import allotment_from_list, allotment_to_list
from mi_rewards.preorders.terms import Colour, Payment, PreOrderTerms, Unclaimed
from mi_rewards.wallet.reading import (
    FORMAT,
    fields_in,
    instant_in,
    list_in,
    one_of,
    optional,
    text_in,
    whole_in,
)

_UNSAID: Mapping[str, object] = {
    "allotment": None,
    "voucher_of": None,
    "voucher_id": None,
    "variant": "",
    "payment_mode": "",
    "address_ref": "",
    "colour": "",
    "offered_colour": "",
    "paid_minor": 0,
    **dict.fromkeys(("paid_at", "ship_by", "shipped_at", "ready_at", "pickup_until", "closed_at")),
    "refund_minor": 0,
    **dict.fromkeys(("refunded_at", "reminded_at", "late_noted_at")),
    "category": "",
}
"""What is not written of a pre-order where it is so."""

_TERMS_UNSAID: Mapping[str, object] = {
    "payment_modes": [],
    "booking": None,
    "pay_within_minutes": None,
    "ship_within_days": None,
    "pickup_within_days": None,
    "remind_minutes": None,
}
"""What is not written of terms where it is so."""

STATED: Final = frozenset(PreOrder._fields) - _UNSAID.keys()
"""The fields of a pre-order that are always written."""

_PREORDER = STATED | {"format"}
_TERMS = frozenset({it.name for it in attrs.fields(PreOrderTerms)}) - _TERMS_UNSAID.keys()
_STATES = {state.value: state for state in PreOrderState}
_PAYMENTS = {it.value: it for it in Payment}
_COLOURS = {it.value: it for it in Colour}
_UNCLAIMED = {it.value: it for it in Unclaimed}
_INSTANTS = ("paid_at", "ship_by", "shipped_at", "ready_at", "pickup_until", "closed_at")
_TOLD = ("refunded_at", "reminded_at", "late_noted_at")


def preorder_to_dict(preorder: PreOrder) -> dict[str, Any]:
    """Write a pre-order, with its version.

    Args:
        preorder: The pre-order.

    Returns:
        A JSON-ready dictionary.
    """
    written: dict[str, Any] = {"format": FORMAT, **preorder._asdict()}
    written["terms"] = terms_to_dict(preorder.terms)
    if preorder.allotment is not None:
        written["allotment"] = allotment_to_list(preorder.allotment)
    written["price"] = _money_to_list(preorder.price)
    written["state"] = preorder.state.value
    for name in ("placed_at", "pay_until", *_INSTANTS, *_TOLD):
        written[name] = None if written[name] is None else write_instant(written[name])
    return {name: it for name, it in written.items() if it or name not in _UNSAID}


def preorder_from_dict(written: dict[str, Any]) -> PreOrder:
    """Read a pre-order.

    Args:
        written: What `preorder_to_dict` answered.

    Returns:
        The pre-order, with its version.

    Raises:
        Corrupt: It is something else, or no pre-order can be like that.
    """
    fields = {**_UNSAID, **fields_in(written, _PREORDER, "pre-order", frozenset(_UNSAID))}
    when = {name: optional(instant_in, fields[name], name) for name in (*_INSTANTS, *_TOLD)}
    preorder = PreOrder(
        text_in(fields["member_id"], "member_id"),
        text_in(fields["order_id"], "order_id"),
        text_in(fields["quota_id"], "quota_id"),
        _terms(fields["terms"]),
        None if fields["allotment"] is None else allotment_from_list(fields["allotment"]),
        optional(text_in, fields["voucher_of"], "voucher_of"),
        optional(text_in, fields["voucher_id"], "voucher_id"),
        text_in(fields["product_id"], "product_id"),
        text_in(fields["variant"], "variant"),
        text_in(fields["channel"], "channel"),
        _money(fields["price"], "price"),
        text_in(fields["payment_mode"], "payment_mode"),
        text_in(fields["address_ref"], "address_ref"),
        text_in(fields["colour"], "colour"),
        instant_in(fields["placed_at"], "placed_at"),
        instant_in(fields["pay_until"], "pay_until"),
        text_in(fields["offered_colour"], "offered_colour"),
        one_of(fields["state"], _STATES, "state"),
        whole_in(fields["paid_minor"], "paid_minor", 0),
        when["paid_at"],
        when["ship_by"],
        when["shipped_at"],
        when["ready_at"],
        when["pickup_until"],
        when["closed_at"],
        whole_in(fields["refund_minor"], "refund_minor", 0),
        when["refunded_at"],
        when["reminded_at"],
        when["late_noted_at"],
        text_in(fields["category"], "category"),
        whole_in(fields["version"], "version", 0),
    )
    _check(preorder)
    return preorder


_IS_PAID = frozenset(
    {
        PreOrderState.PAID,
        PreOrderState.SHIPPED,
        PreOrderState.READY,
        PreOrderState.DELIVERED,
        PreOrderState.UNCLAIMED,
        PreOrderState.REFUNDED,
    }
)
_IS_UNPAID = frozenset({PreOrderState.PLACED, PreOrderState.RUN_OUT})
_IS_CLOSED = frozenset(
    {
        PreOrderState.DELIVERED,
        PreOrderState.CANCELLED,
        PreOrderState.REFUNDED,
        PreOrderState.RUN_OUT,
        PreOrderState.UNCLAIMED,
    }
)


_UNIT_IS = {
    PreOrderState.PLACED: UnitState.HELD,
    **dict.fromkeys(_IS_PAID, UnitState.SOLD),
    **dict.fromkeys(_IS_CLOSED - {PreOrderState.DELIVERED}, UnitState.FREE),
}
"""What the unit of its own is in each state."""


def _check(preorder: PreOrder) -> None:
    """Object to what no pre-order can be."""
    name, state = preorder.order_id, preorder.state
    if (preorder.voucher_of is None) is not (preorder.voucher_id is None):
        raise Corrupt(f"pre-order {name!r} names half of a voucher")
    if (preorder.allotment is None) is (preorder.voucher_id is None):
        raise Corrupt(f"pre-order {name!r} has a unit of its own or one of a code, never both")
    is_paid = preorder.paid_at is not None
    if (state in _IS_PAID and not is_paid) or (state in _IS_UNPAID and is_paid):
        raise Corrupt(f"pre-order {name!r} is {state.value}, paid at {preorder.paid_at}")
    if (preorder.closed_at is not None) is not (state in _IS_CLOSED):
        raise Corrupt(f"pre-order {name!r} is {state.value}, closed at {preorder.closed_at}")
    if (preorder.refunded_at is not None) is not (state is PreOrderState.REFUNDED):
        raise Corrupt(f"pre-order {name!r} is {state.value}, given back at {preorder.refunded_at}")
    if preorder.refund_minor > preorder.paid_minor or preorder.paid_minor > preorder.price.minor:
        raise Corrupt(f"pre-order {name!r} has more paid or given back than it costs")
    if (state is PreOrderState.SHIPPED) and preorder.shipped_at is None:
        raise Corrupt(f"pre-order {name!r} was shipped at no instant")
    if (state is PreOrderState.READY) and preorder.pickup_until is None:
        raise Corrupt(f"pre-order {name!r} is kept at the store for ever")
    _check_unit(preorder)


def _check_unit(preorder: PreOrder) -> None:
    """Object to a unit that is not where its pre-order is."""
    name, state, unit = preorder.order_id, preorder.state, preorder.allotment
    if unit is None:
        return
    if unit.state is not _UNIT_IS[state]:
        raise Corrupt(f"pre-order {name!r} is {state.value}, and its unit is {unit.state.value}")
    if not unit.moves:
        raise Corrupt(f"pre-order {name!r} is {state.value}, and its unit was never taken")


def terms_to_dict(terms: PreOrderTerms) -> dict[str, Any]:
    """Write what holds for a pre-order.

    Args:
        terms: The terms.

    Returns:
        A JSON-ready dictionary.
    """
    written = {
        "terms_id": terms.terms_id,
        "channels": list(terms.channels),
        "payment": terms.payment.value,
        "payment_modes": list(terms.payment_modes),
        "booking": None if terms.booking is None else _money_to_list(terms.booking),
        "pay_within_minutes": terms.pay_within_minutes,
        "ship_within_days": terms.ship_within_days,
        "pickup_within_days": terms.pickup_within_days,
        "unclaimed": terms.unclaimed.value,
        "colour": terms.colour.value,
        "revives_f_code": terms.revives_f_code,
        "address_is_frozen": terms.address_is_frozen,
        "remind_minutes": terms.remind_minutes,
    }
    return {name: it for name, it in written.items() if it or name not in _TERMS_UNSAID}


def _terms(written: object) -> PreOrderTerms:
    """Read what holds for a pre-order."""
    fields = {**_TERMS_UNSAID, **fields_in(written, _TERMS, "terms", frozenset(_TERMS_UNSAID))}
    try:
        return PreOrderTerms(
            text_in(fields["terms_id"], "terms_id"),
            _texts(fields["channels"], "channels"),
            one_of(fields["payment"], _PAYMENTS, "payment"),
            _texts(fields["payment_modes"], "payment_modes"),
            optional(_money, fields["booking"], "booking"),
            fields["pay_within_minutes"],
            fields["ship_within_days"],
            fields["pickup_within_days"],
            one_of(fields["unclaimed"], _UNCLAIMED, "unclaimed"),
            one_of(fields["colour"], _COLOURS, "colour"),
            fields["revives_f_code"],
            fields["address_is_frozen"],
            fields["remind_minutes"],
        )
    except Misuse as fault:
        raise Corrupt(f"terms cannot be like that: {fault}") from None


def _money_to_list(money: Money) -> list[Any]:
    """Write money."""
    return [money.minor, money.currency]


def _money(written: object, what: str) -> Money:
    """Read money."""
    minor, currency = list_in(written, what, 2)
    try:
        return Money(whole_in(minor, what, 0), text_in(currency, what))
    except Misuse as fault:
        raise Corrupt(f"{what} cannot be like that: {fault}") from None


def _texts(written: object, what: str) -> tuple[str, ...]:
    """Read texts."""
    return tuple([text_in(it, what) for it in list_in(written, what)])
