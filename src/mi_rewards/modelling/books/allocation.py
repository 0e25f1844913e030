"""Allocation: what of a price is for the goods, and what for the tokens that come with them.

1. Tokens that customers would not get without buying are a right of their own; a part of the
   price is for them, and is deferred.
2. Stand-alone selling prices are weights alone: what is divided is the price that was paid.
3. The parts add up to the price to the minor unit.

Source:
    IFRS 15, paragraphs 76 to 80, B40 and B42; ASC 606-10-32-31 and 606-10-55-42 to 55-44.
"""

from collections.abc import Mapping
from fractions import Fraction

from mi_rewards.errors import Misuse
from mi_rewards.modelling.books.rates import UltimateRate, require_ultimate_rate
from mi_rewards.modelling.books.values import TokenValue, require_share, rounded, whole
from mi_rewards.money import CurrencyMismatch, Money, Rounding, divide


def selling_price_of_tokens(
    tokens: int,
    *,
    face_value: TokenValue,
    rate: UltimateRate,
    rounding: Rounding = Rounding.HALF_UP,
) -> Money:
    """Estimate what tokens would sell for by themselves: face value times likelihood of use.

    Args:
        tokens: Whole tokens, at least 0.
        face_value: What one is worth to a member who redeems it.
        rate: What of the tokens issued is expected to be redeemed.
        rounding: What becomes of the part of a minor unit.

    Returns:
        Tokens times face value times rate, rounded once.

    Raises:
        Misuse: *tokens* is no whole number from 0, the rate is one of what is outstanding, or the
            result is too large.

    Source:
        IFRS 15.B42.
    """
    share = require_ultimate_rate(rate).share
    exact = face_value.minor * whole(tokens, "tokens") * share
    return rounded(exact, face_value.currency, rounding)


def selling_price_of_option(
    benefit: Money,
    *,
    without_option: Money,
    likelihood: Fraction,
    rounding: Rounding = Rounding.HALF_UP,
) -> Money:
    """Estimate what an option, such as a coupon, would sell for by itself.

    Args:
        benefit: What its holder saves by exercising it.
        without_option: What anybody saves without it.
        likelihood: How likely it is exercised, from 0 to 1.
        rounding: What becomes of the part of a minor unit.

    Returns:
        What the holder saves beyond anybody, times the likelihood, rounded once.

    Raises:
        Misuse: The likelihood is no fraction from 0 to 1, anybody saves more than the holder, or
            the currencies differ.

    Source:
        IFRS 15.B42 (a) and (b).
    """
    require_share(likelihood, "a likelihood")
    more = benefit - without_option
    return rounded(more.minor * likelihood, more.currency, rounding)


def allocate(
    price: Money,
    selling_prices: Mapping[str, Money],
    *,
    rounding: Rounding = Rounding.HALF_UP,
) -> dict[str, Money]:
    """Divide a price among what was promised for it, by relative stand-alone selling prices.

    Each running total is rounded by the name given, and a part is the difference of two of them:
    so the parts add up to the price, and none is a minor unit or more away from its exact share.

    Args:
        price: What was paid for all of it.
        selling_prices: What each would sell for by itself, by name, in their order.
        rounding: What becomes of the part of a minor unit.

    Returns:
        What of the price is for each, by name; they add up to it exactly.

    Raises:
        CurrencyMismatch: Not all are in one currency.
        Misuse: There is nothing to divide among, or all selling prices are zero.

    Example:
        >>> parts = allocate(
        ...     Money.of("100000", "JPY"),
        ...     {"goods": Money.of("100000", "JPY"), "tokens": Money.of("9500", "JPY")},
        ... )
        >>> str(parts["goods"]), str(parts["tokens"])
        ('JPY 91324', 'JPY 8676')

    Source:
        IFRS 15, paragraphs 76 to 80, and Illustrative Example 52.
    """
    for name, each in selling_prices.items():
        if each.currency != price.currency:
            raise CurrencyMismatch(f"{name} is in {each.currency}, the price in {price.currency}")
    together = sum(each.minor for each in selling_prices.values())
    if together == 0:
        raise Misuse("a price is divided among what has a selling price above zero")
    parts, weight, before = {}, 0, 0
    for name, each in selling_prices.items():
        weight += each.minor
        running = divide(price.minor * weight, together, rounding)
        parts[name] = Money(running - before, price.currency)
        before = running
    return parts
