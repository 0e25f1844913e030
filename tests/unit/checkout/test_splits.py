"""Splitting to the last unit, and the fewest tokens that cover an amount."""

import pytest

from mi_rewards.checkout.splits import fewest_tokens, split
from mi_rewards.money import TOKENS_MAX, Rate, Rounding


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (0, [], []),
        (0, [0, 0], [0, 0]),
        (0, [1, 2], [0, 0]),
        (10, [10], [10]),
        (10, [1, 1], [5, 5]),
        (1, [1, 1], [1, 0]),
        (2, [1, 1, 1], [1, 1, 0]),
        (5, [3, 0, 4], [2, 0, 3]),
        (100, [1, 2], [33, 67]),
        (7, [3, 4], [3, 4]),
        (1_000, [0, 1], [0, 1_000]),
    ],
)
def test_an_amount_is_split_to_the_last_unit(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    """The largest remainder first, of equal ones the first."""
    assert split(amount, weights) == parts


@pytest.mark.parametrize(
    ("amount", "worth", "tokens"),
    [
        (0, Rate(1, 4), 0),
        (1, Rate(1, 4), 4),
        (2, Rate(1, 4), 8),
        (1, Rate(500, 1), 1),
        (500, Rate(500, 1), 1),
        (501, Rate(500, 1), 2),
        (3, Rate(3, 100), 100),
        (1, Rate(3, 100), 34),
        (2, Rate(3, 100), 67),
        (1, Rate(3, 100, Rounding.UP), 1),
        (1, Rate(3, 100, Rounding.HALF_UP), 17),
        (TOKENS_MAX, Rate(1, 1), TOKENS_MAX),
    ],
)
def test_the_fewest_tokens_are_found(amount: int, worth: Rate, tokens: int) -> None:
    """D3: They cover the amount, and one fewer does not; nothing is lost to a division."""
    assert fewest_tokens(amount, worth, TOKENS_MAX) == tokens
