"""Redemption policies: what members are taken to spend, stated before anything is replayed.

1. A policy is asked for one member after another, and knows of none but the one it is asked for.
   So what comes of it does not depend on who else is in the history, nor on how it is partitioned.
2. It is asked after each row that brought a member tokens, and on the days that it names, before
   anything else happens on them. It answers with how many tokens are spent then.
3. What it says is spent in the order of every spending: the earliest last day first.
4. Chance is drawn by key: a policy that draws gives the same again, and another under another seed.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple, Protocol

import attrs

from mi_rewards.errors import Misuse
from mi_rewards.modelling.what_if.draws import (
    DRAW_END,
    as_share,
    check_scenario,
    check_seed,
    draws_of,
    keyed_draw,
)
from mi_rewards.money import TOKENS_MAX

_PER_MILLION: Final = 1_000_000

_WHO: Final = DRAW_END - 1
"""The number of the draw by which a member takes part: no member is asked so often."""


class Asked(NamedTuple):
    """What a policy is asked with.

    Attributes:
        member_id: The member.
        day: The day, as an ordinal, in the programme's zone.
        available: What the member can spend.
        layers: The same in parts, each its last valid day, the first day of the month in which it
            was earned, both as ordinals, and its tokens; the earliest last day first.
        draw: Draws the member's next number, 0 to 2**64 - 1.
        brought: What the row just brought; 0 where it is asked on one of its days.
    """

    member_id: str
    day: int
    available: int
    layers: tuple[tuple[int, int, int], ...]
    draw: Callable[[], int]
    brought: int


class RedemptionPolicy(Protocol):
    """Anything that says when members spend how much.

    It is a value: it changes nothing, and answers the same where it is asked the same. Where
    replays run in other processes, it can be pickled. One that draws may have a method
    `draws(member_id)` that answers with the source of its draws; without it they are those of the
    seed 0 and its name.
    """

    @property
    def name(self) -> str:
        """What tables and pictures call it."""

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name the days on which it is asked even if nothing happens.

        Args:
            first: The first day in question, as an ordinal.
            last: The last one.

        Returns:
            Ordinals from *first* through *last*, rising.
        """

    def redeems(self, asked: Asked, /) -> int:
        """Say how many tokens are spent now.

        Args:
            asked: For whom, when, and of what.

        Returns:
            Whole tokens: 0 for none, and at most what is available.
        """


def member_draws(policy: RedemptionPolicy, member_id: str) -> Callable[[], int]:
    """Find the source of a member's draws under a policy.

    Args:
        policy: The policy.
        member_id: The member.

    Returns:
        What answers with the member's first draw when it is first called, then with the next ones.
    """
    own: Callable[[str], Callable[[], int]] | None = getattr(policy, "draws", None)
    return draws_of(0, policy.name, member_id) if own is None else own(member_id)


def _tokens(name: str, tokens: int) -> None:
    """Object to what is no number of tokens."""
    if type(tokens) is not int or not 1 <= tokens <= TOKENS_MAX:
        raise Misuse(f"{name} is a whole number, 1 to 2**63 - 1, not {tokens!r:.60}")


def _firsts_of_months(first: int, last: int) -> Iterator[int]:
    """Name the first days of months from one day through another."""
    begins = date.fromordinal(first)
    months = begins.year * 12 + begins.month - 1 + (begins.day > 1)
    while months < 10_000 * 12:
        day = date(months // 12, months % 12 + 1, 1).toordinal()
        if day > last:
            return
        yield day
        months += 1


@attrs.frozen(order=False)
class NoRedemption:
    """Nobody spends anything: what is left of a programme is what lapses.

    Attributes:
        name: What tables and pictures call it.
    """

    name: str = "no redemption"

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name no day.

        Args:
            first: The first day in question.
            last: The last one.

        Returns:
            Nothing.
        """
        del first, last
        return ()

    def redeems(self, asked: Asked, /) -> int:
        """Spend nothing.

        Args:
            asked: For whom, when, and of what; it does not matter.

        Returns:
            0.
        """
        del asked
        return 0


@attrs.frozen(order=False)
class AsSoonAsPossible:
    """Everything is spent in whole steps, as soon as a minimum is available.

    Right after tokens came in, less than the minimum or less than a step is left.

    Attributes:
        minimum: The least that is spent, at least 1.
        step: What is spent is a multiple of it, at least 1.

    Raises:
        Misuse: One of them is no number of tokens.
    """

    minimum: int
    step: int = 1

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        _tokens("a minimum", self.minimum)
        _tokens("a step", self.step)

    @property
    def name(self) -> str:
        """What tables and pictures call it."""
        steps = "" if self.step == 1 else f" in steps of {self.step}"
        return f"as soon as possible from {self.minimum}{steps}"

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name no day: only what comes in makes more possible.

        Args:
            first: The first day in question.
            last: The last one.

        Returns:
            Nothing.
        """
        del first, last
        return ()

    def redeems(self, asked: Asked, /) -> int:
        """Spend all whole steps, once the minimum is reached.

        Args:
            asked: For whom, when, and of what.

        Returns:
            A multiple of the step; 0 where it would be less than the minimum.
        """
        tokens = asked.available // self.step * self.step
        return tokens if tokens >= self.minimum else 0


@attrs.frozen(order=False)
class AtThreshold:
    """Every time that so many are available, so many are spent: a reward that is waited for.

    Right after tokens came in, less than the threshold is left.

    Attributes:
        tokens: The threshold, at least 1.
        burns: What is spent each time, at most the threshold.

    Raises:
        Misuse: One of them is no number of tokens, or more is spent than the threshold.
    """

    tokens: int
    burns: int

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        _tokens("a threshold", self.tokens)
        _tokens("what is spent", self.burns)
        if self.burns > self.tokens:
            raise Misuse(f"at {self.tokens} tokens no {self.burns} can be spent")

    @property
    def name(self) -> str:
        """What tables and pictures call it."""
        return f"{self.burns} at {self.tokens}"

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name no day: only what comes in reaches a threshold.

        Args:
            first: The first day in question.
            last: The last one.

        Returns:
            Nothing.
        """
        del first, last
        return ()

    def redeems(self, asked: Asked, /) -> int:
        """Spend as often as the threshold is reached.

        Args:
            asked: For whom, when, and of what.

        Returns:
            A multiple of what is spent each time.
        """
        beyond = asked.available - self.tokens
        return 0 if beyond < 0 else (beyond // self.burns + 1) * self.burns


@attrs.frozen(order=False)
class BeforeLapse:
    """What would lapse soon is spent, on the first of each month: "use it or lose it".

    Attributes:
        within_days: So many days from the first of the month, that day among them; 31 for all that
            lapses in it.
        minimum: The least that is spent, at least 1.

    Raises:
        Misuse: One of them is no whole number from 1.
    """

    within_days: int = 31
    minimum: int = 1

    def __attrs_post_init__(self) -> None:
        """Check the figures."""
        _tokens("a number of days", self.within_days)
        _tokens("a minimum", self.minimum)

    @property
    def name(self) -> str:
        """What tables and pictures call it."""
        least = "" if self.minimum == 1 else f" from {self.minimum}"
        return f"what lapses within {self.within_days} days{least}"

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name the first day of each month.

        Args:
            first: The first day in question.
            last: The last one.

        Returns:
            The ordinals.
        """
        return _firsts_of_months(first, last)

    def redeems(self, asked: Asked, /) -> int:
        """Spend what would lapse, on the first of a month.

        Args:
            asked: For whom, when, and of what.

        Returns:
            The tokens whose last day is near; 0 where they are fewer than the minimum.
        """
        if asked.brought:
            return 0
        end = asked.day + self.within_days
        tokens = sum([tokens for last_day, _, tokens in asked.layers if last_day < end])
        return tokens if tokens >= self.minimum else 0


def _fraction(rate: int | tuple[int, int] | Fraction) -> tuple[int, int]:
    """Read a rate from 0 to 1 as a pair; a whole number is per million."""
    pair: object = (rate, _PER_MILLION)
    if type(rate) is Fraction:
        pair = (rate.numerator, rate.denominator)
    elif type(rate) is tuple:
        pair = rate
    match pair:
        case (numerator, denominator) if type(numerator) is int and type(denominator) is int:
            if 0 <= numerator <= denominator != 0:
                return numerator, denominator
    raise Misuse(
        "a rate is a whole number per million, a numerator and its denominator, or a Fraction,"
        f" from 0 to 1, not {rate!r:.60}"
    )


def _fractions(rates: Iterable[int | tuple[int, int] | Fraction]) -> tuple[tuple[int, int], ...]:
    """Read rates as pairs."""
    return tuple([_fraction(rate) for rate in rates])


@attrs.frozen(order=False)
class HazardByAge:
    """On the first of each month a share of what is outstanding is spent, by the age of tokens.

    The age of tokens is counted in months from that in which they were earned; so on the first day
    on which they can be spent so they are of age 1. What is spent is the sum of the shares. It is
    made whole by a draw: down or up, with the chances that make it exact in the mean. How many are
    spent follows the ages; which ones they are follows the order of spending.

    Attributes:
        rates: The share of age 1, of age 2, and so on, each per million, as a numerator and its
            denominator, or as a `Fraction`; the last one goes on for ever.
        seed: The seed of its draws, 0 to 2**64 - 1.
        scenario: The name under which it draws. Programmes that are compared have the same draws
            where this is the same.
        name: What tables and pictures call it.

    Raises:
        Misuse: There is no rate, one is not from 0 to 1, or seed or scenario cannot be.
    """

    rates: tuple[tuple[int, int], ...] = attrs.field(converter=_fractions)
    seed: int = 0
    scenario: str = ""
    name: str = "hazard by age"
    _shares: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)
    _whole: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the figures, and bring the rates to one denominator."""
        if not self.rates:
            raise Misuse("a hazard by age has at least one rate")
        check_seed(self.seed)
        check_scenario(self.scenario)
        whole = math.lcm(*[denominator for _, denominator in self.rates])
        shares = tuple([n * (whole // denominator) for n, denominator in self.rates])
        object.__setattr__(self, "_whole", whole)
        object.__setattr__(self, "_shares", shares)

    def draws(self, member_id: str) -> Callable[[], int]:
        """Find the source of a member's draws.

        Args:
            member_id: The member.

        Returns:
            What draws the member's numbers, one after the other.
        """
        return draws_of(self.seed, self.scenario, member_id)

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name the first day of each month.

        Args:
            first: The first day in question.
            last: The last one.

        Returns:
            The ordinals.
        """
        return _firsts_of_months(first, last)

    def redeems(self, asked: Asked, /) -> int:
        """Spend the shares of what is outstanding, on the first of a month.

        Args:
            asked: For whom, when, and of what.

        Returns:
            The whole tokens, drawn where a part of one is left.
        """
        if asked.brought:
            return 0
        day = date.fromordinal(asked.day)
        month = day.year * 12 + day.month
        oldest = len(self._shares)
        parts = 0
        for _, earned_in, tokens in asked.layers:
            earned = date.fromordinal(earned_in)
            age = month - earned.year * 12 - earned.month
            if age > 0:
                parts += tokens * self._shares[min(age, oldest) - 1]
        tokens, rest = divmod(parts, self._whole)
        return tokens + as_share(asked.draw(), rest, self._whole)


@attrs.frozen(order=False)
class SomeMembers:
    """A policy that a share of members follow; the others never spend anything.

    Attributes:
        policy: The policy of those who take part.
        numerator: Of the share of members, from 0.
        denominator: Of the share of members, from 1 and at least the numerator.
        seed: The seed of the draws by which members take part.
        scenario: The name under which it is drawn who does.

    Raises:
        Misuse: The share is not from 0 to 1, or seed or scenario cannot be.
    """

    policy: RedemptionPolicy
    numerator: int
    denominator: int
    seed: int = 0
    scenario: str = ""

    def __attrs_post_init__(self) -> None:
        """Check the share, the seed and the name."""
        _fraction((self.numerator, self.denominator))
        check_seed(self.seed)
        check_scenario(self.scenario)

    @property
    def name(self) -> str:
        """What tables and pictures call it."""
        return f"{self.policy.name}, by {self.numerator} of {self.denominator} members"

    def draws(self, member_id: str) -> Callable[[], int]:
        """Find the source of a member's draws: that of the policy.

        Args:
            member_id: The member.

        Returns:
            What draws the member's numbers, one after the other.
        """
        return member_draws(self.policy, member_id)

    def takes_part(self, member_id: str) -> bool:
        """Tell whether a member ever spends anything.

        Args:
            member_id: The member.

        Returns:
            Whether the member follows the policy.
        """
        draw = keyed_draw(self.seed, self.scenario, member_id, _WHO)
        return as_share(draw, self.numerator, self.denominator)

    def days(self, first: int, last: int, /) -> Iterable[int]:
        """Name the policy's days.

        Args:
            first: The first day in question.
            last: The last one.

        Returns:
            The ordinals.
        """
        return self.policy.days(first, last)

    def redeems(self, asked: Asked, /) -> int:
        """Spend what the policy says, for those who take part.

        Args:
            asked: For whom, when, and of what.

        Returns:
            The policy's answer, or 0.
        """
        return self.policy.redeems(asked) if self.takes_part(asked.member_id) else 0
