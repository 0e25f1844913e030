"""The common path: what happens most, in whole numbers, specialised on one programme.

1. Each handler takes a row that it can carry out exactly as its command would, and leaves every
   other to `decide`. Its guards come first; what follows them cannot fail.
2. `ready <= at < until` says at once that the member has joined, that time does not go back, and
   that nothing is due: see `state`.
3. Parameters of rules are read from the programme, and its own functions are asked, once a day.
"""

from collections.abc import Callable

from mi_rewards._event_log.fields import escaped
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.refusals import BeyondDelivered, UnknownOrder
from mi_rewards.modelling._kernel.days import FAR
from mi_rewards.modelling._kernel.deciding import decide
from mi_rewards.modelling._kernel.packing import (
    DAY_SHIFT,
    EARNED,
    OPENED,
    REVERSED,
    lot_of,
)
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import FOLLOWING, ISSUED_MAX, JOINED, State
from mi_rewards.modelling._kernel.values import wallet_of
from mi_rewards.money import Rounding
from mi_rewards.wallet.claw_back import ClawBackPolicy

Handler = Callable[[State, int, int, str, int, str, str], None]
"""Takes a row: whose it is, its place in the batch, the instant, the order, minor units, the
currency and the request."""


def decided(run: Run) -> Handler:
    """Make the handler that leaves a row to its command.

    Args:
        run: The replay.

    Returns:
        The handler.
    """

    def handle(
        state: State, place: int, at: int, order_id: str, minor: int, currency: str, request: str
    ) -> None:
        del at, order_id, minor, currency, request
        decide(run, state, place)

    return handle


def returned(run: Run) -> Handler:
    """Make the handler of returns.

    Args:
        run: The replay.

    Returns:
        The handler; what is past, and what by the policy is not owed, is left to the command.
    """
    find, flows = run.days.at, run.flows
    recipe, known_currency = run.programme.recipe, run.programme.currency
    award, rate, per = recipe.award, recipe.tokens, recipe.per.minor
    rounds_down = recipe.rounding is Rounding.DOWN

    def handle(
        state: State, place: int, at: int, order_id: str, minor: int, currency: str, request: str
    ) -> None:
        if not request:
            # Of one without an order the batch names it.
            request = f"returned:{escaped(order_id)}"
        elif ":" in request and request.startswith(FOLLOWING):
            state.name_requests()
        content = ("returned", order_id, minor, currency if minor >= 0 else "")
        if request in state.receipts:
            run.again(state, place, request, content)
            return
        order = state.orders.get(order_id)
        if order is None:
            run.refuse(state, place, request, content, UnknownOrder.code)
            return
        is_foreign = minor >= 0 and currency != known_currency
        if isinstance(order, Purchase) or at < state.ready or is_foreign:
            decide(run, state, place)
            return
        paid, money, sold, since, tokens, lot, named, came, given = order
        left = paid - came
        asked = left if minor < 0 else minor
        if asked > left or (not asked and minor < 0):
            run.refuse(state, place, request, content, BeyondDelivered.code)
            return
        left -= asked
        back = 0
        if tokens:
            kept = left * rate // per if rounds_down else award(left)
            back = tokens - given - kept
        if back:
            there = state.lots.get(lot, 0)
            if there >= back and at < state.until:
                if there > back:
                    state.lots[lot] = there - back
                else:
                    del state.lots[lot]
                flows[find(at).cell | REVERSED | lot] -= back
                state.clawed_back += back
                state.booked = state.ready = at
            elif not _take_back(run, state, lot, back, at):
                decide(run, state, place)
                return
        came, given = came + asked, given + back
        state.orders[order_id] = (paid, money, sold, since, tokens, lot, named, came, given)
        state.receipts[request] = content

    return handle


def _take_back(run: Run, state: State, lot: int, back: int, at: int) -> bool:
    """Take tokens of several lots back, and owe what is not there; not where its command is to."""
    if run.days.over(lot >> DAY_SHIFT) <= at:
        return False
    owed = max(back - run.left(state, at), 0)
    is_owed = run.programme.claw_back is ClawBackPolicy.OWED
    if owed and not (is_owed and state.issued <= ISSUED_MAX):
        return False
    if at >= state.until:
        run.cross(state, at)
    run.take_back(state, lot, back - owed, at)
    state.clawed_back += back
    state.booked = state.ready = at
    if owed:
        state.with_more().wallet = wallet_of(run, state, owed)
        run.bound(state)
    return True


def joined(run: Run) -> Handler:
    """Make the handler of joining.

    Args:
        run: The replay.

    Returns:
        The handler; of whom anything is known before that is left to the command.
    """
    welcome = run.programme.welcome
    days, flows = run.days, run.flows
    welcome_from, welcome_until = days.welcome()

    def handle(
        state: State, place: int, at: int, order_id: str, minor: int, currency: str, request: str
    ) -> None:
        del order_id, minor, currency
        if request:
            # Else joining, as kept, would be taken for one that names no request.
            state.name_requests()
        elif state.are_named:
            request = f"joined:{state.member_id}"
        if request in state.receipts or state.joined != FAR or state.more is not None:
            decide(run, state, place)
            return
        if welcome is not None and welcome_from <= at < welcome_until:
            found = days.at(at)
            issued = state.issued + welcome.tokens
            if at < state.booked or found.over_at <= at or issued > ISSUED_MAX:
                decide(run, state, place)
                return
            if at >= state.until:
                run.cross(state, at)
            segment = run.segment(place)
            state.booked = at
            lot = found.lot | segment
            state.lots[lot] = state.lots.get(lot, 0) + welcome.tokens
            flows[found.cell | EARNED | lot] += welcome.tokens
        state.joined = at
        if state.are_named:
            state.receipts[request] = JOINED
        if state.booked < at:
            state.ready = at
        else:
            run.bound(state)

    return handle


def opening(run: Run) -> Handler:
    """Make the handler of balances brought along.

    Args:
        run: The replay.

    Returns:
        The handler; what is owed, held or past is left to the command.
    """
    days, flows = run.days, run.flows

    def handle(
        state: State, place: int, at: int, order_id: str, minor: int, currency: str, request: str
    ) -> None:
        del minor, currency
        batch = run.batch
        if batch.tokens is None or batch.last_day is None or not (request or order_id):
            decide(run, state, place)
            return
        if request.startswith(FOLLOWING):
            state.name_requests()
        request = request or f"opening:{escaped(order_id)}"
        tokens, last_day = batch.tokens[place], batch.last_day[place]
        if (
            request in state.receipts
            or at < state.booked
            or not state.is_lean
            or tokens < 1
            or last_day < 1
            or state.issued + tokens > ISSUED_MAX
            or days.over(last_day) <= at
        ):
            decide(run, state, place)
            return
        if at >= state.until:
            run.cross(state, at)
        found = days.at(at)
        lot = lot_of(last_day, found.day) | run.segment(place)
        state.booked = at
        state.lots[lot] = state.lots.get(lot, 0) + tokens
        flows[found.cell | OPENED | lot] += tokens
        state.receipts[request] = ("opening", tokens, last_day)
        run.bound(state)

    return handle
