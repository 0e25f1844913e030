"""Hypothesis strategies for the domain's values, and for histories that make sense.

Whatever is drawn is small on purpose: limits, last days and empty wallets are met all the time.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from mi_rewards.calendar import UTC
from mi_rewards.commands import Command
from mi_rewards.earning import (
    Award,
    CapScope,
    EarnRate,
    Line,
    Member,
    OrderCap,
    Purchase,
    awarded_by,
)
from mi_rewards.errors import Refused
from mi_rewards.money import Money, Rounding
from mi_rewards.preorders import (
    Allotment,
    Closes,
    Colour,
    Payment,
    PreOrder,
    PreOrderTerms,
    Quota,
    Unclaimed,
    UnitState,
)
from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.testing._histories import KINDS, PRELUDES, STARVED, Follow, Step, commands, rules
from mi_rewards.testing._traded import (
    device_answers,
    device_models,
    device_quotes,
    devices,
    exchanges,
    imeis,
    price_books,
)
from mi_rewards.testing.faults import Fault, Plan
from mi_rewards.wallet import ClawBackPolicy, EndOfYear, RollingDays

NOON = datetime(2017, 12, 30, 6, 30, tzinfo=UTC)

__all__ = [
    "Follow",
    "counts",
    "device_answers",
    "device_models",
    "device_quotes",
    "devices",
    "exchanges",
    "histories",
    "imeis",
    "members",
    "plans",
    "preorders",
    "price_books",
    "programmes",
    "purchases",
    "quotas",
]


def steps(*, backwards: bool = False) -> st.SearchStrategy[Step]:
    """Draw steps; unless told otherwise, instants do not go back."""
    return st.builds(
        Step,
        st.sampled_from(KINDS),
        st.sampled_from((0, 0, 0, 0, 1, 1, 2)),
        st.sampled_from((*((-9, -1) if backwards else ()), 0, 0, 0, 1, 2, 5, 9)),
        st.integers(0, 5),
        st.integers(1, 8),
        st.integers(0, 9),
    )


def step_lists(*, backwards: bool = False, size: int = 20) -> st.SearchStrategy[tuple[Step, ...]]:
    """Draw histories as steps."""
    return st.builds(
        lambda prelude, rest: (*prelude, *rest),
        st.sampled_from((*PRELUDES, *PRELUDES[2:])),
        st.lists(steps(backwards=backwards), min_size=3, max_size=size),
    )


def programmes() -> st.SearchStrategy[Programme]:
    """Draw programmes: ten tokens for a hundred rupees, and whatever else there is to set.

    Returns:
        A strategy for programmes; under some, two days are left until tokens lapse.
    """
    return st.builds(
        rules,
        st.just(STARVED),
        rate=st.builds(
            EarnRate, st.just(10), st.just(Money(10_000, "INR")), st.sampled_from(Rounding)
        ),
        kept_after_days=st.sampled_from((0, 0, 1)),
        order_cap=st.sampled_from(
            (
                None,
                None,
                *(OrderCap(2, scope) for scope in CapScope),
                OrderCap(1, CapScope.LIFETIME),
            )
        ),
        expiry=st.sampled_from((EndOfYear(0), EndOfYear(1), RollingDays(1))),
        claw_back=st.sampled_from(ClawBackPolicy),
        holds=st.sampled_from((HoldLimits(), HoldLimits(12, 2))),
        welcome=st.sampled_from((None, STARVED.welcome)),
        retrospective=st.sampled_from((None, STARVED.retrospective)),
        sunset_on=st.sampled_from((None, None, date(2018, 1, 1))),
    )


def histories(
    *, backwards: bool = False, size: int = 20
) -> st.SearchStrategy[tuple[Command[Any] | Follow, ...]]:
    """Draw histories of three members: commands that make sense together, most of them granted.

    Args:
        backwards: Whether some instants go back.
        size: How many steps there may be, beside those that begin a history.

    Returns:
        A strategy for commands; a `Follow` among them asks to follow up events then.
    """
    return step_lists(backwards=backwards, size=size).map(lambda steps: tuple(commands(steps)))


def members() -> st.SearchStrategy[Member]:
    """Draw members: joined or not, with orders that wait and places taken under caps.

    Returns:
        A strategy for members.
    """
    scopes = st.sampled_from(("2017", "2018", "lifetime", "é"))
    return st.builds(
        _member,
        st.text(min_size=1, max_size=5),
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.lists(st.text(max_size=3), unique=True, max_size=4),
        st.lists(scopes, max_size=6),
        st.integers(0, 9),
    )


def _member(
    member_id: str, joined_at: datetime | None, waiting: list[str], scopes: list[str], version: int
) -> Member:
    """Make a member; nothing waits for one who has joined."""
    member = Member(member_id, joined_at, () if joined_at else tuple(waiting), (), version)
    for scope in scopes:
        member = member.counting(scope)
    return member


def purchases() -> st.SearchStrategy[Purchase]:
    """Draw purchases: placed, delivered and awarded in parts, returned.

    Returns:
        A strategy for purchases.
    """
    return _purchases()


@st.composite
def _purchases(draw: st.DrawFn) -> Purchase:
    """Draw lines, and which of them are delivered and returned."""
    names = ("a", "b", "c", "d")[: draw(st.integers(1, 4))]
    minors = st.integers(0, 3_000) | st.integers(0, 10**12)
    categories = st.sampled_from(("", "shipping", "phones"))
    lines = [
        Line(name, Money(draw(minors), "INR"), draw(st.integers(1, 4)), draw(categories))
        for name in names
    ]
    purchase = Purchase(draw(st.text(min_size=1, max_size=5)), "o1", tuple(lines))
    for name in names:
        if draw(st.booleans()):
            purchase = _awarded(purchase.delivering(NOON, (name,))).stored()
    for name in draw(st.lists(st.sampled_from(names), max_size=3)):
        purchase = _returned(purchase, name, draw(st.integers(1, 4)))
    return purchase


def _awarded(purchase: Purchase) -> Purchase:
    """Award what a purchase has earned and was not awarded yet."""
    recipe = STARVED.recipe
    tokens = awarded_by(recipe, purchase) - purchase.awarded
    return purchase.awarding(recipe, Award(tokens, STARVED.last_day(NOON), NOON))


def _returned(purchase: Purchase, name: str, quantity: int) -> Purchase:
    """Return units of a line, as far as they can be."""
    try:
        returned = purchase.returning(quantities=((name, quantity),))
    except Refused:
        return purchase
    recipe = STARVED.recipe
    back = purchase.awarded - awarded_by(recipe, returned)
    return returned.giving_back(back)[0] if back > 0 else returned


def plans(*, saves: int = 12) -> st.SearchStrategy[Plan]:
    """Draw plans of what goes wrong.

    Args:
        saves: The last save that a fault may befall.

    Returns:
        A strategy for plans; the simplest is one on which nothing does.
    """
    faults = st.dictionaries(st.integers(1, saves), st.sampled_from(Fault), max_size=saves)
    return faults.map(_plan)


def _plan(faults: dict[int, Fault]) -> Plan:
    """Make a plan."""
    return Plan(tuple(faults.items()))


def quotas() -> st.SearchStrategy[Quota]:
    """Draw quotas of few units: in shards, spread anew, made larger and smaller, set aside.

    Returns:
        A strategy for quotas; `counts` draws what their counters say.
    """
    return _quotas()


@st.composite
def _quotas(draw: st.DrawFn) -> Quota:
    """Draw how a quota came to be, of which nobody has anything yet."""
    shards, days = draw(st.sampled_from((1, 4, 16))), draw(st.sampled_from((None, 1, 2)))
    closes_at = None if days is None else NOON + timedelta(days=days)
    empty = (0,) * shards
    named = ("q", "mi.com", "", "phone", draw(st.sampled_from(("", "4 GB"))), "", "")
    limits = (NOON, closes_at, draw(st.sampled_from((None, 0, 1, 2))), empty, empty, shards)
    quota = Quota(*named, *limits, closes=draw(st.sampled_from(Closes)))
    steps = st.tuples(st.sampled_from(tuple(_STEPS)), st.integers(0, 9))
    for name, units in (*draw(st.sampled_from(_BEGINNINGS)), *draw(st.lists(steps, max_size=3))):
        taken = dict(zip(quota.taken_names, (*quota.withdrawn, quota.codes_withdrawn), strict=True))
        try:
            quota = _STEPS[name](quota, units, taken)
        except Refused:
            continue
    return quota


_STEPS: Mapping[str, Callable[[Quota, int, Mapping[str, int]], Quota]] = {
    "top up": lambda quota, units, _: quota.topped_up(units),
    "reduce": lambda quota, units, taken: quota.reduced(units, taken)[0],
    "set aside": lambda quota, units, taken: quota.setting_aside(units, taken)[0],
    "put back": lambda quota, units, taken: quota.putting_back(units, taken)[0],
    "reshard": lambda quota, units, taken: quota.resharded((1, 4, 16)[units % 3], taken)[0],
}
"""How a quota comes to be another one."""

_BEGINNINGS: tuple[tuple[tuple[str, int], ...], ...] = (
    (),
    (("top up", 5),),
    (("top up", 9), ("reshard", 1), ("reduce", 2)),
    (("top up", 9), ("set aside", 3)),
    (("top up", 9), ("set aside", 3), ("put back", 1)),
)
"""How quotas begin."""


def counts(quota: Quota) -> st.SearchStrategy[dict[str, int]]:
    """Draw what the counters of a quota say: so much of each shard is held, sold and reserved.

    Args:
        quota: The quota.

    Returns:
        A strategy for what is used, by the counters' names.
    """
    return _counts(quota)


@st.composite
def _counts(draw: st.DrawFn, quota: Quota) -> dict[str, int]:
    """Draw what is taken of each shard, and of that what is sold and reserved."""
    used: dict[str, int] = {}
    limits = (*quota.sizes, quota.codes)
    withdrawn = (*quota.withdrawn, quota.codes_withdrawn)
    for name, limit, gone in zip(quota.taken_names, limits, withdrawn, strict=True):
        shard = name.partition("/")[0]
        taken = draw(st.integers(gone, limit))
        sold = draw(st.integers(0, taken - gone))
        used[name], used[f"{shard}/sold"] = taken, sold
        most = taken - gone - sold if name == quota.taken_names[-1] else 0
        used[f"{shard}/reserved"] = draw(st.integers(0, most))
    return used


def preorders() -> st.SearchStrategy[PreOrder]:
    """Draw pre-orders anywhere in their life: of a unit or of a code, paid in full or booked.

    Returns:
        A strategy for pre-orders.
    """
    return _preorders()


@st.composite
def _preorders(draw: st.DrawFn) -> PreOrder:
    """Draw terms, and what happens one after the other, as far as it can."""
    is_booked = draw(st.booleans())
    terms = PreOrderTerms(
        "mi.com",
        ("mi.com",),
        payment=Payment.BOOKING if is_booked else Payment.FULL,
        booking=Money(100, "INR") if is_booked else None,
        pay_within_minutes=60,
        ship_within_days=None if is_booked else 1,
        pickup_within_days=1 if is_booked else None,
        unclaimed=draw(st.sampled_from(Unclaimed)),
        colour=draw(st.sampled_from(Colour)),
        revives_f_code=draw(st.booleans()),
        address_is_frozen=draw(st.booleans()),
        remind_minutes=draw(st.sampled_from((None, 10))),
    )
    is_of_a_code = draw(st.booleans())
    unit = Allotment("q", "000", member_max=draw(st.sampled_from((None, 1))))
    preorder = PreOrder(
        draw(st.text(min_size=1, max_size=5)),
        "o1",
        "q",
        terms,
        None if is_of_a_code else unit.moving(UnitState.HELD, at=NOON),
        "asha" if is_of_a_code else None,
        "v1" if is_of_a_code else None,
        "phone",
        "",
        "mi.com",
        Money(draw(st.sampled_from((100, 150, 99_900))), "INR"),
        "",
        "",
        draw(st.sampled_from(("", "black"))),
        NOON,
        NOON + timedelta(hours=1),
    )
    at, minutes = NOON, st.sampled_from((0, 0, 0, 55, 5, 3_000))
    rest = st.lists(st.tuples(st.sampled_from(tuple(_EVENTS)), minutes), max_size=3)
    for name, later in (*draw(st.sampled_from(_STORIES)), *draw(rest)):
        at += timedelta(minutes=later)
        try:
            preorder = _EVENTS[name](preorder.at(at), at).stored()
        except Refused:
            continue
    return preorder.at(at + timedelta(minutes=draw(minutes)))


_EVENTS: Mapping[str, Callable[[PreOrder, datetime], PreOrder]] = {
    "pay": lambda it, at: it.paying(it.due, at=at, zone=STARVED.zone),
    "ship": lambda it, at: it.shipping(at=at),
    "deliver": lambda it, at: it.delivering(at=at),
    "ready": lambda it, at: it.readying(at=at, zone=STARVED.zone),
    "pick up": lambda it, at: it.picking_up(it.rest, at=at),
    "reprice": lambda it, at: it.repricing(Money(120, "INR"), at=at),
    "readdress": lambda it, at: it.changing_address("a2", at=at),
    "offer": lambda it, at: it.offering("gold", at=at),
    "accept": lambda it, at: it.accepting(at=at),
    "decline": lambda it, at: it.declining(at=at),
    "cancel": lambda it, at: it.cancelling(at=at),
    "refund": lambda it, at: it.refunding(it.refund, at=at),
    "remind": lambda it, at: it.reminding(at=at),
    "note late": lambda it, at: it.noting_late(at=at),
}
"""What may happen to a pre-order."""

_STORIES: tuple[tuple[tuple[str, int], ...], ...] = (
    (),
    (("remind", 55),),
    (("pay", 59),),
    (("pay", 0), ("ship", 5), ("deliver", 55)),
    (("pay", 0), ("note late", 3_000)),
    (("pay", 0), ("ready", 5), ("pick up", 55)),
    (("pay", 0), ("ready", 5), ("refund", 3_000)),
    (("pay", 0), ("cancel", 5), ("refund", 0)),
    (("offer", 0), ("decline", 5)),
    (("pay", 0), ("offer", 5), ("accept", 5)),
)
"""What happens first, each so many minutes later."""
