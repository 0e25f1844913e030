"""What a cart comes to: one function, for showing a quote and for placing the order.

1. Coupons first, on what the lines cost; then the exchange value, then tokens, on what is left. The
   value of an exchange receipt is taken off one unit, whose price it fixes; see `exchanged`.
2. Every other amount is split over the lines in proportion to what is left of them, to the last
   minor unit. Of equal remainders the line that is first by name gets it, so that the order of
   lines and vouchers in the cart changes no amount.
3. What is charged in tokens is the fewest that are worth what they paid.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from mi_rewards.calendar import utc
from mi_rewards.catalogue.terms import CouponTerms, FCodeTerms
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout.carts import Cart, CartLine
from mi_rewards.checkout.coupons import Taking, reduce
from mi_rewards.checkout.exchanged import Traded, traded_in
from mi_rewards.checkout.f_codes import cover
from mi_rewards.checkout.priced import Part, PassedOver, Priced, PricedLine, Source, Why
from mi_rewards.checkout.splits import fewest_tokens, split
from mi_rewards.checkout.terms import CheckoutTerms
from mi_rewards.checkout.vouchers import usable_in
from mi_rewards.earning.terms import Recipe
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import TOKENS_MAX, CurrencyMismatch
from mi_rewards.trade_in.exchanges import Exchange
from mi_rewards.wallet.refusals import InsufficientTokens, MemberBlocked, TokensOwed


def price(
    cart: Cart,
    *,
    member_id: str,
    vouchers: Sequence[tuple[str, Voucher | None]],
    available: int,
    terms: CheckoutTerms,
    recipe: Recipe,
    at: datetime,
    owed: int = 0,
    blocked: str = "",
    exchange: Exchange | None = None,
) -> Priced:
    """Work out what a cart comes to.

    Args:
        cart: What is ordered.
        member_id: The member who orders.
        vouchers: Each name in the cart with its voucher, `None` where none was found.
        available: How many tokens the member has, at least 0.
        terms: The terms of the checkout.
        recipe: How the order's award is computed.
        at: The instant.
        owed: How many tokens the member owes, at least 0.
        blocked: The code for which the member can spend nothing; empty where they can.
        exchange: The exchange whose receipt the cart names; `None` where none was found.

    Returns:
        What it comes to; the same for the same arguments, whatever the order of vouchers.

    Raises:
        CurrencyMismatch: The cart is in another currency than the recipe.
        Misuse: The vouchers or the exchange are not exactly those that the cart names, a number of
            tokens is below zero, or the order would earn more than 2**63 - 1 tokens.
    """
    _check(cart, recipe, available=available, owed=owed)
    usable, unusable = usable_in(cart, vouchers, member_id=member_id, at=utc(at))
    coupons = [(it, t) for it in usable if isinstance(t := it.voucher.terms, CouponTerms)]
    f_codes = [(it, t) for it in usable if isinstance(t := it.voucher.terms, FCodeTerms)]
    traded = traded_in(cart, exchange, member_id=member_id, at=utc(at))
    reductions = reduce(cart, coupons, fixed=_fixed(traded))
    covered, uncovered = cover(cart, f_codes)
    tally = _Tally({line.line_id: line.gross_minor for line in cart.lines}, [])
    for taking in reductions.takings:
        tally.take(Source.COUPON, taking)
    exchanged = _exchanged(cart, traded, tally)
    purse = _Purse(available, owed, blocked)
    paid = _tokens_on(cart, tally, exchanged.kept, purse, terms=terms)
    tally.spread(Source.TOKENS, paid.minor, exchanged.kept)
    lines = _lines(cart, tally, paid.tokens, terms=terms, recipe=recipe)
    earns = recipe.award(sum([line.earning_minor for line in lines]))
    if earns > TOKENS_MAX:
        raise Misuse(f"order {cart.order_id!r} would earn more than 2**63 - 1 tokens")
    return Priced(
        cart.currency,
        lines,
        tuple(sorted([*reductions.applied, *covered], key=lambda it: it.name)),
        tuple(sorted([*unusable, *reductions.passed_over, *uncovered])),
        paid.tokens,
        paid.passed_over,
        exchanged.surplus,
        earns,
        exchanged.passed_over,
    )


def _check(cart: Cart, recipe: Recipe, *, available: int, owed: int) -> None:
    """Object to another currency than the programme's, and to tokens that are none."""
    if cart.currency != recipe.per.currency:
        raise CurrencyMismatch(f"the cart is in {cart.currency}, not in {recipe.per.currency}")
    for what, n in (("available", available), ("owed", owed)):
        if type(n) is not int or n < 0:
            raise Misuse(f"the tokens {what} are a whole number from 0, not {n!r:.60}")


class _Purse(NamedTuple):
    """What a member can spend, and what stands against it."""

    available: int
    owed: int
    blocked: str


class _Tally(NamedTuple):
    """What is left of each line by its name, and what was taken off so far."""

    left: dict[str, int]
    taken: list[tuple[Source, Taking]]

    @property
    def total(self) -> int:
        """What is left of all of them."""
        return sum(self.left.values())

    def take(self, source: Source, taking: Taking) -> None:
        """Take amounts off lines."""
        self.taken.append((source, taking))
        for line_id, minor in taking[1].items():
            self.left[line_id] -= minor

    def open(self, kept: Mapping[str, int]) -> dict[str, int]:
        """Say what is left of each line beside what is kept of it."""
        return {line_id: left - kept.get(line_id, 0) for line_id, left in self.left.items()}

    def spread(self, source: Source, minor: int, kept: Mapping[str, int]) -> int:
        """Take an amount off all lines, as far as there is something open; say how much."""
        opened = self.open(kept)
        taken = min(minor, sum(opened.values()))
        line_ids = sorted(opened)
        parts = split(taken, [opened[line_id] for line_id in line_ids])
        self.take(source, ("", dict(zip(line_ids, parts, strict=True))))
        return taken

    def taken_off(self, line_id: str) -> tuple[Part, ...]:
        """Name what was taken off a line."""
        parts = [
            Part(source, name, by_line.get(line_id, 0)) for source, (name, by_line) in self.taken
        ]
        return tuple([part for part in parts if part.minor])


class _Exchanged(NamedTuple):
    """What of an exchange value is too much, what of lines no token pays, or why it is not used."""

    surplus: int
    kept: Mapping[str, int]
    passed_over: PassedOver | None


def _fixed(traded: Traded | PassedOver | None) -> str:
    """Name the line that no coupon takes anything off."""
    if isinstance(traded, Traded) and not traded.allows("coupons"):
        return traded.line_id
    return ""


def _exchanged(cart: Cart, traded: Traded | PassedOver | None, tally: _Tally) -> _Exchanged:
    """Take an exchange value off."""
    if traded is None:
        asked = 0 if cart.exchange is None else cart.exchange.minor
        return _Exchanged(asked - tally.spread(Source.EXCHANGE, asked, {}), {}, None)
    if isinstance(traded, PassedOver):
        return _Exchanged(0, {}, traded)
    line_id = traded.line_id
    off = traded.off(tally.left[line_id])
    if not off:
        return _Exchanged(0, {}, traded.nothing_left())
    tally.take(Source.EXCHANGE, (cart.exchange_id, {line_id: off}))
    kept = {line_id: traded.kept(tally.left[line_id])}
    return _Exchanged(traded.value_minor - off, kept, None)


class _TokensPaid(NamedTuple):
    """What tokens pay, and how many are charged for that, or why none are."""

    minor: int
    tokens: int
    passed_over: PassedOver | None


def _tokens_on(
    cart: Cart, tally: _Tally, kept: Mapping[str, int], purse: _Purse, *, terms: CheckoutTerms
) -> _TokensPaid:
    """Pay with tokens what they may and can."""
    asked, part, left = cart.tokens, terms.part_payment, sum(tally.open(kept).values())
    no: PassedOver | None = None
    if asked == 0:
        return _NOTHING_ASKED
    if part is None:
        no = PassedOver("", Why.NO_PART_PAYMENT.value)
    elif asked < part.least:
        no = PassedOver("", Why.BELOW_LEAST.value, (("asked", asked), ("least", part.least)))
    elif purse.blocked:
        no = _refused(MemberBlocked(reason=purse.blocked))
    elif purse.owed:
        no = _refused(TokensOwed(required=asked, owed=purse.owed))
    elif asked > purse.available:
        no = _refused(InsufficientTokens(required=asked, available=purse.available))
    elif left == 0:
        why = Why.PRICE_NOT_NEGOTIABLE if tally.total else Why.NOTHING_LEFT
        no = PassedOver("", why.value)
    else:
        share = left if part.share is None else part.share.of(left)
        minor = min(part.worth.of(asked), share)
        if minor:
            return _TokensPaid(minor, fewest_tokens(minor, part.worth, asked), None)
        no = PassedOver("", Why.WORTH_NOTHING.value)
    return _TokensPaid(0, 0, no)


_NOTHING_ASKED: Final = _TokensPaid(0, 0, None)


def _refused(no: Refused) -> PassedOver:
    """State what the wallet would refuse."""
    return PassedOver("", no.code, tuple(no.figures.items()))


def _lines(
    cart: Cart, tally: _Tally, tokens: int, *, terms: CheckoutTerms, recipe: Recipe
) -> tuple[PricedLine, ...]:
    """Put the lines together, in the order of the cart."""
    earns_on = {
        Source.COUPON: terms.earns_on_coupons,
        Source.EXCHANGE: terms.earns_on_exchange,
        Source.TOKENS: terms.earns_on_tokens,
    }
    parts_of = {line.line_id: tally.taken_off(line.line_id) for line in cart.lines}
    tokens_of = _tokens_by_line(parts_of, tokens)
    return tuple([_line(it, parts_of, tokens_of, earns_on, recipe) for it in cart.lines])


def _tokens_by_line(parts_of: Mapping[str, tuple[Part, ...]], tokens: int) -> dict[str, int]:
    """Split the tokens that are charged over the lines in proportion to what they paid there."""
    line_ids = sorted(parts_of)
    paid = [
        sum([part.minor for part in parts_of[line_id] if part.source is Source.TOKENS])
        for line_id in line_ids
    ]
    return dict(zip(line_ids, split(tokens, paid), strict=True))


def _line(
    line: CartLine,
    parts_of: Mapping[str, tuple[Part, ...]],
    tokens_of: Mapping[str, int],
    earns_on: Mapping[Source, bool],
    recipe: Recipe,
) -> PricedLine:
    """Put a line together."""
    parts = parts_of[line.line_id]
    payable = line.gross_minor - sum([part.minor for part in parts])
    earning = payable + sum([part.minor for part in parts if earns_on[part.source]])
    return PricedLine(
        line.line_id,
        line.quantity,
        line.gross_minor,
        parts,
        payable,
        tokens_of[line.line_id],
        0 if line.category in recipe.excluded_categories else earning,
    )
