"""Carts, vouchers and prices in one line each, for the tests of the checkout."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from mi_rewards.catalogue.terms import CouponTerms, FCodeTerms, Validity, VoucherTerms
from mi_rewards.catalogue.vouchers import Voucher
from mi_rewards.checkout import Cart, CartLine, CheckoutTerms, Priced, price
from mi_rewards.earning import Recipe
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.trade_in import Exchange

NOON = datetime(2017, 8, 1, 12, tzinfo=UTC)
LAST = date(2017, 8, 31)
ENDS = datetime(2017, 8, 31, 18, 30, tzinfo=UTC)
YEAR = Validity(days=365)


def coupon(
    off: int | str = 0,
    *categories: str,
    currency: str = "INR",
    rounding: Rounding = Rounding.DOWN,
    cap: int | None = None,
    least: int | None = None,
    platforms: tuple[str, ...] = (),
    modes: tuple[str, ...] = (),
    combinable: bool = False,
    transferable: bool = False,
) -> CouponTerms:
    """State a coupon: minor units off, or a rate such as `"1/10"`."""
    rate = None
    if isinstance(off, str):
        numerator, denominator = off.split("/")
        rate = Rate(int(numerator), int(denominator), rounding)
    return CouponTerms(
        YEAR,
        Money(off, currency) if isinstance(off, int) and off else None,
        rate,
        None if cap is None else Money(cap, currency),
        categories,
        None if least is None else Money(least, currency),
        platforms,
        modes,
        combinable,
        transferable,
    )


def f_code(*product_ids: str, transferable: bool = True) -> FCodeTerms:
    """State an F-code."""
    return FCodeTerms(product_ids, YEAR, transferable)


def voucher(terms: VoucherTerms, voucher_id: str = "v", *, member_id: str = "asha") -> Voucher:
    """Issue a voucher."""
    return Voucher(
        member_id,
        voucher_id,
        "reward",
        terms,
        datetime(2017, 7, 1, tzinfo=UTC),
        LAST,
        ENDS,
        f"digest-{member_id}-{voucher_id}",
        None,
        member_id,
    )


def line(
    name: str,
    minor: int,
    quantity: int = 1,
    category: str = "",
    currency: str = "INR",
    product: str = "",
) -> CartLine:
    """Put units into a cart."""
    return CartLine(name, product or f"p-{name}", category, Money(minor, currency), quantity)


def recipe(currency: str = "INR", *excluded: str, tokens: int = 10, per: int = 10_000) -> Recipe:
    """State how awards are computed: 10 tokens for 100 rupees."""
    return Recipe("shopping", tokens, Money(per, currency), Rounding.DOWN, excluded, "book")


RUPEES = recipe()
TERMS = CheckoutTerms()


def priced(
    cart: Cart,
    vouchers: Sequence[tuple[str, Voucher | None]] = (),
    *,
    member_id: str = "asha",
    available: int = 0,
    owed: int = 0,
    blocked: str = "",
    terms: CheckoutTerms = TERMS,
    recipe: Recipe = RUPEES,
    at: datetime = NOON,
    exchange: Exchange | None = None,
) -> Priced:
    """Price a cart for a member."""
    return price(
        cart,
        member_id=member_id,
        vouchers=vouchers,
        available=available,
        owed=owed,
        blocked=blocked,
        terms=terms,
        recipe=recipe,
        at=at,
        exchange=exchange,
    )


def priced_with(
    lines: Sequence[CartLine],
    terms_by_name: Mapping[str, VoucherTerms],
    *,
    platform: str = "",
    payment_mode: str = "",
) -> Priced:
    """Price a cart with vouchers of the member's own, named by their ids."""
    cart = Cart(
        "o1",
        tuple(lines),
        platform=platform,
        payment_mode=payment_mode,
        voucher_ids=tuple(terms_by_name),
    )
    return priced(cart, [(name, voucher(it, name)) for name, it in terms_by_name.items()])
