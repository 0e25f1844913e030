"""Status points: a second kind of token, in a wallet of its own, that tiers are reached by.

1. Nobody spends points: they come and go with what earned them, and lapse.
2. A purchase earns them by a rate of their own, recorded with it; a return takes them back.
"""

import attrs

from mi_rewards.earning.terms import EarnRate, Recipe
from mi_rewards.errors import Misuse
from mi_rewards.wallet.expiry import ExpiryPolicy


@attrs.frozen(order=False)
class PointsTerms:
    """What purchases earn of status points.

    Attributes:
        kind: The kind of token, such as `"vip-points"`; another than the programme's.
        rate: Points for money.
        expiry: How long they are valid.
        excluded_categories: Categories of lines that earn none.

    Raises:
        Misuse: One of them is not what it must be.
    """

    kind: str
    rate: EarnRate
    expiry: ExpiryPolicy
    excluded_categories: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the parts."""
        if type(self.kind) is not str or not self.kind:
            raise Misuse(f"a kind of token is a text, not {self.kind!r}")
        if type(self.rate) is not EarnRate:
            raise Misuse(f"points are earned at an EarnRate, not {self.rate!r:.60}")
        names = self.excluded_categories
        if type(names) is not tuple or not all(type(it) is str for it in names):
            raise Misuse(f"excluded_categories must be a tuple of texts, not {names!r}")

    def recipe(self, rule_book: str) -> Recipe:
        """State the terms as the recipe that purchases record.

        Args:
            rule_book: The digest of the rule book.

        Returns:
            The recipe.
        """
        rate = self.rate
        return Recipe(
            "points", rate.tokens, rate.per, rate.rounding, self.excluded_categories, rule_book
        )
