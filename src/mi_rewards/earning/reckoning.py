"""What a purchase earns by a recipe, with all that campaigns add to it.

1. The base rate and each part of the recipe are rounded once for the order, each by its own
   rounding.
2. What came back by value came back from all lines that count, in proportion; what is left of a
   part's lines is rounded down to a minor unit.
3. The more is delivered and kept, the more is earned: a return never earns anything, and what
   returns take back adds up to what one return of all of it takes back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mi_rewards.earning.lines import Line
from mi_rewards.earning.purchases import Purchase
from mi_rewards.earning.terms import Recipe

if TYPE_CHECKING:
    from mi_rewards.earning.parts import Selection

Share = tuple[str, int]
"""A campaign, and what an order has more because of it."""

_Value = tuple[Line, int]
"""A line, and what of it counts, in minor units."""


def awarded_by(recipe: Recipe, purchase: Purchase, *, through: datetime | None = None) -> int:
    """Compute what a purchase has earned: by what is delivered and kept.

    Args:
        recipe: How it is computed.
        purchase: The purchase.
        through: Count lines delivered by this instant (UTC) alone; all where it is not given.

    Returns:
        Whole tokens, zero included.
    """
    tokens = recipe.award(purchase.base_minor(recipe.excluded_categories, through))
    return (
        tokens + added(awarded_shares(recipe, purchase, through=through))
        if recipe.parts
        else tokens
    )


def expected_by(recipe: Recipe, purchase: Purchase) -> int:
    """Compute what a purchase would earn if all of it were delivered and kept.

    Args:
        recipe: How it is computed.
        purchase: The purchase.

    Returns:
        Whole tokens, zero included.
    """
    tokens = recipe.award(purchase.expected_minor(recipe.excluded_categories))
    return tokens + added(expected_shares(recipe, purchase))


def kept_by(recipe: Recipe, purchase: Purchase) -> int:
    """Compute what a purchase would earn if all were delivered of which nothing came back.

    Args:
        recipe: How it is computed.
        purchase: The purchase.

    Returns:
        Whole tokens, zero included.
    """
    tokens = recipe.award(purchase.kept_minor(recipe.excluded_categories))
    return tokens + added(kept_shares(recipe, purchase))


def awarded_shares(
    recipe: Recipe, purchase: Purchase, *, through: datetime | None = None
) -> tuple[Share, ...]:
    """Compute what each campaign adds to what a purchase has earned.

    Args:
        recipe: How it is computed.
        purchase: The purchase.
        through: Count lines delivered by this instant (UTC) alone; all where it is not given.

    Returns:
        Each campaign of the recipe with its tokens; below zero only in place of a better base rate.
    """
    if not recipe.parts:
        return ()
    values = [
        (it, it.kept_minor)
        for it in purchase.lines
        if it.delivered_at is not None and (through is None or it.delivered_at <= through)
    ]
    return _shares(recipe, values, purchase.returned_minor)


def expected_shares(recipe: Recipe, purchase: Purchase) -> tuple[Share, ...]:
    """Compute what each campaign would add if all were delivered and kept.

    Args:
        recipe: How it is computed.
        purchase: The purchase.

    Returns:
        Each campaign of the recipe with its tokens; below zero only in place of a better base rate.
    """
    if not recipe.parts:
        return ()
    return _shares(recipe, [(it, it.amount.minor) for it in purchase.lines], 0)


def kept_shares(recipe: Recipe, purchase: Purchase) -> tuple[Share, ...]:
    """Compute what each campaign would add if all were delivered of which nothing came back.

    Args:
        recipe: How it is computed.
        purchase: The purchase.

    Returns:
        Each campaign of the recipe with its tokens; below zero only in place of a better base rate.
    """
    if not recipe.parts:
        return ()
    values = [(it, it.kept_minor) for it in purchase.lines]
    return _shares(recipe, values, purchase.returned_minor)


def added(shares: Sequence[Share]) -> int:
    """Add up what campaigns add.

    Args:
        shares: Each campaign with its tokens.

    Returns:
        Whole tokens.
    """
    return sum([tokens for _, tokens in shares])


def kept_value(purchase: Purchase, excluded_categories: tuple[str, ...], lines: "Selection") -> int:
    """Add up what lines come to of which nothing came back, delivered or not.

    Args:
        purchase: The purchase.
        excluded_categories: Categories of lines that do not count.
        lines: The lines that are meant.

    Returns:
        Minor units, at least 0.
    """
    values = _counting([(it, it.kept_minor) for it in purchase.lines], excluded_categories)
    return _left(values, purchase.returned_minor, lines)


def _shares(recipe: Recipe, values: Sequence[_Value], returned_minor: int) -> tuple[Share, ...]:
    """Compute the share of each part."""
    counting = _counting(values, recipe.excluded_categories)
    shares: list[Share] = []
    for part in recipe.parts:
        minor = _left(counting, returned_minor, part.lines)
        base_tokens = recipe.award(minor) if part.is_base else 0
        shares.append((part.rule, part.share(minor, base_tokens)))
    return tuple(shares)


def _counting(values: Sequence[_Value], excluded_categories: tuple[str, ...]) -> list[_Value]:
    """Leave out lines that do not count."""
    return [it for it in values if it[0].category not in excluded_categories]


def _left(counting: Sequence[_Value], returned_minor: int, lines: "Selection") -> int:
    """Add up some of the lines that count, less their part of what came back by value."""
    whole = sum([minor for _, minor in counting])
    meant = sum([minor for line, minor in counting if lines.has(line.category, line.product)])
    left = whole - returned_minor
    return meant * left // whole if left > 0 else 0
