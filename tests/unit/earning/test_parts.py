"""The parts of recipes: for which lines, and what an order has more because of one."""

import pytest

from mi_rewards.earning import RecipePart, Selection
from mi_rewards.earning.parts import EVERY_LINE
from mi_rewards.money import Rounding


@pytest.mark.parametrize(
    ("selection", "line", "is_one"),
    [
        (EVERY_LINE, ("", ""), True),
        (EVERY_LINE, ("phones", "note-4"), True),
        (Selection(("phones",)), ("phones", "note-4"), True),
        (Selection(("phones",)), ("", ""), False),
        (Selection(("phones", "cases")), ("cases", ""), True),
        (Selection((), ("phones",)), ("phones", ""), False),
        (Selection((), ("phones",)), ("cases", ""), True),
        (Selection((), (), ("note-4",)), ("", "note-4"), True),
        (Selection((), (), ("note-4",)), ("", "band"), False),
        (Selection(("phones",), (), ("note-4",)), ("phones", "note-4"), True),
        (Selection(("phones",), (), ("note-4",)), ("phones", "band"), False),
        (Selection(("phones",), (), ("note-4",)), ("cases", "note-4"), False),
        (Selection((), ("phones",), ("note-4",)), ("phones", "note-4"), False),
        (Selection((), ("phones",), ("note-4",)), ("cases", "note-4"), True),
    ],
)
def test_a_line_is_one_of_a_selection(
    selection: Selection, line: tuple[str, str], is_one: bool
) -> None:
    """By category, by all but some, and by product; nothing stated is every line."""
    assert selection.has(*line) is is_one


@pytest.mark.parametrize(
    ("part", "minor", "share"),
    [
        (RecipePart("c", 5, None), 0, 0),
        (RecipePart("c", 5, None), 1, 5),
        (RecipePart("c", 5, None, min_minor=300), 299, 0),
        (RecipePart("c", 5, None, min_minor=300), 300, 5),
        (RecipePart("c", 5, None, min_minor=300), 301, 5),
        (RecipePart("c", 5, None, min_minor=0), 0, 0),
        (RecipePart("c", 1, 100), 199, 1),
        (RecipePart("c", 1, 100), 200, 2),
        (RecipePart("c", 1, 100, Rounding.UP), 201, 3),
        (RecipePart("c", 1, 100, Rounding.UP), 0, 0),
        (RecipePart("c", 1, 100, order_max=3), 299, 2),
        (RecipePart("c", 1, 100, order_max=3), 300, 3),
        (RecipePart("c", 1, 100, order_max=3), 900, 3),
        (RecipePart("c", 1, 100, granted_max=3), 900, 3),
        (RecipePart("c", 1, 100, order_max=5, granted_max=3), 900, 3),
        (RecipePart("c", 1, 100, order_max=3, granted_max=5), 900, 3),
        (RecipePart("c", 1, 100, order_max=0), 900, 0),
        (RecipePart("c", 5, None, order_max=3), 900, 3),
        (RecipePart("c", 1, 100, min_minor=300), 299, 0),
        (RecipePart("c", 1, 100, min_minor=300), 300, 3),
    ],
)
def test_a_part_adds_a_share(part: RecipePart, minor: int, share: int) -> None:
    """Rounded once, within what the order may have and what was left, if there is enough of it."""
    assert part.share(minor) == share


def base(tokens: int, *, min_minor: int = 0, order_max: int | None = None) -> RecipePart:
    """Make a base rate of so many tokens for a rupee."""
    return RecipePart("c", tokens, 100, min_minor=min_minor, is_base=True, order_max=order_max)


@pytest.mark.parametrize(
    ("part", "minor", "own", "share"),
    [
        (base(4), 1_000, 20, 20),
        (base(1), 1_000, 20, -10),
        (base(4, order_max=15), 1_000, 20, -5),
        (base(4, min_minor=1_000), 1_000, 20, 20),
        (base(4, min_minor=1_000), 999, 19, 0),
        (base(1, min_minor=1_000), 999, 19, -10),
        (RecipePart("c", 4, 100, is_base=True, granted_max=7), 1_000, 20, 7),
        (RecipePart("c", 4, 100, is_base=True, granted_max=25), 1_000, 20, 20),
        (RecipePart("c", 1, 100, is_base=True, granted_max=0), 1_000, 20, -10),
    ],
)
def test_a_base_rate_adds_what_is_beyond_the_programmes_own(
    part: RecipePart, minor: int, own: int, share: int
) -> None:
    """Below its minimum an order earns by whichever is less, so that a return earns nothing."""
    assert part.share(minor, own) == share
