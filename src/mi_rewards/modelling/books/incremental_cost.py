"""The incremental-cost method: what it will cost to honour the tokens that will still be redeemed.

The liability is the expected remaining redemptions times what a redeemed token costs over the mix
of rewards. How far it moves with the rate is its leverage; so a table of rate and cost is always
shown beside it.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.rates import (
    OutstandingRate,
    UltimateRate,
    require_outstanding_rate,
    require_ultimate_rate,
)
from mi_rewards.modelling.books.values import TokenValue, require_share, rounded, whole
from mi_rewards.modelling.tables import Table
from mi_rewards.money import CurrencyMismatch, Money, Rounding


@attrs.frozen(order=False)
class RewardRedeemed:
    """One reward in the mix: how often it was redeemed, what for, and what it cost.

    Attributes:
        reward_id: Which reward.
        count: How often it was, or will be, redeemed; at least 0.
        tokens: What each takes, in tokens; at least 1.
        cost: What each costs whoever runs the programme.

    Raises:
        Misuse: A number is out of range.
    """

    reward_id: str
    count: int
    tokens: int
    cost: Money

    def __attrs_post_init__(self) -> None:
        """Check the numbers."""
        whole(self.count, "count")
        whole(self.tokens, "tokens", least=1)


def cost_per_token(mix: Iterable[RewardRedeemed]) -> TokenValue:
    """Work out what a redeemed token costs over a mix of rewards.

    Args:
        mix: The rewards, each as often as it is redeemed.

    Returns:
        All costs over all tokens, exactly.

    Raises:
        CurrencyMismatch: Not all costs are in one currency.
        Misuse: Nothing is redeemed.
    """
    rewards = tuple(mix)
    currencies = sorted({it.cost.currency for it in rewards})
    if len(currencies) > 1:
        raise CurrencyMismatch(f"costs are in {', '.join(currencies)}; one currency is needed")
    tokens = sum(it.count * it.tokens for it in rewards)
    if tokens == 0:
        raise Misuse("a mix of rewards in which nothing is redeemed has no cost per token")
    cost = sum(it.count * it.cost.minor for it in rewards)
    return TokenValue(Fraction(cost, tokens), currencies[0])


def incremental_liability(
    outstanding: int,
    *,
    rate: OutstandingRate,
    cost: TokenValue,
    rounding: Rounding = Rounding.HALF_UP,
) -> Money:
    """Work out what outstanding tokens will cost.

    Args:
        outstanding: Tokens outstanding, held ones included.
        rate: What of the outstanding tokens is still to be redeemed.
        cost: What a redeemed token costs.
        rounding: What becomes of the part of a minor unit.

    Returns:
        Expected remaining redemptions times the cost per token, rounded once.

    Raises:
        Misuse: The rate is an ultimate one: that of what was issued; or *outstanding* is no whole
            number from 0.
    """
    remaining = require_outstanding_rate(rate).share * whole(outstanding, "outstanding tokens")
    return rounded(remaining * cost.minor, cost.currency, rounding)


def leverage(
    tokens: int,
    *,
    cost: TokenValue,
    change: Fraction = Fraction(1, 100),
    rounding: Rounding = Rounding.HALF_UP,
) -> Money:
    """Say how far the liability moves when the ultimate redemption rate does.

    Args:
        tokens: Issued, less what was taken back.
        cost: What a redeemed token costs.
        change: How far the rate moves, from 0 to 1; one point in a hundred where it is not given.
        rounding: What becomes of the part of a minor unit.

    Returns:
        The change of the rate times tokens times the cost per token, rounded once.

    Raises:
        Misuse: The change is no fraction from 0 to 1, or *tokens* no whole number from 0.
    """
    require_share(change, "a change of a rate")
    return rounded(change * whole(tokens, "tokens") * cost.minor, cost.currency, rounding)


def sensitivity(
    *,
    tokens: int,
    redeemed: int,
    lapsed: int = 0,
    rates: Sequence[UltimateRate],
    costs: Sequence[TokenValue],
    rounding: Rounding = Rounding.HALF_UP,
) -> Table:
    """State the liability for each of some rates and some costs.

    Args:
        tokens: Issued, less what was taken back.
        redeemed: Those of them redeemed so far.
        lapsed: Those lapsed so far.
        rates: Ultimate redemption rates.
        costs: Costs per token.
        rounding: What becomes of the part of a minor unit.

    Returns:
        A row for each pair: `urr` and `orr` (the ultimate redemption rate, and that of what is
        outstanding) and `cpp` (the cost per token in minor units) as fractions, `liability` in
        minor units, `currency`.

    Raises:
        CurrencyMismatch: Not all costs are in one currency.
        Misuse: A number is out of range, a rate is none of what was issued, or there is no cost.
    """
    currencies = sorted({cost.currency for cost in costs})
    if len(currencies) > 1:
        raise CurrencyMismatch(f"costs are in {', '.join(currencies)}; one currency is needed")
    if not currencies:
        raise Misuse("a sensitivity table needs a cost per token")
    outstanding = tokens - redeemed - lapsed
    rows = []
    for urr in rates:
        known = require_ultimate_rate(urr)
        orr = known.outstanding_rate(tokens=tokens, redeemed=redeemed, lapsed=lapsed)
        for cost in costs:
            owed = incremental_liability(outstanding, rate=orr, cost=cost, rounding=rounding)
            rows.append((urr.share, orr.share, cost.minor, owed.minor, cost.currency))
    names = ("urr", "orr", "cpp", "liability", "currency")
    unit = f"{currencies[0]} minor units"
    units = {"cpp": unit, "liability": unit}
    return Table.of_rows("Liability by rate and cost", names, rows, units)
