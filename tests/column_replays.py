"""Histories as columns, and rule books to replay them under: boundaries are met."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from mi_rewards import bundled
from mi_rewards.calendar import Period, Window
from mi_rewards.catalogue.limits import Limit, LimitScope
from mi_rewards.catalogue.rewards import Reward
from mi_rewards.catalogue.terms import Choice, CouponTerms, FCodeTerms, Validity
from mi_rewards.earning.terms import CapScope, EarnRate, EarnTerms, OrderCap, Retrospective, Welcome
from mi_rewards.money import Money, Rate, Rounding
from mi_rewards.programme import HoldLimits, Programme
from mi_rewards.tiers import (
    CalendarYear,
    Changes,
    Ladder,
    Landing,
    Lifetime,
    Metric,
    Privileges,
    RollingDays,
    Tier,
)
from mi_rewards.wallet.claw_back import ClawBackPolicy
from mi_rewards.wallet.other_expiry import NoExpiry
from mi_rewards.wallet.other_expiry import RollingDays as ValidDays

FIRST: Final = datetime(2017, 12, 24, tzinfo=UTC)
"""When histories begin: a year ends soon."""

STEP: Final = timedelta(minutes=450)
"""How far apart instants are: now and then a day begins between two of them, or at one."""

COLUMNS: Final = (
    "kind",
    "member_id",
    "at",
    "order_id",
    "amount",
    "currency",
    "request_id",
    "category",
    "channel",
    "tokens",
    "last_day",
    "line_id",
    "quantity",
    "lines",
    "reward_id",
    "code",
    "until",
    "hold_id",
    "burn_id",
)
"""What rows of these histories state."""


def _coupon(reward_id: str, cost: Any, **more: Any) -> Reward:
    """Make a reward that is a coupon."""
    value = None if isinstance(cost, Choice) else Money.of("1.00", "INR")
    terms = CouponTerms(more.pop("validity", Validity(days=5)), value=value)
    return Reward(reward_id, reward_id.title(), cost, terms, **more)


REWARDS: Final = (
    _coupon("plain", 30),
    _coupon("chosen", Choice(10, 5, Rate(1, 1, Rounding.DOWN), 40)),
    _coupon("scarce", 20, stock=2),
    _coupon("once", 10, limits=(Limit(1), Limit(3, LimitScope.PROGRAMME, Period.MONTH))),
    _coupon("early", 10, window=Window(FIRST, FIRST + timedelta(days=3, hours=9))),
    _coupon("ending", 10, validity=Validity(through_on=date(2017, 12, 27))),
    _coupon("pooled", 10, pool_id="pool"),
    Reward("unit", "Unit", 5, FCodeTerms(("phone",), Validity(days=9), quota_id="quota")),
)
"""Rewards of every kind that a redemption may meet."""

_GOLD_REWARD: Final = _coupon("golden", 10, tiers=("gold",))

_TIERS: Final = (
    Tier("silver", "Silver", 0),
    Tier("gold", "Gold", 5_000, Privileges(upgrade_reward=7)),
    Tier("platinum", "Platinum", 12_000, Privileges(upgrade_reward=9, validity=ValidDays(12))),
)

BASE: Final = attrs.evolve(
    bundled.programme("reward-mi"),
    earning=EarnTerms(
        EarnRate(10, Money.of("10.00", "INR")),
        ("shop", "app"),
        "shop",
        ("shipping",),
    ),
    welcome=Welcome(15, date(2017, 12, 25), date(2017, 12, 28)),
    retrospective=Retrospective(date(2017, 12, 25), date(2018, 1, 2)),
    rewards=REWARDS,
)
"""Tokens that are valid to the end of the next year; what is missing is owed."""


def _with(programme: Programme, **earning: Any) -> Programme:
    """Change what purchases earn."""
    return attrs.evolve(programme, earning=attrs.evolve(programme.earning, **earning))


_ROLLING: Final = attrs.evolve(BASE, expiry=ValidDays(4))
_HALF_UP: Final = EarnRate(3, Money.of("10.00", "INR"), Rounding.HALF_UP)

PROGRAMMES: Final[Mapping[str, Programme]] = {
    "yearly": BASE,
    "rolling": attrs.evolve(_ROLLING, holds=HoldLimits(48, 1)),
    "forgiven": attrs.evolve(_ROLLING, claw_back=ClawBackPolicy.FORGIVEN),
    "refused": attrs.evolve(_with(_ROLLING, rate=_HALF_UP), claw_back=ClawBackPolicy.REFUSED),
    "kept": _with(_ROLLING, kept_after_days=2),
    "kept, refused": attrs.evolve(
        _with(BASE, kept_after_days=1, channels=()), claw_back=ClawBackPolicy.REFUSED
    ),
    "first orders": _with(BASE, order_cap=OrderCap(1, CapScope.LIFETIME)),
    "a year's orders": _with(_ROLLING, order_cap=OrderCap(1, CapScope.CALENDAR_YEAR)),
    "earlier orders": _with(BASE, order_cap=OrderCap(1, CapScope.RETROSPECTIVE)),
    "sunset": attrs.evolve(BASE, sunset_on=date(2017, 12, 28), expiry=NoExpiry()),
    "life": attrs.evolve(
        BASE,
        ladder=Ladder(_TIERS, Metric.SPEND, Lifetime(), downgrades=Changes.AT_ONCE),
        rewards=(*REWARDS, _GOLD_REWARD),
    ),
    "days": attrs.evolve(
        _ROLLING,
        ladder=Ladder(
            _TIERS,
            Metric.SPEND,
            RollingDays(4),
            landing=Landing.SOFT,
            grace_days=1,
            notice_days=1,
            excluded_categories=("shipping",),
        ),
        rewards=(*REWARDS, _GOLD_REWARD),
    ),
    "orders": attrs.evolve(
        BASE,
        ladder=Ladder(
            (Tier("silver", "Silver", 1), Tier("gold", "Gold", 2, Privileges(upgrade_reward=7))),
            Metric.ORDERS,
            CalendarYear(),
            landing=Landing.SOFT,
        ),
    ),
}
"""Rule books of every kind that the kernel knows."""

_TEXT: Final = st.sampled_from

_AMOUNTS: Final = ("0.00", "10.00", "19.99", "25.50", "60.00", "100.00")


@st.composite
def lines_of_orders(draw: st.DrawFn) -> tuple[dict[str, str], ...]:
    """Draw the lines of an order."""
    count = draw(st.integers(1, 2))
    return tuple(
        {
            "line_id": str(number),
            "amount": draw(_TEXT(_AMOUNTS)),
            "quantity": draw(_TEXT(("", "1", "3"))),
            "category": draw(_TEXT(("", "phones", "shipping"))),
        }
        for number in range(count)
    )


@st.composite
def rows(draw: st.DrawFn, step: int) -> dict[str, Any]:
    """Draw a row near a step of time; now and then it comes late, or names an earlier request."""
    late = draw(_TEXT((0, 0, 0, 0, 0, 1, 3, 9)))
    row: dict[str, Any] = {
        "kind": draw(_TEXT(_KINDS)),
        "member_id": draw(_TEXT(("a", "b"))),
        "at": (FIRST + (step - late) * STEP).isoformat(),
        "segment": draw(_TEXT(("", "new", "back"))),
    }
    row["request_id"] = draw(_TEXT(("", "", "", f"r{step}", f"r{step}", "r1", "r5", "delivered:2")))
    row.update(draw(_MORE[row["kind"]](step)))
    return row


def _order(step: int) -> st.SearchStrategy[dict[str, Any]]:
    """State an order: mostly another one each time."""
    return st.fixed_dictionaries(
        {"order_id": _TEXT((str(step), str(step), "1", "2", "3", "4", ""))}
    )


@st.composite
def _delivered(draw: st.DrawFn, step: int) -> dict[str, Any]:
    row = draw(_order(step))
    row["category"] = draw(_TEXT(("", "", "phones", "shipping")))
    row["channel"] = draw(_TEXT(("", "", "app", "market")))
    how = draw(_TEXT(("amount",) * 6 + ("lines", "line", "nothing", "euros")))
    if how == "lines":
        row["lines"], row["currency"] = draw(lines_of_orders()), "INR"
        return row
    if how == "line":
        row["line_id"] = draw(_TEXT(("0", "1")))
    if how != "nothing":
        row["amount"] = draw(_TEXT(_AMOUNTS))
        row["currency"] = "EUR" if how == "euros" else "INR"
    return row


@st.composite
def _returned(draw: st.DrawFn, step: int) -> dict[str, Any]:
    row = {"order_id": draw(_TEXT((*[str(step - n) for n in range(1, 6)], "1", "2", "")))}
    how = draw(_TEXT(("amount", "amount", "amount", "all", "line", "euros")))
    if how == "line":
        row["line_id"] = draw(_TEXT(("0", "1")))
        row["quantity"] = draw(_TEXT(("", "1", "2")))
    elif how != "all":
        row["amount"] = draw(_TEXT(_AMOUNTS))
        row["currency"] = "EUR" if how == "euros" else "INR"
    return row


def _nothing(step: int) -> st.SearchStrategy[dict[str, Any]]:
    del step
    return st.just({})


def _opening(step: int) -> st.SearchStrategy[dict[str, Any]]:
    del step
    days = ("2017-12-24", "2017-12-26", "2017-12-31", "never", "2018-12-31", "")
    return st.fixed_dictionaries(
        {
            "tokens": _TEXT(("20", "50", "0", "9223372036854775807")),
            "last_day": _TEXT(days),
            "order_id": _TEXT(("", "1", "2")),
        }
    )


def _redeemed(step: int) -> st.SearchStrategy[dict[str, Any]]:
    ids = [reward.reward_id for reward in REWARDS]
    return st.fixed_dictionaries(
        {
            "reward_id": _TEXT(("plain", "plain", "plain", "golden", "unknown", "", *ids)),
            "tokens": _TEXT(("", "", "30", "15", "0")),
            "order_id": _TEXT((f"o{step}", "")),
            "code": _TEXT(("", "", "", "ABC", "XYZ")),
        }
    )


def _held(step: int) -> st.SearchStrategy[dict[str, Any]]:
    until = [(FIRST + (step + n) * STEP).isoformat() for n in (-1, 1, 3, 9)]
    return st.fixed_dictionaries(
        {
            "tokens": _TEXT(("5", "10", "40", "0")),
            "until": _TEXT(until),
            "order_id": _TEXT((f"h{step}", f"h{step}", "1")),
        }
    )


def _hold(step: int) -> st.SearchStrategy[dict[str, Any]]:
    holds = [f"held:h{step - n}" for n in range(1, 6)] + [f"r{step - n}" for n in range(1, 4)]
    return st.fixed_dictionaries(
        {"hold_id": _TEXT((*holds, "")), "tokens": _TEXT(("", "", "3", "7", "0"))}
    )


def _burned(step: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"tokens": _TEXT(("5", "20", "70", "0")), "order_id": _TEXT((f"b{step}", ""))}
    )


def _reinstated(step: int) -> st.SearchStrategy[dict[str, Any]]:
    kinds = ("burned:b", "redeemed:o", "held:h", "r")
    burns = [f"{kind}{step - n}" for n in range(1, 4) for kind in kinds]
    return st.fixed_dictionaries(
        {"burn_id": _TEXT((*burns, "")), "tokens": _TEXT(("", "", "3", "6", "0"))}
    )


_MORE: Final[Mapping[str, Any]] = {
    "joined": _nothing,
    "delivered": _delivered,
    "returned": _returned,
    "placed": _delivered,
    "cancelled": _order,
    "opening": _opening,
    "redeemed": _redeemed,
    "reviewed": _nothing,
    "held": _held,
    "captured": _hold,
    "released": _hold,
    "burned": _burned,
    "reinstated": _reinstated,
}

_OFTEN: Final = ("delivered",) * 6 + ("returned",) * 4 + ("redeemed",) * 2 + ("joined",)
_KINDS: Final = (*_OFTEN, *_MORE)


@st.composite
def histories(draw: st.DrawFn, rows_max: int = 30) -> list[dict[str, Any]]:
    """Draw a history: members join soon, and much happens over a few days.

    Returns:
        Its rows.
    """
    joining = [
        {
            "kind": "joined",
            "member_id": name,
            "at": (FIRST + draw(_TEXT((0, 3, 6))) * STEP).isoformat(),
        }
        for name in draw(_TEXT((("a", "b"), ("a",), ("b",), ())))
    ]
    steps = range(1, draw(st.integers(1, rows_max)) + 1)
    return [*joining, *[draw(rows(step)) for step in steps]]


def as_columns(history: Sequence[Mapping[str, Any]], *, segment: str = "") -> dict[str, list[Any]]:
    """State rows as columns.

    Args:
        history: The rows.
        segment: The column of segments, where there is to be one.

    Returns:
        The columns by name.
    """
    names = (*COLUMNS, segment) if segment else COLUMNS
    return {
        name: [row.get(name, () if name == "lines" else "") for row in history] for name in names
    }
