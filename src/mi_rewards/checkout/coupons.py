"""What the coupons of a cart take off, line by line.

1. A coupon is worth its fixed amount, or its rate of what it applies to, rounded once and then
   capped; never more than what it applies to.
2. An order has one coupon that is not combinable, or all those that are: whichever takes most off.
   Of equal ones the fewest coupons, then the first by name.
3. Of several, the one that applies to least goes first, then the one worth most, then by name. A
   coupon that would take nothing off is not used.
4. What a coupon takes off is split over its lines in proportion to what is left of them.
5. Off a unit whose price is not negotiable it takes nothing; what it needs, it may need of it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mi_rewards.catalogue.terms import CouponTerms
from mi_rewards.checkout.carts import Cart
from mi_rewards.checkout.priced import AppliedVoucher, PassedOver, Why
from mi_rewards.checkout.splits import split
from mi_rewards.checkout.vouchers import Usable, gross_by_line, reason_against

Taking = tuple[str, Mapping[str, int]]
"""A coupon's name, and what it takes off by line, in minor units."""


class _Coupon(NamedTuple):
    """A coupon that applies to a cart."""

    usable: Usable
    is_combinable: bool
    gross: Mapping[str, int]
    worth: int

    @property
    def name(self) -> str:
        return self.usable.name

    @property
    def turn(self) -> tuple[int, int, str]:
        """When it is its turn among several."""
        return sum(self.gross.values()), -self.worth, self.name


class Reductions(NamedTuple):
    """What the coupons of a cart come to.

    Attributes:
        takings: What each takes off, in the order in which they are taken.
        applied: The coupons that applied, by name.
        passed_over: Those that did not, by name.
    """

    takings: tuple[Taking, ...]
    applied: tuple[AppliedVoucher, ...]
    passed_over: tuple[PassedOver, ...]


def reduce(
    cart: Cart, usable: Sequence[tuple[Usable, CouponTerms]], *, fixed: str = ""
) -> Reductions:
    """Choose among the coupons of a cart, and take them off.

    Args:
        cart: The cart.
        usable: Coupons that can be used on the order, with their terms.
        fixed: The line whose price is not negotiable; empty for none.

    Returns:
        What they take off.
    """
    coupons: list[_Coupon] = []
    passed_over: list[PassedOver] = []
    for it, terms in usable:
        coupon = _coupon(cart, it, terms, fixed)
        if isinstance(coupon, PassedOver):
            passed_over.append(coupon)
        else:
            coupons.append(coupon)
    selection, takings = _chosen(coupons, cart)
    taken = {name: sum(by_line.values()) for name, by_line in takings}
    applied: list[AppliedVoucher] = []
    for coupon in coupons:
        name = coupon.name
        if name in taken:
            voucher = coupon.usable.voucher
            applied.append(AppliedVoucher(name, voucher.member_id, voucher.voucher_id, taken[name]))
        elif coupon in selection:
            passed_over.append(PassedOver(name, Why.NOTHING_LEFT.value))
        else:
            figures = ("chosen", ", ".join(sorted(taken))), ("would_take", coupon.worth)
            passed_over.append(PassedOver(name, Why.NOT_COMBINABLE.value, figures))
    return Reductions(tuple(takings), tuple(sorted(applied)), tuple(sorted(passed_over)))


def _coupon(cart: Cart, usable: Usable, terms: CouponTerms, fixed: str) -> _Coupon | PassedOver:
    """See whether a coupon applies, and what it is worth."""
    no = reason_against(cart, terms)
    if no is not None:
        why, figures = no
        return PassedOver(usable.name, why.value, figures)
    gross = {name: it for name, it in gross_by_line(cart, terms).items() if name != fixed}
    if not gross:
        return PassedOver(usable.name, Why.PRICE_NOT_NEGOTIABLE.value)
    worth = _worth(terms, sum(gross.values()))
    if worth == 0:
        return PassedOver(usable.name, Why.WORTH_NOTHING.value)
    return _Coupon(usable, terms.is_combinable, gross, worth)


def _worth(terms: CouponTerms, gross: int) -> int:
    """Say what a coupon takes off what it applies to, in minor units."""
    worth = 0
    if terms.value is not None:
        worth = terms.value.minor
    elif terms.rate is not None:
        worth = terms.rate.of(gross)
        if terms.cap is not None:
            worth = min(worth, terms.cap.minor)
    return min(worth, gross)


def _chosen(coupons: Sequence[_Coupon], cart: Cart) -> tuple[list[_Coupon], list[Taking]]:
    """Choose the coupons that take most off, and take them off."""
    selections = [[it] for it in coupons if not it.is_combinable]
    selections.append([it for it in coupons if it.is_combinable])
    tried = [(selection, _taken_off(selection, cart)) for selection in selections]
    return min(tried, key=lambda it: _rank(it[1]))


def _rank(takings: Sequence[Taking]) -> tuple[int, int, list[str]]:
    """Rank what coupons take off: most first, then the fewest coupons, then by name."""
    total = sum([sum(by_line.values()) for _, by_line in takings])
    return -total, len(takings), sorted([name for name, _ in takings])


def _taken_off(selection: Sequence[_Coupon], cart: Cart) -> list[Taking]:
    """Take coupons off one after the other."""
    left = {line.line_id: line.gross_minor for line in cart.lines}
    takings: list[Taking] = []
    for coupon in sorted(selection, key=lambda it: it.turn):
        line_ids = sorted(coupon.gross)
        weights = [left[line_id] for line_id in line_ids]
        parts = split(min(coupon.worth, sum(weights)), weights)
        by_line = dict(zip(line_ids, parts, strict=True))
        if any(parts):
            takings.append((coupon.name, by_line))
        for line_id, part in by_line.items():
            left[line_id] -= part
    return takings
