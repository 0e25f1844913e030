"""The parts of a recipe: what each campaign adds to an award, and for which lines."""

from typing import Final, NamedTuple

import attrs

from mi_rewards.money import Rounding, divide


class Selection(NamedTuple):
    """Some lines of an order, of those that count.

    Attributes:
        categories: Their categories; empty for all.
        except_categories: Categories of other lines.
        products: Their products; empty for all.
    """

    categories: tuple[str, ...] = ()
    except_categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    def has(self, category: str, product: str) -> bool:
        """Tell whether a line is one of them.

        Args:
            category: The line's category.
            product: The line's product.

        Returns:
            Whether it is.
        """
        if self.products and product not in self.products:
            return False
        if category in self.except_categories:
            return False
        return not self.categories or category in self.categories


EVERY_LINE: Final = Selection()
"""All lines that count."""


@attrs.frozen(order=False)
class RecipePart:
    """What one campaign adds to an award, or the rate that it puts in place of the base rate.

    Attributes:
        rule: The campaign.
        tokens: Tokens per *per_minor*, or once for the order.
        per_minor: The money that earns them, in minor units; `None` where they are given once.
        rounding: What becomes of a fraction, once per order.
        lines: The lines that it is for.
        min_minor: The least that those lines come to, in minor units.
        is_base: Whether it stands in place of the base rate.
        order_max: The most tokens that it gives for an order, `None` for no limit.
        granted_max: The most that caps and budgets had left for it, beyond what the base rate gives
            where it stands in its place; `None` where there is none of those.
    """

    rule: str
    tokens: int
    per_minor: int | None
    rounding: Rounding = Rounding.DOWN
    lines: Selection = EVERY_LINE
    min_minor: int = 0
    is_base: bool = False
    order_max: int | None = None
    granted_max: int | None = None

    def share(self, minor: int, base_tokens: int = 0) -> int:
        """Compute what an order has more because of it.

        Args:
            minor: What its lines come to, in minor units.
            base_tokens: What the base rate gives for them, where it stands in its place.

        Returns:
            Whole tokens; below zero only in place of a better base rate. Together with
            *base_tokens* never less for more.
        """
        tokens = self.tokens if minor else 0
        if self.per_minor is not None:
            tokens = divide(minor * self.tokens, self.per_minor, self.rounding)
        if self.order_max is not None:
            tokens = min(tokens, self.order_max)
        if minor < self.min_minor:
            tokens = min(tokens, base_tokens)
        share = tokens - base_tokens
        return share if self.granted_max is None else min(share, self.granted_max)
