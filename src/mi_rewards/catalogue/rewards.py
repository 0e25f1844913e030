"""Rewards: what tokens buy, and who may have it when.

1. A reward says what it costs, what the voucher is good for, and its limits; what is left of its
   stock is in a counter.
2. Eligibility is an ordered list of small rules, `RULES`; the first that says no is the refusal,
   and `reasons_against` answers with all that do.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

import attrs

from mi_rewards.calendar import Window, Zone, write_instant
from mi_rewards.catalogue.limits import Limit, Step, checked_count, stock_step
from mi_rewards.catalogue.refusals import NotOnSale, TierNotEntitled, TokensNotOffered
from mi_rewards.catalogue.terms import Choice, CouponTerms, FCodeTerms, VoucherTerms, check_texts
from mi_rewards.errors import Misuse, Refused
from mi_rewards.money import TOKENS_MAX, Money

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

ALWAYS: Final = Window(None, None)
"""The sale window of a reward that can always be had."""


@attrs.frozen(order=False)
class Reward:
    """Something that tokens buy.

    Attributes:
        reward_id: Its name: letters, digits, points, hyphens and underscores.
        title: What members see.
        cost: Whole tokens, or a choice that the member has.
        terms: What its voucher is good for.
        window: When it can be had.
        stock: How many there ever are, `None` for no end; 0 is none.
        limits: How often it can be redeemed.
        tiers: The tiers that may have it; everybody where none is named.
        pool_id: The pool of imported codes that its vouchers take; empty where codes are drawn.
        is_revocable: Whether it can be given back for its tokens once its code is issued.
        expense: What one costs the programme, for accounting.
        version: How many times it was stored.
    """

    reward_id: str
    title: str
    cost: int | Choice
    terms: VoucherTerms
    window: Window = ALWAYS
    stock: int | None = None
    limits: tuple[Limit, ...] = ()
    tiers: tuple[str, ...] = ()
    pool_id: str = ""
    is_revocable: bool = False
    expense: Money | None = None
    version: int = 0

    def __attrs_post_init__(self) -> None:
        """Check the parts against each other."""
        if type(self.reward_id) is not str or not _PLAIN.fullmatch(self.reward_id):
            raise Misuse(
                f"a reward's id has letters, digits, points, hyphens and underscores,"
                f" not {self.reward_id!r:.60}"
            )
        if type(self.title) is not str or not self.title:
            raise Misuse(f"a reward's title is a text, not {self.title!r:.60}")
        if type(self.cost) is not Choice and (
            type(self.cost) is not int or not 1 <= self.cost <= TOKENS_MAX
        ):
            raise Misuse(f"a cost is a whole number of tokens from 1, not {self.cost!r:.60}")
        self._check_terms()
        if self.stock is not None:
            checked_count("a stock", self.stock)
        limits = self.limits
        if type(limits) is not tuple or not all(type(it) is Limit for it in limits):
            raise Misuse(f"a reward's limits are a tuple of Limit, not {limits!r:.80}")
        if len({(it.per, it.period) for it in limits}) < len(limits):
            raise Misuse("a reward has two limits over the same period")
        check_texts("a reward's tiers", self.tiers)
        if type(self.window) is not Window or type(self.pool_id) is not str:
            raise Misuse("a reward's window is a Window, and its pool_id a text")
        if self.expense is not None and type(self.expense) is not Money:
            raise Misuse(f"an expense is money, not {self.expense!r:.60}")

    def _check_terms(self) -> None:
        """Check that what the voucher is good for is stated once."""
        terms = self.terms
        if type(terms) is CouponTerms:
            is_stated = terms.value is not None or terms.rate is not None
            if is_stated is isinstance(self.cost, Choice):
                raise Misuse(
                    "a coupon takes off a fixed amount or a rate; where its tokens are chosen,"
                    " what they are worth"
                )
        elif type(terms) is not FCodeTerms or isinstance(self.cost, Choice):
            raise Misuse("a reward is a coupon, or an F-code of a fixed cost")

    @property
    def currencies(self) -> frozenset[str]:
        """The currency of its amounts; nothing where it has none."""
        of_terms = self.terms.currencies if isinstance(self.terms, CouponTerms) else frozenset()
        return of_terms if self.expense is None else of_terms | {self.expense.currency}

    @property
    def due_at(self) -> None:
        """The calendar changes nothing in a reward."""
        return

    def stored(self) -> "Reward":
        """The same reward, stored once more.

        Returns:
            The reward with its version raised by one.
        """
        return attrs.evolve(self, version=self.version + 1)

    def tokens_for(self, asked: int | None) -> int:
        """Reckon what a redemption costs.

        Args:
            asked: The tokens that the member chose; `None` for the least.

        Returns:
            Whole tokens.

        Raises:
            TokensNotOffered: It is not offered for so many.
        """
        cost = self.cost
        if isinstance(cost, Choice):
            tokens = cost.least if asked is None else asked
            if type(tokens) is int and cost.offers(tokens):
                return tokens
            least, step, most = cost.least, cost.step, cost.most_of
        else:
            if asked is None or (type(asked) is int and asked == cost):
                return cost
            tokens, least, step, most = asked, cost, cost, cost
        raise TokensNotOffered(
            reward_id=self.reward_id, asked=tokens, least=least, step=step, most=most
        )

    def terms_for(self, tokens: int, currency: str) -> VoucherTerms:
        """State what the voucher of a redemption is good for.

        Args:
            tokens: What it costs.
            currency: The programme's.

        Returns:
            The terms; where tokens were chosen with the value that these are worth.
        """
        cost, terms = self.cost, self.terms
        if isinstance(cost, Choice) and isinstance(terms, CouponTerms):
            value = Money(min(cost.worth.of(tokens), TOKENS_MAX), currency)
            return attrs.evolve(terms, value=value)
        return terms

    def steps(self, member_id: str, day: date) -> tuple[Step, ...]:
        """Name the counters that a redemption takes from.

        Args:
            member_id: The member.
            day: The day of the redemption in the programme's zone.

        Returns:
            The stock's, and one for each limit; nothing where nothing is limited.
        """
        stock = () if self.stock is None else (stock_step(self.reward_id, self.stock),)
        return (*stock, *[limit.step(self.reward_id, member_id, day) for limit in self.limits])

    def refusals(self, *, at: datetime, tier: str, zone: Zone) -> tuple[Refused, ...]:
        """Tell which of its own rules say no.

        Args:
            at: The instant.
            tier: The member's tier, empty for none.
            zone: The programme's zone.

        Returns:
            The refusals, in order of precedence.
        """
        found = [rule(self, at, tier, zone) for rule in RULES]
        return tuple([refusal for refusal in found if refusal is not None])


def within_its_window(reward: Reward, at: datetime, tier: str, zone: Zone) -> Refused | None:
    """A reward can be had in its sale window, and as long as its vouchers would be valid.

    Args:
        reward: The reward.
        at: The instant.
        tier: The member's tier.
        zone: The programme's zone.

    Returns:
        The refusal, `None` for none.
    """
    del tier
    window = reward.window
    validity = reward.terms.validity
    until_at = window.until_at
    if validity.through_on is not None:
        over = zone.after(validity.through_on)
        until_at = over if until_at is None or over < until_at else until_at
    if window.contains(at) and (until_at is None or at < until_at):
        return None
    return NotOnSale(
        reward_id=reward.reward_id,
        from_at="" if window.from_at is None else write_instant(window.from_at),
        until_at="" if until_at is None else write_instant(until_at),
    )


def of_an_entitled_tier(reward: Reward, at: datetime, tier: str, zone: Zone) -> Refused | None:
    """A reward that names tiers is for members of these alone.

    Args:
        reward: The reward.
        at: The instant.
        tier: The member's tier.
        zone: The programme's zone.

    Returns:
        The refusal, `None` for none.
    """
    del at, zone
    if not reward.tiers or tier in reward.tiers:
        return None
    return TierNotEntitled(reward_id=reward.reward_id, tier=tier, tiers=", ".join(reward.tiers))


Rule = Callable[[Reward, datetime, str, Zone], Refused | None]

RULES: Final[tuple[Rule, ...]] = (within_its_window, of_an_entitled_tier)
"""What is asked of a reward before its limits and the wallet, in order of precedence."""
