"""What no exchange can be, by its state: what is read is held against that.

1. An order has it, or had it, from when its value is attached; before that nothing is taken off.
2. What an inspection says, an offer, a value in the end or a reason is there once it can be.
3. What is due, or was, follows from what was taken off and what the device is worth in the end.
"""

from typing import Final

from mi_rewards.errors import Corrupt
from mi_rewards.trade_in.exchange_life import LIVE, ExchangeState
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.trade_in.terms import ExchangeMode

_S = ExchangeState

_PICKUP_ALONE: Final = frozenset({_S.BOOKED, _S.SCHEDULED, _S.DECLINED, _S.MISSED})
_NEVER_PICKUP: Final = frozenset(
    {_S.ISSUED, _S.ATTACHED, _S.USED, _S.EXPIRED, _S.VOID, _S.CREDITED}
)
_MAY_OWE: Final = frozenset({_S.TAKEN, _S.REJECTED, _S.CREDITED})
_PAID: Final = frozenset({_S.SETTLED, _S.CREDITED})
_UNATTACHED: Final = frozenset({_S.ISSUED, _S.EXPIRED, _S.VOID})
_UNUSED: Final = _UNATTACHED | {_S.ATTACHED}
_UNSEEN: Final = _UNATTACHED | {_S.ATTACHED, _S.USED, _S.BOOKED, _S.SCHEDULED, _S.MISSED}
"""Where no inspection was yet."""


def check_exchange(exchange: Exchange) -> None:
    """Object to what no exchange can be.

    Args:
        exchange: What was read.

    Raises:
        Corrupt: No exchange can be like that; says how.
    """
    for check in (_check_parts, _check_times, _check_order, _check_finding, _check_money):
        if why := check(exchange):
            raise Corrupt(f"exchange {exchange.exchange_id!r} {why}")


def _check_parts(it: Exchange) -> str:
    """Hold the parts of its quote against each other."""
    model, device = it.model, it.device
    if (model.model_id, model.variant) != (device.model_id, device.variant):
        return f"is of {device.model_id!r}, and of {model.model_id!r}"
    if model.book_id != it.terms.book_id or model.currency != it.currency:
        return f"is by another price book, or in {it.currency}"
    return ""


def _check_times(it: Exchange) -> str:
    """Hold its deadlines against its state."""
    state = it.state
    if state in (_NEVER_PICKUP if it.is_pickup else _PICKUP_ALONE):
        return f"is {state.value}, and {it.terms.mode.value}"
    if it.ends_at <= it.opened_at:
        return f"ends at {it.ends_at}, before it is opened"
    may_wait = it.terms.mode is ExchangeMode.ONLINE and state not in _UNUSED
    if (it.book_by is None) if it.is_pickup else (it.book_by is not None and not may_wait):
        return f"is fetched by {it.book_by}"
    if (it.attached_until is not None) is not (state is _S.ATTACHED):
        return f"is {state.value}, until {it.attached_until}"
    if (it.visit_at is not None) is not (state is _S.SCHEDULED):
        return f"is {state.value}, visited at {it.visit_at}"
    if (it.closed_at is not None) is not (state not in LIVE and not it.due_minor):
        return f"is {state.value}, closed at {it.closed_at}"
    return ""


def _check_order(it: Exchange) -> str:
    """Hold its order, what it takes off, and its visits against its state."""
    state = it.state
    if it.used_minor > it.valuation.minor:
        return "took off more than the device is worth"
    is_free = state in _UNATTACHED or (state is _S.CANCELLED and not it.order_id)
    if bool(it.order_id) is is_free or (it.used_minor and (is_free or it.is_pickup)):
        return f"is {state.value}, on order {it.order_id!r}, and takes {it.used} off"
    if it.attempts and not it.is_pickup:
        return f"is {it.terms.mode.value}, and was tried to fetch {it.attempts} times"
    return ""


def _check_finding(it: Exchange) -> str:
    """Hold what an inspection said against its state."""
    state = it.state
    is_said = it.verified is not None or bool(it.verified_answers) or it.offer_until is not None
    if state in _UNSEEN and is_said:
        return f"is {state.value}, and was inspected"
    if (it.offer_minor is None) is not (it.offer_until is None):
        return "is offered without an offer"
    if state is _S.OFFERED and it.offer_minor is None:
        return "is offered without an offer"
    if it.offer_minor is not None and it.offer_minor >= it.valuation.minor:
        return "is offered no less than was declared"
    is_taken = it.final_minor is not None
    is_refused = bool(it.rejection)
    if state in _PAID:
        is_wrong = is_taken is is_refused
    else:
        is_wrong = is_taken is not (state is _S.TAKEN)
        is_wrong |= is_refused is not (state in (_S.REJECTED, _S.DECLINED))
    if is_wrong:
        return f"is {state.value}, worth {it.final_minor} in the end, rejected for {it.rejection!r}"
    return ""


def _check_money(it: Exchange) -> str:
    """Hold what is due, was paid and was credited against its state."""
    state, due = it.state, it.due_minor
    payments = tuple(it.payments.values())
    if 0 in payments or sum(payments) != it.paid_minor or it.payments.keys() != _named(it):
        return f"was paid {it.paid_minor} by {it.paid_reference!r}"
    if payments and state not in _PAID:
        return f"is {state.value}, and was paid by {it.paid_reference!r}"
    if len(payments) > 1 and (payments[0] > 0) is (payments[1] > 0):
        return f"was paid twice the same way, by {it.paid_reference!r}"
    if state is _S.TAKEN and not due:
        return "is taken for nothing"
    if due and state not in _MAY_OWE:
        return f"is {state.value}, and {due} is due"
    if state is not _S.CREDITED and due + it.paid_minor != _owed(it):
        return f"is {state.value}, {due} is due, and {it.paid_minor} was paid"
    if abs(due) > it.used_minor and state is _S.CREDITED:
        return f"is {state.value}, and {due} is due"
    if it.credited_tokens and state is not _S.CREDITED:
        return f"is {state.value}, and credited"
    if it.surplus_tokens and (it.final_minor or 0) <= it.used_minor:
        return f"has {it.surplus_tokens} tokens for no surplus"
    return ""


def _named(it: Exchange) -> set[str]:
    """Name the payments that were made, by the figures beside them."""
    last, earlier = it.paid_reference, it.earlier_reference
    return ({last} if last else set()) | ({earlier} if earlier and last else set())


def _owed(it: Exchange) -> int:
    """Reckon what one side owes the other, as long as nothing was returned."""
    if it.state is _S.REJECTED or (it.state is _S.SETTLED and it.final_minor is None):
        return -it.used_minor
    if it.final_minor is None:
        return 0
    return it.final_minor if it.is_pickup else min(it.final_minor - it.used_minor, 0)
