"""Strategies of the catalogue: any reward, any voucher, any redemption."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from mi_rewards.calendar import Window
from mi_rewards.catalogue import (
    Choice,
    CouponTerms,
    FCodeTerms,
    Limit,
    LimitScope,
    Period,
    Reward,
    Validity,
    VoucherTerms,
)
from mi_rewards.money import TOKENS_MAX, Money, Rate, Rounding

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
SOME_TEXTS = st.lists(TEXTS, max_size=2, unique=True).map(tuple)
COUNTS = st.integers(0, 5) | st.integers(0, TOKENS_MAX)
TOKENS = st.integers(1, 50) | st.integers(1, TOKENS_MAX)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
VALIDITIES = st.builds(Validity, st.integers(0, 36_525)) | st.builds(
    Validity, st.none(), st.dates(date(2000, 1, 1))
)
ROUNDINGS = st.sampled_from(Rounding)


def money(currency: str) -> st.SearchStrategy[Money]:
    """Money of a currency."""
    return st.builds(Money, COUNTS, st.just(currency))


@st.composite
def coupons(draw: st.DrawFn, currency: str, *, is_chosen: bool = False) -> CouponTerms:
    """Terms of a coupon; without what it takes off where tokens are chosen."""
    by_rate = not is_chosen and draw(st.booleans())
    amounts = st.none() | money(currency)
    rate = None
    if by_rate:
        of = draw(TOKENS)
        rate = Rate(draw(st.integers(0, of)), of, draw(ROUNDINGS))
    return CouponTerms(
        draw(VALIDITIES),
        None if by_rate or is_chosen else draw(money(currency)),
        rate,
        draw(amounts) if by_rate else None,
        draw(SOME_TEXTS),
        draw(amounts),
        draw(SOME_TEXTS),
        draw(SOME_TEXTS),
        is_combinable=draw(st.booleans()),
        is_transferable=draw(st.booleans()),
    )


F_CODES = st.builds(
    FCodeTerms,
    st.lists(TEXTS, min_size=1, max_size=2, unique=True).map(tuple),
    VALIDITIES,
    st.booleans(),
)


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    """Costs that a member chooses."""
    least = draw(TOKENS)
    most = draw(st.none() | st.integers(least, TOKENS_MAX))
    worth = Rate(draw(COUNTS), draw(TOKENS), draw(ROUNDINGS))
    return Choice(least, draw(TOKENS), worth, most)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Windows with an end or without."""
    bounds = sorted(draw(st.lists(INSTANTS, min_size=2, max_size=2, unique=True)))
    first, last = draw(st.booleans()), draw(st.booleans())
    return Window(bounds[0] if first else None, bounds[1] if last else None)


@st.composite
def rewards(draw: st.DrawFn, currency: str = "INR") -> Reward:
    """Rewards of every kind."""
    is_chosen = draw(st.booleans())
    terms: VoucherTerms = draw(
        coupons(currency, is_chosen=True) if is_chosen else coupons(currency) | F_CODES
    )
    cost: Any = draw(choices() if is_chosen else TOKENS)
    over = st.tuples(st.sampled_from(LimitScope), st.sampled_from(Period))
    return Reward(
        draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,5}", fullmatch=True)),
        draw(TEXTS),
        cost,
        terms,
        draw(windows()),
        draw(st.none() | COUNTS),
        tuple([Limit(draw(COUNTS), *it) for it in draw(st.lists(over, max_size=2, unique=True))]),
        draw(SOME_TEXTS),
        draw(st.just("") | TEXTS),
        is_revocable=draw(st.booleans()),
        expense=draw(st.none() | money(currency)),
    )
