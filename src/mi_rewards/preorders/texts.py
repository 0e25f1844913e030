"""Pre-orders as JSON texts, written without dictionaries between; see `wallet.texts`."""

from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any, Final

from mi_rewards.money import Money
from mi_rewards.preorders.allotments import Allotment
from mi_rewards.preorders.codec import STATED, terms_to_dict
from mi_rewards.preorders.preorders import PreOrder
from mi_rewards.preorders.terms import PreOrderTerms
from mi_rewards.wallet.texts import BEGUN, compact, instant_text


def preorder_to_text(preorder: PreOrder) -> str:
    """Write a pre-order, with its version.

    Args:
        preorder: The pre-order.

    Returns:
        Compact JSON of what `preorder_to_dict` answers.
    """
    parts = [
        begun + write(it)
        for (begun, write, is_stated), it in zip(_FIELDS, preorder, strict=True)
        if it or is_stated
    ]
    return f"{BEGUN}{''.join(parts)}}}"


@lru_cache(maxsize=64)
def _terms(terms: PreOrderTerms) -> str:
    """Write what holds for a pre-order; those of one sale are the same."""
    return compact(terms_to_dict(terms))


def _allotment(allotment: Allotment) -> str:
    """Write a unit."""
    moves = [f'[{instant_text(it.at)},"{it.after.value}"]' for it in allotment.moves]
    limit = "null" if allotment.member_max is None else allotment.member_max
    return f"[{quoted(allotment.quota_id)},{quoted(allotment.shard)},[{','.join(moves)}],{limit}]"


def _money(money: Money) -> str:
    """Write money."""
    return f"[{money.minor},{quoted(money.currency)}]"


_WRITERS: Final[dict[str, Callable[[Any], str]]] = {
    "terms": _terms,
    "allotment": _allotment,
    "price": _money,
    "paid_minor": int.__repr__,
    "refund_minor": int.__repr__,
    "version": int.__repr__,
    **dict.fromkeys(
        (
            "placed_at",
            "pay_until",
            "paid_at",
            "ship_by",
            "shipped_at",
            "ready_at",
            "pickup_until",
            "closed_at",
            "refunded_at",
            "reminded_at",
            "late_noted_at",
        ),
        instant_text,
    ),
}
"""What writes fields; all others are texts."""

_FIELDS: Final = tuple(
    (f',"{name}":', _WRITERS.get(name, quoted), name in STATED) for name in PreOrder._fields
)
"""Of each field how it begins, what writes it, and whether it is written where it says nothing."""
