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
from mi_rewards.earning.terms import EarnTerms
from mi_rewards.modelling._kernel.contents import is_one_amount
from mi_rewards.modelling._kernel.days import FAR, QUARTER
from mi_rewards.modelling._kernel.deciding import decide
from mi_rewards.modelling._kernel.packing import (
    DAY_SHIFT,
    EARNED,
    OPENED,
    REVERSED,
    lot_of,
)
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import CAME, FOLLOWING, JOINED, State, delivery_named
from mi_rewards.money import TOKENS_MAX, Rounding

Handler = Callable[[State, int, int, str, int, str, str, str, str], None]
"""Takes a row: whose it is, its place in the batch, the instant, the order, minor units, the
currency, the request, the category and the channel."""


def decided(run: Run) -> Handler:
    """Make the handler that leaves a row to its command.

    Args:
        run: The replay.

    Returns:
        The handler.
    """

    def handle(
        state: State,
        place: int,
        at: int,
        order_id: str,
        minor: int,
        currency: str,
        request_id: str,
        category: str,
        channel: str,
    ) -> None:
        del at, order_id, minor, currency, request_id, category, channel
        decide(run, state, place)

    return handle


def by_lines(run: Run, handler: Handler) -> Handler:
    """Make the handler of rows that may state lines: those that do are left to their command.

    Args:
        run: The replay.
        handler: Takes the others.

    Returns:
        The handler.
    """

    def handle(
        state: State,
        place: int,
        at: int,
        order_id: str,
        minor: int,
        currency: str,
        request_id: str,
        category: str,
        channel: str,
    ) -> None:
        if is_one_amount(run.batch, place):
            handler(state, place, at, order_id, minor, currency, request_id, category, channel)
        else:
            decide(run, state, place)

    return handle


def awards_of(run: Run) -> Callable[[int], int]:
    """Make the function that says what a base earns.

    Args:
        run: The replay.

    Returns:
        The function of minor units; without checks where it rounds down.
    """
    recipe = run.programme.recipe
    tokens, per = recipe.tokens, recipe.per.minor
    if recipe.rounding is not Rounding.DOWN:
        return recipe.award
    return lambda base: base * tokens // per


class _Earning(dict[str, bool]):
    """Whether purchases of a channel earn, as the terms say when it is first asked for."""

    def __init__(self, terms: EarnTerms) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, channel: str) -> bool:
        """Ask the terms."""
        found = self[channel] = self._terms.earns_in(channel)
        return found


def _requested(state: State, order_id: str, request_id: str) -> str:
    """Name the request of a delivery, where it is to have a receipt of its own."""
    if not request_id:
        return delivery_named(order_id)
    if request_id.startswith(FOLLOWING):
        state.name_requests()
    return request_id


def delivered(run: Run) -> Handler:
    """Make the handler of deliveries.

    Args:
        run: The replay.

    Returns:
        The handler; left to the command are known orders, and all where awards wait or count.
    """
    programme = run.programme
    terms = programme.earning
    if terms.order_cap is not None or terms.kept_after_days or programme.ladder is not None:
        return decided(run)
    quarters, find, flows = run.days.quarters, run.days.at, run.flows
    recipe, known_currency = programme.recipe, programme.currency
    award, rate, per = recipe.award, recipe.tokens, recipe.per.minor
    rounds_down = recipe.rounding is Rounding.DOWN
    excluded = frozenset(terms.excluded_categories)
    earns = _Earning(terms)
    today = find(0)

    def handle(
        state: State,
        place: int,
        at: int,
        order_id: str,
        minor: int,
        currency: str,
        request: str,
        category: str,
        channel: str,
    ) -> None:
        orders = state.orders
        if ":" in request or (not request and state.are_named):
            request = _requested(state, order_id, request)
        is_odd = at < state.ready or order_id in orders or minor < 0 or not order_id
        if is_odd or currency != known_currency or request in state.receipts:
            decide(run, state, place)
            return
        nonlocal today
        if not today.start_at <= at < today.end_at:
            today = quarters.get(at // QUARTER) or find(at)
        cell, _, lot, over_at, _, _, _ = today
        tokens = 0
        if earns[channel] and category not in excluded:
            tokens = minor * rate // per if rounds_down else award(minor)
        issued = state.issued + tokens
        if over_at <= at or issued > TOKENS_MAX:
            decide(run, state, place)
            return
        if run.batch.segment is not None:
            segment = run.segment(place)
            lot, cell = lot | segment, cell | segment
        content = ("delivered", order_id, minor, currency, category, channel)
        orders[order_id] = order = (*content, at, tokens, lot, request, 0, 0)
        if request:
            state.receipts[request] = order
        if tokens:
            if at >= state.until:
                run.cross(state, at)
            if over_at < state.until:
                state.until = over_at
            state.issued = issued
            state.booked = state.ready = at
            lots = state.lots
            lots[lot] = lots.get(lot, 0) + tokens
            flows[cell] += tokens

    return handle


def returned(run: Run) -> Handler:
    """Make the handler of returns.

    Args:
        run: The replay.

    Returns:
        The handler; what is no longer there to be taken back is left to the command.
    """
    find, over, flows = run.days.at, run.days.over, run.flows
    award = awards_of(run)
    known_currency = run.programme.currency

    def handle(
        state: State,
        place: int,
        at: int,
        order_id: str,
        minor: int,
        currency: str,
        request_id: str,
        category: str,
        channel: str,
    ) -> None:
        del category, channel
        if not request_id:
            # Of one without an order the batch names it.
            request_id = f"returned:{escaped(order_id)}"
        elif request_id.startswith(FOLLOWING):
            state.name_requests()
        content = ("returned", order_id, minor, currency if minor >= 0 else "")
        if request_id in state.receipts:
            run.again(state, place, request_id, content)
            return
        order = state.orders.get(order_id)
        if order is None:
            run.refuse(state, place, request_id, content, UnknownOrder.code)
            return
        is_foreign = minor >= 0 and currency != known_currency
        if isinstance(order, Purchase) or at < state.ready or is_foreign:
            decide(run, state, place)
            return
        _, _, paid, _, _, _, _, tokens, lot, _, came, given = order
        left = paid - came
        asked = left if minor < 0 else minor
        if asked > left or (not asked and minor < 0):
            run.refuse(state, place, request_id, content, BeyondDelivered.code)
            return
        back = tokens - given - award(left - asked) if tokens else 0
        if back:
            there = state.lots.get(lot, 0)
            if there > back and at < state.until:
                state.lots[lot] = there - back
                flows[find(at).cell | REVERSED | lot] -= back
            elif over(lot >> DAY_SHIFT) <= at or run.left(state, at) < back:
                # What is past, or owed after this, the command books.
                decide(run, state, place)
                return
            else:
                if at >= state.until:
                    run.cross(state, at)
                run.take_back(state, lot, back, at)
            state.clawed_back += back
            state.booked = state.ready = at
        state.orders[order_id] = (*order[:CAME], came + asked, given + back)
        state.receipts[request_id] = content

    return handle


def joined(run: Run) -> Handler:
    """Make the handler of joining.

    Args:
        run: The replay.

    Returns:
        The handler; of whom anything is known before that is left to the command.
    """
    welcome = run.programme.welcome
    days, flows = run.days, run.flows

    def handle(
        state: State,
        place: int,
        at: int,
        order_id: str,
        minor: int,
        currency: str,
        request_id: str,
        category: str,
        channel: str,
    ) -> None:
        del order_id, minor, currency, category, channel
        if request_id:
            # Else joining, as kept, would be taken for one that names no request.
            state.name_requests()
        elif state.are_named:
            request_id = f"joined:{state.member_id}"
        if request_id in state.receipts or state.joined != FAR or state.more is not None:
            decide(run, state, place)
            return
        if welcome is not None and welcome.covers((found := days.at(at)).day):
            issued = state.issued + welcome.tokens
            if at < state.booked or found.over_at <= at or issued > TOKENS_MAX:
                decide(run, state, place)
                return
            if at >= state.until:
                run.cross(state, at)
            segment = run.segment(place)
            state.issued = issued
            state.booked = at
            lot = found.lot | segment
            state.lots[lot] = state.lots.get(lot, 0) + welcome.tokens
            flows[found.cell | EARNED | lot] += welcome.tokens
        state.joined = at
        if state.are_named:
            state.receipts[request_id] = JOINED
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
        state: State,
        place: int,
        at: int,
        order_id: str,
        minor: int,
        currency: str,
        request_id: str,
        category: str,
        channel: str,
    ) -> None:
        del minor, currency, category, channel
        batch = run.batch
        if batch.tokens is None or batch.last_day is None or not (request_id or order_id):
            decide(run, state, place)
            return
        if request_id.startswith(FOLLOWING):
            state.name_requests()
        request_id = request_id or f"opening:{escaped(order_id)}"
        tokens, last_day = batch.tokens[place], batch.last_day[place]
        if (
            request_id in state.receipts
            or at < state.booked
            or not state.is_lean
            or tokens < 1
            or last_day < 1
            or state.issued + tokens > TOKENS_MAX
            or days.over(last_day) <= at
        ):
            decide(run, state, place)
            return
        if at >= state.until:
            run.cross(state, at)
        found = days.at(at)
        lot = lot_of(last_day, found.day) | run.segment(place)
        state.issued += tokens
        state.booked = at
        state.lots[lot] = state.lots.get(lot, 0) + tokens
        flows[found.cell | OPENED | lot] += tokens
        state.receipts[request_id] = ("opening", tokens, last_day)
        run.bound(state)

    return handle
