"""Hypothesis strategies for the domain's values, and for histories that make sense.

Whatever is drawn is small on purpose: limits, last days and empty wallets are met all the time.
"""

from datetime import date, datetime
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
from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.testing._histories import KINDS, PRELUDES, STARVED, Follow, Step, commands, rules
from mi_rewards.testing.faults import Fault, Plan
from mi_rewards.wallet import ClawBackPolicy, EndOfYear, RollingDays

NOON = datetime(2017, 12, 30, 6, 30, tzinfo=UTC)

__all__ = [
    "Follow",
    "histories",
    "members",
    "plans",
    "programmes",
    "purchases",
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
