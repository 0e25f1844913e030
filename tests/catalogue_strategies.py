"""Strategies of the catalogue: any reward, any voucher, any redemption."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from mi_rewards.calendar import Window, Zone
from mi_rewards.catalogue import (
    ALPHABET,
    LETTERS,
    Choice,
    CodeEntry,
    CouponTerms,
    FCodeTerms,
    Limit,
    LimitScope,
    Period,
    PooledCode,
    Redemption,
    RedemptionState,
    Reward,
    SealedCode,
    Validity,
    Voucher,
    VoucherTerms,
    issue,
    with_check,
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
    st.just("") | TEXTS,
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


IDS = TEXTS
ZONES = st.sampled_from(
    [Zone(it) for it in ("UTC", "Asia/Kolkata", "Pacific/Apia", "America/Lima")]
)
VERSIONS = st.integers(0, TOKENS_MAX)
DIGESTS = st.text("0123456789abcdef", min_size=32, max_size=32)
CODES = st.text(ALPHABET, min_size=LETTERS, max_size=LETTERS).map(with_check)
CLEARS = st.none() | CODES


@st.composite
def vouchers(draw: st.DrawFn) -> Voucher:
    """Vouchers at any point of their life."""
    terms = draw(coupons("INR") | F_CODES)
    at, zone = draw(INSTANTS), draw(ZONES)
    code = SealedCode(draw(DIGESTS), draw(CODES))
    issued = issue(
        member_id=draw(IDS),
        voucher_id=draw(IDS),
        reward_id=draw(IDS),
        terms=terms,
        code=code,
        keeps_clear=draw(st.booleans()),
        at=at,
        zone=zone,
    )._replace(version=draw(VERSIONS))
    if issued.at(at) is not issued:
        return issued.at(at)
    order_id, order_of = draw(IDS), draw(IDS)
    wait = draw(st.none() | st.timedeltas(timedelta(microseconds=1), timedelta(hours=9)))
    until = None if wait is None else at + wait
    attached = issued.attaching(order_of, order_id, at=at, until=until)
    held = issued.transferring(draw(IDS), at=at) if terms.is_transferable else issued
    return draw(
        st.sampled_from(
            [
                issued,
                held,
                attached,
                attached.using(order_of, order_id, at=at),
                issued.at(issued.ends_at),
                issued.voiding(at=at),
                issued.without_clear(),
                issued.with_code("0" * 32, None, at=at),
            ]
        )
    )


@st.composite
def redemptions(draw: st.DrawFn) -> Redemption:
    """Redemptions at any point of their life."""
    reward, member_id = draw(rewards()), draw(IDS)
    at = draw(INSTANTS)
    until = draw(st.none() | st.timedeltas(timedelta(microseconds=1), timedelta(days=9)))
    steps = [it for it in reward.steps(member_id, at.date()) if it.limit]
    state = RedemptionState.CONFIRMED if until is None else RedemptionState.RESERVED
    made = Redemption(
        member_id,
        draw(IDS),
        reward,
        reward.tokens_for(None),
        tuple(steps),
        at,
        None if until is None else at + until,
        state,
        draw(VERSIONS),
    )
    lives = [made]
    if until is not None:
        lives += [made.confirming(at=at), made.cancelling(at=at), made.at(at + until)]
    if reward.is_revocable:
        lives.append(lives[:2][-1].cancelling(at=at))
    return draw(st.sampled_from(lives))


ENTRIES = st.builds(CodeEntry, DIGESTS, IDS, IDS, VERSIONS) | st.builds(
    CodeEntry, DIGESTS, st.just(""), st.just(""), VERSIONS
)
POOLED = st.builds(PooledCode, TEXTS, TOKENS, DIGESTS, CLEARS, VERSIONS)
