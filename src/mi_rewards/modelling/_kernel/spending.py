"""The common path of spending: burns, and rewards that can be had by whoever has the tokens.

Its rules are those of `common`.
"""

from collections.abc import Sequence
from typing import Any, Final

from mi_rewards._event_log.fields import escaped
from mi_rewards.commands.catalogue.offers import in_rule_book
from mi_rewards.commands.units import quota_of
from mi_rewards.errors import Misuse
from mi_rewards.modelling._kernel.common import Handler
from mi_rewards.modelling._kernel.days import FAR, PAST, instant
from mi_rewards.modelling._kernel.deciding import decide
from mi_rewards.modelling._kernel.run import Run
from mi_rewards.modelling._kernel.state import FOLLOWING, State
from mi_rewards.money import TOKENS_MAX
from mi_rewards.wallet.refusals import InsufficientTokens

Price = tuple[int, int, int]
"""From when and until when a reward costs so many tokens, and has nothing else to be asked."""

_NO_PRICE: Final[Price] = (FAR, PAST, 0)
_AHEAD: Final = 400 * 86_400_000_000


def burned(run: Run) -> Handler:
    """Make the handler of burns.

    Args:
        run: The replay.

    Returns:
        The handler.
    """

    def handle(
        state: State, place: int, at: int, order_id: str, minor: int, currency: str, request: str
    ) -> None:
        del order_id, minor, currency
        tokens = -1 if run.batch.tokens is None else run.batch.tokens[place]
        if request.startswith(FOLLOWING):
            state.name_requests()
        if (
            not request
            or request in state.receipts
            or at < state.booked
            or not state.is_lean
            or not 0 < tokens <= TOKENS_MAX
        ):
            decide(run, state, place)
            return
        content = ("burned", tokens)
        if run.left(state, at) < tokens:
            run.refuse(state, place, request, content, InsufficientTokens.code)
        else:
            _burn(run, state, at, request, content, tokens)

    return handle


def redeemed(run: Run) -> Handler:
    """Make the handler of redemptions.

    Args:
        run: The replay.

    Returns:
        The handler; rewards that are limited, or not to be had all day long, are left to the
        command, and so are codes that rows name.
    """
    prices: dict[str, Price] = {}
    batch: Any = None
    rewards: Sequence[str] | None = None
    amounts: Sequence[int] | None = None
    codes: Sequence[str] | None = None

    def handle(
        state: State, place: int, at: int, order_id: str, minor: int, currency: str, request: str
    ) -> None:
        nonlocal batch, rewards, amounts, codes
        del minor, currency
        if run.batch is not batch:
            batch = run.batch
            rewards, amounts, codes = batch.reward_id, batch.tokens, batch.code
        if not request:
            request = f"redeemed:{escaped(order_id)}" if order_id else ""
        elif ":" in request and request.startswith(FOLLOWING):
            state.name_requests()
        if (
            not request
            or request in state.receipts
            or rewards is None
            or (at < state.ready and (at < state.booked or not state.is_lean))
            or (codes is not None and codes[place])
        ):
            decide(run, state, place)
            return
        reward_id, tokens = rewards[place], -1 if amounts is None else amounts[place]
        from_at, until_at, price = prices.get(reward_id, _NO_PRICE)
        if not from_at <= at < until_at:
            price = _priced(run, prices, reward_id, at)
        if not price or (tokens >= 0 and tokens != price):
            decide(run, state, place)
            return
        content = ("redeemed", reward_id, tokens)
        left = sum(state.lots.values()) if at < state.until else run.left(state, at)
        if left < price:
            run.refuse(state, place, request, content, InsufficientTokens.code)
        else:
            _burn(run, state, at, request, content, price)
            run.vouchers[reward_id] += 1

    return handle


def _priced(run: Run, prices: dict[str, Price], reward_id: str, at: int) -> int:
    """Find what a reward costs at an instant, and between then and when it was asked for before.

    When it can be had is one stretch of time: what holds at two instants holds between them.
    """
    price = _price(run, reward_id, at)
    if price:
        later = at + _AHEAD
        if not _price(run, reward_id, later):
            later = at
        from_at, until_at, _ = prices.get(reward_id, _NO_PRICE)
        prices[reward_id] = (min(from_at, at), max(until_at, later + 1), price)
    return price


def _price(run: Run, reward_id: str, at: int) -> int:
    """Answer with what a reward costs at an instant, 0 where its command has more to ask."""
    programme = run.programme
    reward, zone = in_rule_book(programme, reward_id), programme.zone
    if reward is None or type(reward.cost) is not int:
        return 0
    if reward.stock is not None or reward.limits or reward.tiers or reward.pool_id:
        return 0
    if quota_of(reward.terms):
        return 0
    try:
        moment = instant(at)
        last_day = reward.terms.validity.last_day(moment, zone)
    except (Misuse, OverflowError):
        return 0
    if reward.refusals(at=moment, tier="", zone=zone) or moment >= zone.after(last_day):
        return 0
    return reward.cost


def _burn(
    run: Run, state: State, at: int, request_id: str, content: tuple[str | int, ...], tokens: int
) -> None:
    """Burn tokens of a lean member who has them."""
    if at >= state.until:
        run.cross(state, at)
    drawn = run.spend(state, tokens, at)
    if state.burned is None:
        state.burned = {}
    state.burned[request_id] = drawn
    state.receipts[request_id] = content
