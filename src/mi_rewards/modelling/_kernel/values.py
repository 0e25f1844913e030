"""What is kept of a member, as the values that commands are shown."""

from datetime import date

from mi_rewards._tuples import new
from mi_rewards.earning.awards import Award
from mi_rewards.earning.circumstances import NO_EFFECTS, UNTOLD
from mi_rewards.earning.lines import Line
from mi_rewards.earning.members import Member
from mi_rewards.earning.purchase_life import PurchaseState
from mi_rewards.earning.purchases import Purchase
from mi_rewards.modelling._kernel.days import FAR, PAST, instant
from mi_rewards.modelling._kernel.folding import burned_of
from mi_rewards.modelling._kernel.packing import DAY_SHIFT
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import Lots, State
from mi_rewards.money import Money
from mi_rewards.wallet.buckets import Bucket, Draw
from mi_rewards.wallet.entries import Owner
from mi_rewards.wallet.reservations import Burn
from mi_rewards.wallet.wallet import Wallet


def wallet_of(run: Run, state: State, owed: int = 0) -> Wallet | None:
    """Make the wallet of what is kept of it.

    Args:
        run: The replay.
        state: Whose.
        owed: Tokens of those clawed back that were not there, of who was lean until then.

    Returns:
        The wallet as booked, `None` before its first entry.
    """
    if state.wallet is not None or state.booked == PAST:
        return state.wallet
    by_day: dict[int, int] = {}
    for lot, tokens in state.lots.items():
        day = lot >> DAY_SHIFT
        by_day[day] = by_day.get(day, 0) + tokens
    buckets = tuple([Bucket(date.fromordinal(day), by_day[day]) for day in sorted(by_day)])
    totals = (state.issued - owed, state.redeemed, state.lapsed, state.clawed_back, 0, 0)
    booked_at = instant(state.booked)
    return new(Wallet, (_owner(run, state), buckets, (), (), owed, totals, 1, booked_at, "", 1))


def member_of(state: State) -> Member | None:
    """Make the member of what is kept of it.

    Args:
        state: Whose.

    Returns:
        The member, `None` of whom nothing is known.
    """
    if state.more is not None and state.more.member is not None:
        return state.more.member
    return None if state.joined == FAR else Member(state.member_id, instant(state.joined))


def purchase_of(run: Run, state: State, order_id: str) -> Purchase | None:
    """Make a purchase of what is kept of it.

    Args:
        run: The replay.
        state: Whose.
        order_id: The order.

    Returns:
        The purchase, `None` where none is known.
    """
    found = state.orders.get(order_id)
    if found is None or isinstance(found, Purchase):
        return found
    minor, currency, (category, channel), at, tokens, lot, _, returned, given_back = found
    recipe = run.programme.recipe
    if not run.programme.earning.earns_in(channel):
        recipe = recipe.saying_no("channel_does_not_earn")
    delivered_at = instant(at)
    line = Line("1", Money(minor, currency), 1, category, delivered_at)
    award = Award(tokens, date.fromordinal(lot >> DAY_SHIFT), delivered_at, None, given_back)
    if tokens:
        state.with_more().own[order_id, lot >> DAY_SHIFT] = lot
    return Purchase(
        state.member_id,
        order_id,
        (line,),
        channel,
        PurchaseState.DELIVERED,
        recipe,
        (award,),
        returned,
        UNTOLD,
        NO_EFFECTS,
    )


def burn_of(run: Run, state: State, burn_id: str) -> Burn | None:
    """Make a burn of what is kept of it.

    Args:
        run: The replay.
        state: Whose.
        burn_id: The burn.

    Returns:
        The burn, `None` where none is known.
    """
    if state.more is not None and burn_id in state.more.burns:
        return state.more.burns[burn_id]
    drawn = burned_of(state).get(burn_id)
    if drawn is None:
        return None
    return Burn(_owner(run, state), burn_id, _draws(drawn))


def _draws(lots: Lots) -> tuple[Draw, ...]:
    """State lots in the order of drawing as draws from buckets."""
    by_day: dict[int, int] = {}
    for lot, tokens in lots:
        day = lot >> DAY_SHIFT
        by_day[day] = by_day.get(day, 0) + tokens
    return tuple([Draw(date.fromordinal(day), tokens) for day, tokens in by_day.items()])


def _owner(run: Run, state: State) -> Owner:
    return Owner(state.member_id, run.programme.kind, run.programme.zone)
