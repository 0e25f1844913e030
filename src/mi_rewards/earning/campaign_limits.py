"""How much of a campaign there is: caps, budgets, and the counters that hold them.

1. `None` or none at all is no limit and counts nothing; 0 is nothing.
2. Periods begin and end in the programme's zone.
3. A budget of money is used up by what tokens cost, rounded up for each order.
"""

import enum
from typing import NamedTuple

import attrs

from mi_rewards.calendar import Period
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX, Money
from mi_rewards.wallet.buckets import whole_tokens


class CapPer(enum.StrEnum):
    """Whose tokens a cap counts together."""

    ORDER = "order"
    MEMBER = "member"
    PROGRAMME = "programme"


@attrs.frozen(order=False)
class Cap:
    """The most tokens that a campaign gives an order, a member or everybody.

    Attributes:
        tokens: How many, 0 for none.
        per: Whose are counted together.
        period: How long they are counted together; of an order always `Period.EVER`.
    """

    tokens: int
    per: CapPer = CapPer.MEMBER
    period: Period = Period.EVER

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        _checked_limit("a cap", self.tokens)
        if type(self.per) is not CapPer or type(self.period) is not Period:
            raise Misuse("a cap counts over a CapPer and a Period")
        if self.per is CapPer.ORDER and self.period is not Period.EVER:
            raise Misuse("a cap per order has no period")


@attrs.frozen(order=False)
class TokenCost:
    """What tokens cost the programme.

    Attributes:
        money: So much money, above zero ...
        tokens: ... for so many tokens.
    """

    money: Money
    tokens: int

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        if type(self.money) is not Money or not self.money.minor:
            raise Misuse(f"tokens cost some money, not {self.money!r:.60}")
        whole_tokens(self.tokens)

    def of(self, tokens: int) -> int:
        """Say what tokens cost.

        Args:
            tokens: How many.

        Returns:
            Minor units, rounded up.
        """
        return -(-tokens * self.money.minor // self.tokens)

    def affords(self, minor: int) -> int:
        """Say how many tokens an amount pays for.

        Args:
            minor: The amount, in minor units.

        Returns:
            The most tokens that cost no more.
        """
        return minor * self.tokens // self.money.minor


@attrs.frozen(order=False)
class Budget:
    """The most that a campaign gives, in tokens or in what they cost.

    Attributes:
        tokens: How many tokens, 0 for none.
        money: How much they may cost, instead of a number of tokens.
        cost: What they cost, where the budget is money.
    """

    tokens: int | None = None
    money: Money | None = None
    cost: TokenCost | None = None

    def __attrs_post_init__(self) -> None:
        """Check that it is one of the two."""
        if self.tokens is not None and self.money is not None:
            raise Misuse("tokens and money are stated: a budget is one of them")
        if self.tokens is None and self.money is None:
            raise Misuse("a budget is a number of tokens or an amount of money")
        if (self.money is None) is not (self.cost is None):
            raise Misuse("a budget of money, and no other, says what tokens cost")
        if self.tokens is not None:
            _checked_limit("a budget", self.tokens)
        if self.money is None or self.cost is None:
            return
        if type(self.money) is not Money or type(self.cost) is not TokenCost:
            raise Misuse(f"a budget of money is a Money and a TokenCost, not {self!r:.80}")
        if self.money.currency != self.cost.money.currency:
            raise Misuse(f"a budget of {self.money} cannot pay for {self.cost.money}")

    @property
    def limit(self) -> int:
        """How much there is of it, in tokens or minor units."""
        return (self.tokens or 0) if self.money is None else self.money.minor

    @property
    def unit(self) -> str:
        """The name of what it counts, as its counter is called."""
        return "budget" if self.money is None else f"budget/{self.money.currency}"


class Bound(NamedTuple):
    """A counter that bounds what a campaign gives over several orders.

    Attributes:
        scope: What the counter counts over: a member, or the campaign.
        name: Which of its counters.
        limit: The most that may be used of it.
        cost: What a token uses of it; `None` where it counts tokens.
    """

    scope: str
    name: str
    limit: int
    cost: TokenCost | None = None

    @property
    def is_budget(self) -> bool:
        """Whether it is the budget; else it is a cap."""
        return self.name.startswith("budget")

    def use(self, tokens: int) -> int:
        """Say what tokens use of it.

        Args:
            tokens: How many.

        Returns:
            Tokens or minor units.
        """
        return tokens if self.cost is None else self.cost.of(tokens)

    def allows(self, left: int) -> int:
        """Say how many tokens what is left of it is good for.

        Args:
            left: How much is left, in tokens or minor units.

        Returns:
            Tokens.
        """
        return left if self.cost is None else self.cost.affords(left)


def _checked_limit(what: str, tokens: int) -> None:
    """Object to what is no number of tokens; 0 is one."""
    if type(tokens) is not int or not 0 <= tokens <= TOKENS_MAX:
        raise Misuse(f"{what} is a whole number, 0 to 2**63 - 1, not {tokens!r:.60}")


class Use(NamedTuple):
    """What an order or an action takes of a counter.

    Attributes:
        scope: What the counter counts over: a member, a campaign or an action.
        name: Which of its counters.
        n: How much, in tokens or minor units, at least 1.
        limit: The most that may be used of it.
    """

    scope: str
    name: str
    n: int
    limit: int
