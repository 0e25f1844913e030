"""Redemption policies: what members are taken to spend, stated before anything is replayed.

1. A policy is asked for one member after another, and knows of none but the one it is asked for.
   So what comes of it does not depend on who else is in the history, nor on how it is partitioned.
2. It is asked after each row that brought a member tokens, and on the days that it names, before
   anything else happens on them. It answers with how many tokens are spent then.
3. What it says is spent in the order of every spending: the earliest last day first.
4. Chance is drawn by key: a policy that draws gives the same again, and another under another seed.
"""

from collections.abc import Callable, Iterable
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
    share_of,
)
from mi_rewards.money import TOKENS_MAX

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


def check_tokens(name: str, tokens: int) -> None:
    """Object to what is no number of tokens.

    Args:
        name: What it is, for the message.
        tokens: The number.

    Raises:
        Misuse: It is no whole number from 1 to 2**63 - 1.
    """
    if type(tokens) is not int or not 1 <= tokens <= TOKENS_MAX:
        raise Misuse(f"{name} is a whole number, 1 to 2**63 - 1, not {tokens!r:.60}")


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
        check_tokens("a minimum", self.minimum)
        check_tokens("a step", self.step)

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
        check_tokens("a threshold", self.tokens)
        check_tokens("what is spent", self.burns)
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
        share_of((self.numerator, self.denominator))
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
