"""Taking rows: deliveries and joining at once, as what happens most, others by their handlers.

1. A delivery is carried out exactly as its command would, or left to `decide`. Its guards come
   first; what follows them cannot fail.
2. What follows from the day alone is looked up when the day changes; what a day earns is added to
   the flows when it is over.
"""

from collections.abc import Iterable, Mapping

from mi_rewards.earning.terms import EarnTerms
from mi_rewards.modelling._kernel.common import Handler
from mi_rewards.modelling._kernel.days import FAR
from mi_rewards.modelling._kernel.deciding import decide
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import (
    FOLLOWING,
    Sold,
    State,
    delivery_content,
    delivery_named,
)
from mi_rewards.money import Rounding
from mi_rewards.programme import Programme

Row = tuple[int, str, str, int, str, int, str, str, Sold]
"""The place in the batch, the kind, whose it is, the instant, the order, minor units, the currency,
the request, and how it was sold."""


class Taker:
    """Takes rows of a run's batch.

    Left to their commands are deliveries of known orders, and all of them where awards wait or
    count.
    """

    def __init__(self, run: Run, states: dict[str, State]) -> None:
        programme = run.programme
        self._run = run
        self._states = states
        self._currency = programme.currency
        self._recipe = programme.recipe
        self._at_once = "delivered" if _are_awards_plain(programme) else ""
        self._earns = _Earning(programme.earning)
        self._welcome = run.days.welcome()

    def take(self, rows: Iterable[Row], handlers: Mapping[str, Handler]) -> None:
        """Take rows.

        Args:
            rows: Of the run's batch.
            handlers: Take those that are no deliveries, by their kinds.
        """
        run, states, currency, earns = self._run, self._states, self._currency, self._earns
        known, at_once, until = states.get, self._at_once, run.first_until()
        find, has_segments = run.days.at, run.batch.segment is not None
        award, rate, per = self._recipe.award, self._recipe.tokens, self._recipe.per.minor
        rounds_down, most = self._recipe.rounding is Rounding.DOWN, run.most_of_a_row()
        start_at = end_at = over_at = FAR
        lot = earned = came = before = 0
        flows, (welcome_from, welcome_until) = run.flows, self._welcome
        sold_as, is_earning = None, False
        for place, kind, member_id, at, order_id, minor, money, request, sold in rows:
            state = known(member_id)
            if state is None:
                state = states[member_id] = State(member_id, until)
                if kind == "joined" and not (request or welcome_from <= at < welcome_until):
                    state.joined = state.ready = at
                    continue
            if kind != at_once:
                handlers[kind](state, place, at, order_id, minor, money, request)
                continue
            named = request
            if request or state.are_named:
                named = _requested(state, order_id, request)
            orders = state.orders
            is_odd = at < state.ready or minor < 0 or order_id in orders or not order_id
            if is_odd or money != currency or (named and named in state.receipts):
                decide(run, state, place)
                continue
            if has_segments or not start_at <= at < end_at:
                found = find(at)
                if found.over_at <= at:
                    decide(run, state, place)
                    continue
                if came:
                    flows[earned] += came
                    before, came = before + came, 0
                start_at, end_at, over_at = found.start_at, found.end_at, found.over_at
                earned, lot = found.earned, found.lot
                if has_segments:
                    segment = run.segment(place)
                    lot, earned = lot | segment, earned | segment
            if sold != sold_as:
                sold_as, is_earning = sold, earns[sold]
            tokens = 0
            if is_earning:
                tokens = minor * rate // per if rounds_down else award(minor)
                if tokens > most:
                    decide(run, state, place)
                    continue
            orders[order_id] = (minor, money, sold_as, at, tokens, lot, named, 0, 0)
            if named:
                state.receipts[named] = delivery_content(order_id, minor, money, sold)
            if tokens:
                if not at < state.until <= over_at:
                    if at >= state.until:
                        run.cross(state, at)
                    state.until = min(state.until, over_at)
                state.booked = state.ready = at
                lots = state.lots
                lots[lot] = lots.get(lot, 0) + tokens
                came += tokens
        run.earn(earned, came, before)


def _are_awards_plain(programme: Programme) -> bool:
    """Tell whether deliveries award at once, whatever was awarded before."""
    terms = programme.earning
    return terms.order_cap is None and not terms.kept_after_days and programme.ladder is None


class _Earning(dict[Sold, bool]):
    """Whether purchases of a category and channel earn, as the terms say when first asked."""

    def __init__(self, terms: EarnTerms) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, sold: Sold) -> bool:
        """Ask the terms."""
        category, channel = sold
        is_excluded = category in self._terms.excluded_categories
        found = self[sold] = not is_excluded and self._terms.earns_in(channel)
        return found


def _requested(state: State, order_id: str, request_id: str) -> str:
    """Name the request of a delivery that is to have a receipt of its own."""
    if not request_id:
        return delivery_named(order_id)
    if request_id.startswith(FOLLOWING):
        state.name_requests()
    return request_id
