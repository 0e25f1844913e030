"""Which vouchers of a cart can be used at all, and what coupons need beyond that.

1. Whether a voucher can be used on the order is the voucher's own answer; what it refuses is why it
   is passed over.
2. What a coupon needs is an ordered list of small rules, `RULES`; the first that says no is why.
3. Vouchers are looked at by name, so that the order in which a cart names them decides nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from mi_rewards.catalogue.refusals import VoucherNotFound
from mi_rewards.catalogue.terms import CouponTerms
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.carts import Cart
from mi_rewards.checkout.priced import PassedOver, Why
from mi_rewards.errors import Figure, Misuse, Refused

No = tuple[Why, tuple[tuple[str, Figure], ...]]
"""Why a rule says no, and the figures that decided."""


class Usable(NamedTuple):
    """A voucher that can be used on the order.

    Attributes:
        name: The voucher as the cart names it.
        voucher: The voucher.
    """

    name: str
    voucher: Voucher


def usable_in(
    cart: Cart,
    vouchers: Sequence[tuple[str, Voucher | None]],
    *,
    member_id: str,
    at: datetime,
) -> tuple[list[Usable], list[PassedOver]]:
    """Sort out the vouchers that can be used on an order at all.

    Args:
        cart: What is ordered.
        vouchers: Each name in the cart with its voucher, `None` where none was found.
        member_id: The member who orders.
        at: The instant (UTC).

    Returns:
        Those that can be used, and those that cannot with the reason, both by name.

    Raises:
        Misuse: The names are not exactly those of the cart.
    """
    found = dict(vouchers)
    if len(found) < len(vouchers) or found.keys() != set(cart.voucher_names):
        raise Misuse("each voucher that the cart names is given once, and no other")
    usable: list[Usable] = []
    passed_over: list[PassedOver] = []
    seen: set[tuple[str, str]] = set()
    for name in sorted(found):
        try:
            voucher = _used_by(found[name], name, cart=cart, member_id=member_id, at=at)
        except Refused as no:
            passed_over.append(PassedOver(name, no.code, tuple(no.figures.items())))
            continue
        whose = voucher.member_id, voucher.voucher_id
        if whose in seen:
            passed_over.append(PassedOver(name, Why.NAMED_TWICE.value))
        else:
            usable.append(Usable(name, voucher))
        seen.add(whose)
    return usable, passed_over


def _used_by(
    voucher: Voucher | None, name: str, *, cart: Cart, member_id: str, at: datetime
) -> Voucher:
    """Attach a voucher to the order, or refuse; on that order already it stays."""
    has_code = name in cart.codes
    if voucher is None or not voucher.can_be_used_by(member_id, at=at, has_code=has_code):
        raise VoucherNotFound
    return voucher.attaching(member_id, cart.order_id, at=at)


def reason_against(cart: Cart, terms: CouponTerms) -> No | None:
    """Say why a coupon does not apply to a cart.

    Args:
        cart: The cart.
        terms: What the coupon is good for.

    Returns:
        What the first of `RULES` that says no says; `None` where none does.
    """
    for rule in RULES:
        no = rule(cart, terms)
        if no is not None:
            return no
    return None


def gross_by_line(cart: Cart, terms: CouponTerms) -> Mapping[str, int]:
    """Name the lines that a coupon applies to.

    Args:
        cart: The cart.
        terms: What the coupon is good for.

    Returns:
        What each costs before anything is taken off, in minor units, by its name.
    """
    return {
        line.line_id: line.gross_minor
        for line in cart.lines
        if not terms.categories or line.category in terms.categories
    }


def _amounts_are_in_the_carts_currency(cart: Cart, terms: CouponTerms) -> No | None:
    strange = terms.currencies - {cart.currency}
    return (Why.WRONG_CURRENCY, (("currencies", _listed(strange)),)) if strange else None


def _is_on_a_platform_of_the_coupon(cart: Cart, terms: CouponTerms) -> No | None:
    if not terms.platforms or cart.platform in terms.platforms:
        return None
    return Why.WRONG_PLATFORM, (("platforms", _listed(terms.platforms)),)


def _is_paid_in_a_mode_of_the_coupon(cart: Cart, terms: CouponTerms) -> No | None:
    if not terms.payment_modes or cart.payment_mode in terms.payment_modes:
        return None
    return Why.WRONG_PAYMENT_MODE, (("payment_modes", _listed(terms.payment_modes)),)


def _has_a_line_of_a_category_of_the_coupon(cart: Cart, terms: CouponTerms) -> No | None:
    if gross_by_line(cart, terms):
        return None
    return Why.WRONG_CATEGORY, (("categories", _listed(terms.categories)),)


def _comes_to_the_order_min_of_the_coupon(cart: Cart, terms: CouponTerms) -> No | None:
    reached = sum(gross_by_line(cart, terms).values())
    required = 0 if terms.order_min is None else terms.order_min.minor
    if reached >= required:
        return None
    figures = ("required", required), ("reached", reached), ("missing", required - reached)
    return Why.BELOW_ORDER_MIN, figures


RULES: Final[tuple[Callable[[Cart, CouponTerms], No | None], ...]] = (
    _amounts_are_in_the_carts_currency,
    _is_on_a_platform_of_the_coupon,
    _is_paid_in_a_mode_of_the_coupon,
    _has_a_line_of_a_category_of_the_coupon,
    _comes_to_the_order_min_of_the_coupon,
)
"""What a coupon needs, in order of precedence."""


def _listed(names: Sequence[str] | frozenset[str]) -> str:
    """Write names as one text."""
    return ", ".join(sorted(names))
