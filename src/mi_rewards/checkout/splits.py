"""Whole amounts in parts, and the fewest tokens that cover an amount.

1. Parts are in proportion to their weights, and add up to the whole to the last unit.
2. What is left after rounding down goes to the largest remainders; of equal ones to the first.
"""

from bisect import bisect_left
from collections.abc import Sequence

from mi_rewards.money import Rate


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Split a whole amount in proportion to weights.

    Args:
        amount: What is split, at least 0; 0 where no weight is above zero.
        weights: Whole numbers, at least 0.

    Returns:
        One part for each weight; they add up to the amount. None is above its weight where the
        amount is at most the sum of them, and a weight of zero gets nothing.

    Source:
        The method of largest remainders, after Hamilton.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda it: -(amount * weights[it] % whole))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def fewest_tokens(amount: int, worth: Rate, most: int) -> int:
    """Find the fewest tokens that are worth an amount.

    Args:
        amount: Minor units, at least 0 and at most what *most* tokens are worth.
        worth: What tokens are worth, minor units for tokens.
        most: As many tokens as are enough.

    Returns:
        The fewest whole tokens whose worth, rounded as the rate says, is at least the amount.
    """
    if amount == 0:
        return 0
    return bisect_left(range(1, most + 1), amount, key=worth.of) + 1
