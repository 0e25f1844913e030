"""The parts of recipes as JSON-ready lists, read as strictly as `codec` reads the rest."""

from typing import Any, Final

from mi_rewards.earning.parts import RecipePart, Selection
from mi_rewards.errors import Corrupt
from mi_rewards.money import Rounding
from mi_rewards.wallet.reading import (
    fields_in,
    list_in,
    one_of,
    optional,
    text_in,
    truth_in,
    whole_in,
)

_PART: Final = frozenset({"rule", "tokens", "per_minor", "rounding", "is_base"})
_PART_LINES: Final = frozenset({"categories", "except_categories", "products"})
_PART_LIMITS: Final = frozenset({"min_minor", "order_max", "granted_max"})
_ROUNDINGS: Final = {rounding.value: rounding for rounding in Rounding}


def parts_to_list(parts: tuple[RecipePart, ...]) -> list[dict[str, Any]]:
    """Write what campaigns add.

    Args:
        parts: The parts of a recipe.

    Returns:
        JSON-ready dictionaries.
    """
    return [
        {
            "rule": part.rule,
            "tokens": part.tokens,
            "per_minor": part.per_minor,
            "rounding": part.rounding.value,
            "categories": list(part.lines.categories),
            "except_categories": list(part.lines.except_categories),
            "products": list(part.lines.products),
            "min_minor": part.min_minor,
            "is_base": part.is_base,
            "order_max": part.order_max,
            "granted_max": part.granted_max,
        }
        for part in parts
    ]


def parts_in(written: object) -> tuple[RecipePart, ...]:
    """Read what campaigns add.

    Args:
        written: What `parts_to_list` answered.

    Returns:
        The parts of a recipe.

    Raises:
        Corrupt: It is something else.
    """
    parts = tuple([_part(it) for it in list_in(written, "parts")])
    rules = [part.rule for part in parts]
    if rules != sorted(set(rules)):
        raise Corrupt(f"each campaign is one part of a recipe, in order: {rules}")
    if sum([part.is_base for part in parts]) > 1:
        raise Corrupt("two parts of a recipe stand in place of the base rate")
    return parts


def _part(written: object) -> RecipePart:
    """Read a part."""
    fields = fields_in(written, _PART | _PART_LINES | _PART_LIMITS, "part")
    return RecipePart(
        text_in(fields["rule"], "rule"),
        whole_in(fields["tokens"], "tokens", 1),
        _whole(fields["per_minor"], "per_minor", 1),
        one_of(fields["rounding"], _ROUNDINGS, "rounding"),
        Selection(
            _texts(fields["categories"], "categories"),
            _texts(fields["except_categories"], "except_categories"),
            _texts(fields["products"], "products"),
        ),
        whole_in(fields["min_minor"], "min_minor", 0),
        truth_in(fields["is_base"], "is_base"),
        _whole(fields["order_max"], "order_max", 0),
        _whole(fields["granted_max"], "granted_max", 0),
    )


def _whole(written: object, what: str, least: int) -> int | None:
    """Read a whole number that may be missing."""
    return optional(lambda it, name: whole_in(it, name, least), written, what)


def _texts(written: object, what: str) -> tuple[str, ...]:
    """Read texts."""
    return tuple([text_in(it, what) for it in list_in(written, what)])
