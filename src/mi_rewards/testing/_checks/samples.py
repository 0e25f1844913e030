"""Values for checks to store: each is one that the library itself could have made.

1. Instants have microseconds, and days are those of Kolkata: a store that rounds or shifts is seen.
2. `row(kind, mark)` makes an aggregate whose contents tell its *mark*, so that a row that was
   replaced by another is seen. A kind of aggregate is a row in `ROWS`.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import attrs

from mi_rewards.calendar import Zone
from mi_rewards.catalogue import (
    CodeEntry,
    CouponTerms,
    PooledCode,
    Redemption,
    RedemptionState,
    Reward,
    Step,
    Validity,
    Voucher,
)
from mi_rewards.checkout import (
    Cart,
    CartLine,
    CheckoutTerms,
    Quote,
    SettledLine,
    Settlement,
    SettlementState,
    price,
)
from mi_rewards.commands import Adjust, Adjusted, Delivered, HoldPlaced
from mi_rewards.earning import (
    EarnRate,
    EarnTerms,
    Line,
    Member,
    Purchase,
    Qualifies,
    Recipe,
    Referral,
    ReferralCode,
    ReferralState,
    Welcome,
)
from mi_rewards.money import Money, Rounding
from mi_rewards.programme import Programme
from mi_rewards.repositories import (
    Changes,
    CounterKey,
    Note,
    OutboxEvent,
    Page,
    Put,
    Receipt,
    ReceiptKey,
    Take,
    key_of,
)
from mi_rewards.testing._checks.ahead import AT, OF_PREORDERS
from mi_rewards.testing._checks.devices import OF_TRADE_INS
from mi_rewards.tiers import CalendarYear, Ladder, Metric, Standing, Tier
from mi_rewards.wallet import (
    Burn,
    Change,
    Draw,
    EndOfYear,
    Entry,
    Owner,
    Reason,
    Wallet,
)

ZONE = Zone("Asia/Kolkata")
TOKENS = "tokens"
ASHA, BELA, CHAND = "asha", "bela", "chand"
T = AT
END_OF_2018, END_OF_2019 = date(2018, 12, 31), date(2019, 12, 31)
MOST = 2**63 - 1
MICROSECOND = timedelta(microseconds=1)
STOCK, PHONE = CounterKey("reward", "coupon"), CounterKey("reward", "phone")

PROGRAMME = Programme(
    "contract",
    "Contract",
    ZONE,
    "INR",
    TOKENS,
    EarnTerms(EarnRate(10, Money(10_000, "INR"))),
    EndOfYear(1),
    welcome=Welcome(50, None, None),
)
"""Ten tokens for a hundred rupees, valid to the end of the next year; fifty for joining."""


def owner(member_id: str = ASHA, kind: str = TOKENS) -> Owner:
    """Name a wallet."""
    return Owner(member_id, kind, ZONE)


def changes_of(wallet: Wallet, *steps: Any) -> tuple[Wallet, tuple[Entry, ...]]:
    """Move a wallet on by steps, each a function of the wallet; answer with all entries too."""
    entries: list[Entry] = []
    for step in steps:
        change: Change[Any] = step(wallet)
        wallet, entries = change.wallet, [*entries, *change.entries]
    return wallet, tuple(entries)


def earned(
    wallet: Wallet, tokens: int, last_day: date = END_OF_2018, by: str = "e"
) -> Change[None]:
    """Earn tokens, under a request of one's own for each entry."""
    number = wallet.sequence + 1
    reason = Reason("purchase", (("order_id", "o'1"), ("base_minor", 99_999)))
    return wallet.earn(
        tokens, last_day=last_day, at=T, request_id=f"{by}{number}", reason=reason, source="o'1"
    )


def journal(count: int, member_id: str = ASHA, kind: str = TOKENS) -> tuple[Entry, ...]:
    """Make a wallet's first entries."""
    steps = [lambda it: earned(it, 1)] * count
    return changes_of(Wallet(owner(member_id, kind)), *steps)[1]


def digest_of(*texts: str) -> str:
    """Make what could be the digest of a code: another for other texts."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


def coupon(reward_id: str, mark: int = 1) -> Reward:
    """Make a coupon of so many rupees."""
    terms = CouponTerms(Validity(days=90), value=Money(mark, "INR"), is_transferable=True)
    return Reward(reward_id, "A coupon", 10, terms)


def reservation(
    by: str = ASHA,
    name: str = "n1",
    *,
    until: datetime = T + timedelta(days=2),
    state: RedemptionState = RedemptionState.RESERVED,
    mark: int = 1,
) -> Redemption:
    """Make a redemption that was reserved until a deadline."""
    steps = (Step("reward/c", "stock", 9), Step(by, "reward/c/ever/ever", mark))
    made_at = T - timedelta(days=400)
    return Redemption(by, name, coupon("c", mark), 10, steps, made_at, until, state)


def voucher(
    by: str = ASHA, name: str = "n1", *, ends_at: datetime | None = None, mark: int = 1
) -> Voucher:
    """Make a voucher that ends at an instant, or with the year 2018."""
    ends_at = ZONE.after(END_OF_2018) if ends_at is None else ends_at
    last_day = ends_at.date() - timedelta(days=1) if ends_at.hour < 18 else ends_at.date()
    digest, terms = digest_of(by, name), coupon("c", mark).terms
    return Voucher(by, name, "c", terms, T, last_day, ends_at, digest, "2C", by)


def settlement(
    by: str = ASHA,
    name: str = "n1",
    *,
    until: datetime = T + timedelta(days=2),
    state: SettlementState = SettlementState.PLACED,
    mark: int = 1,
) -> Settlement:
    """Make an order of *mark* paise, whose payment is waited for until a deadline."""
    lines = (SettledLine("l1", 2, mark, 0, 0, 0, 0, earning_minor=mark, category="phones"),)
    made_at = T - timedelta(days=400)
    return Settlement(by, name, "INR", lines, ((BELA, "v1"),), made_at, until, "h", None, state)


LADDER = Ladder(
    (Tier("silver", "Silver", 1), Tier("gold", "Gold", 2)), Metric.SPEND, CalendarYear()
)
"""Silver for a paisa in a year, gold for two; what was reached stays to the end of the next."""


def standing(by: str = ASHA, mark: int = 1) -> Standing:
    """Make a standing with *mark* paise."""
    day = ZONE.day_of(T)
    joined = Standing.joining(by, day - timedelta(days=400))
    return joined.counting(day, at=T, ladder=LADDER, zone=ZONE, spend_minor=mark).standing


def referral(
    by: str = ASHA,
    *,
    at: datetime = T + timedelta(days=2),
    state: ReferralState = ReferralState.QUALIFYING,
    mark: int = 1,
) -> Referral:
    """Make a referral that brings *mark* tokens, and qualifies at an instant."""
    inviter_id = CHAND if by == BELA else BELA
    registered_at, since = T - timedelta(days=400), T - timedelta(days=500)
    is_decided = state in (ReferralState.QUALIFYING, ReferralState.QUALIFIED)
    decided = ("o'1", T - timedelta(days=9), at, END_OF_2018) if is_decided else ("", *[None] * 3)
    return Referral(
        by,
        inviter_id,
        "c'1",
        state,
        registered_at,
        since,
        Qualifies.AFTER_RETURN_WINDOW,
        10,
        mark,
        mark,
        "ok",
        *decided,
    )


def _code_row(mark: int, by: str, name: str, version: int) -> ReferralCode:
    """Make a code of a member's own, by which member *mark* invites."""
    code = name if name == by else f"{by}.{name}"
    return ReferralCode(code, f"m{mark}", T, ZONE.after(END_OF_2018), version)


def _quote_row(mark: int, by: str, name: str, version: int) -> Quote:
    """Make a quote of a cart that comes to *mark* paise."""
    cart = Cart("o1", (CartLine("l1", "p1", "phones", Money(mark, "INR"), 1),))
    priced = price(
        cart,
        member_id=by,
        vouchers=(),
        available=0,
        owed=0,
        terms=CheckoutTerms(),
        recipe=Recipe("shopping", 1, Money(10_000, "INR"), Rounding.DOWN, (), "book"),
        at=T,
    )
    return Quote(by, name, cart, priced, T, T + timedelta(minutes=15), "book", version)


def _wallet_row(mark: int, by: str, name: str, version: int) -> Wallet:
    """Make a wallet with *mark* tokens."""
    wallet, _ = changes_of(Wallet(owner(by, name)), lambda it: earned(it, mark))
    return wallet._replace(version=version)


def _purchase_row(mark: int, by: str, name: str, version: int) -> Purchase:
    """Make an order of *mark* paise."""
    line = Line("l1", Money(mark, "INR"), 1, "phones")
    return Purchase(by, name, (line,), "web", version=version)


def _pooled_row(mark: int, by: str, name: str, version: int) -> PooledCode:
    """Make a code of a member's own pool; its place follows from the name."""
    place = int(name) if name.isdecimal() else 1 + int(digest_of(name)[:12], 16)
    return PooledCode(by, place, digest_of(by, name), f"2{mark}", version)


Row = Callable[[int, str, str, int], Any]
"""How an aggregate is made: of a mark, a member, a name and a version."""

OF_EVERY_HOST: Mapping[type[Any], Row] = {
    Member: lambda mark, by, _, version: Member(by, T, (), (("lifetime", mark),), version),
    Wallet: _wallet_row,
    Purchase: _purchase_row,
    Burn: lambda mark, by, name, version: Burn(
        owner(by), name, (Draw(END_OF_2018, mark),), version=version
    ),
}
"""The kinds of aggregates that every host has."""

OF_THE_CATALOGUE: Mapping[type[Any], Row] = {
    Reward: lambda mark, by, name, version: attrs.evolve(
        coupon(f"{by}.{name}", mark), version=version
    ),
    Redemption: lambda mark, by, name, version: reservation(by, name, mark=mark)._replace(
        version=version
    ),
    Voucher: lambda mark, by, name, version: voucher(by, name, mark=mark)._replace(version=version),
    CodeEntry: lambda mark, by, name, version: CodeEntry(
        digest_of(by, name), by, f"v{mark}", version
    ),
    PooledCode: _pooled_row,
}
"""The kinds of aggregates that a host with a catalogue has besides."""

OF_THE_CHECKOUT: Mapping[type[Any], Row] = {
    Quote: _quote_row,
    Settlement: lambda mark, by, name, version: settlement(by, name, mark=mark)._replace(
        version=version
    ),
}
"""The kinds of aggregates that a host with a checkout has besides."""

OF_STANDINGS: Mapping[type[Any], Row] = {
    Standing: lambda mark, by, _, version: standing(by, mark)._replace(version=version),
}
"""The kinds of aggregates that a host with standings has besides."""

OF_REFERRALS: Mapping[type[Any], Row] = {
    Referral: lambda mark, by, _, version: referral(by, mark=mark)._replace(version=version),
    ReferralCode: _code_row,
}
"""The kinds of aggregates that a host with referrals has besides."""

ROWS: Mapping[type[Any], Row] = {
    **OF_EVERY_HOST,
    **OF_THE_CATALOGUE,
    **OF_THE_CHECKOUT,
    **OF_STANDINGS,
    **OF_REFERRALS,
    **OF_PREORDERS,
    **OF_TRADE_INS,
}
"""How an aggregate of each kind is made."""

KINDS: tuple[type[Any], ...] = tuple(ROWS)


def row(
    kind: type[Any], mark: int = 1, *, by: str = ASHA, name: str = "n1", version: int = 0
) -> Any:
    """Make an aggregate of a kind, whose contents tell its *mark*."""
    return ROWS[kind](mark, by, name, version)


def put(aggregate: Any) -> Put[Any]:
    """Put an aggregate under its own key."""
    return Put(key_of(aggregate), aggregate)


def receipt(request_id: str = "r1", scope: str = ASHA, tokens: int = 5) -> Receipt:
    """Make a receipt with the content of a command."""
    command = Adjust(
        member_id="any", request_id="any", at=T, tokens=tokens, reason="why", last_day=END_OF_2018
    )
    return Receipt(ReceiptKey(scope, request_id), command.content(), Adjusted(tokens))


def event(event_id: str = "e1", by: str = ASHA, topic: str = "greeting") -> OutboxEvent:
    """Make an event."""
    return OutboxEvent(by, event_id, topic, T, (("text", "naïve"), ("tokens", MOST)))


def note(request_id: str = "r1", by: str = ASHA) -> Note:
    """Make a note."""
    return Note(by, request_id, "he called; she didn't")


def journal_page(by: str = ASHA, kind: str = TOKENS, after: int = 0, limit: int = 99) -> Page:
    """Ask for a part of a journal."""
    return Page("journal", by, kind, after, limit)


def outbox_page(by: str = ASHA, after: int = 0, limit: int = 99) -> Page:
    """Ask for a part of an outbox."""
    return Page("outbox", by, "", after, limit)


def outcomes() -> Sequence[object]:
    """Make outcomes whose fields are of every type that there is."""
    return (
        Delivered("o'1", 0, None, None, "order_cap_reached"),
        Delivered("o'1", MOST, END_OF_2018, T, "shopping"),
        HoldPlaced("h", 1, T),
        Adjusted(-5),
    )


def everything(by: str = ASHA, suffix: str = "1", *, kinds: Sequence[type[Any]] = KINDS) -> Changes:
    """Make a save with one of each kind of thing, of one member but for the counter."""
    entries = journal(1, by)
    return Changes(
        tuple(put(row(kind, by=by, name=f"n{suffix}")) for kind in kinds),
        entries,
        (receipt(f"r{suffix}", by),),
        (event(f"e{suffix}", by),),
        (note(f"r{suffix}", by),),
        (Take(STOCK, 3, 5),),
    )
