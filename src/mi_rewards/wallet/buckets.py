"""Buckets: tokens by their last valid day, and the draws that spending takes from them.

1. Tokens are whole numbers, 1 to 2**63 - 1 wherever a number of tokens is asked for.
2. Tokens of equal last valid day are one bucket; buckets stand earliest first, `NEVER` last.
3. Spending draws the bucket that lapses first. The plan that is checked is the plan that is
   carried out.

The one-line text form writes buckets as `"500@2018-12-31 + 50@2019-12-31"`, and none as `"0"`.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Self

import attrs

from mi_rewards._tuples import new
from mi_rewards.calendar import read_day, write_day
from mi_rewards.errors import Misuse
from mi_rewards.money import TOKENS_MAX


def whole_tokens(tokens: int) -> int:
    """Answer *tokens* if it is a number of tokens.

    Args:
        tokens: What was given as a number of tokens.

    Returns:
        The same number, 1 to 2**63 - 1.

    Raises:
        Misuse: It is a bool, a float, a Decimal or anything but an int, or out of range.
    """
    if type(tokens) is not int:
        raise Misuse(f"tokens must be an int, not {type(tokens).__name__}: {tokens!r}")
    if not 1 <= tokens <= TOKENS_MAX:
        raise Misuse(f"tokens must be 1 to 2**63 - 1, not {tokens}")
    return tokens


class _Bucket(NamedTuple):
    """The parts of a bucket."""

    last_day: date
    tokens: int


class Bucket(_Bucket):
    """Tokens of equal last valid day.

    Attributes:
        last_day: The last day, in the programme's zone, on which they can be spent; `NEVER` for no
            end.
        tokens: How many, at least 1.
    """

    __slots__ = ()

    def __new__(cls, last_day: date, tokens: int) -> Self:
        """Check the number of tokens."""
        return new(cls, (last_day, whole_tokens(tokens)))

    def __str__(self) -> str:
        """Write `tokens@last_day`."""
        return f"{self.tokens}@{write_day(self.last_day)}"


@attrs.frozen(order=False, slots=False)
class Draw:
    """What one burn or hold takes from one bucket.

    Attributes:
        last_day: The last valid day of the bucket that it came from, and goes back to.
        tokens: How many, at least 1.
    """

    last_day: date
    tokens: int

    def __attrs_post_init__(self) -> None:
        """Check the number of tokens."""
        if type(self.tokens) is not int or not 0 < self.tokens <= TOKENS_MAX:
            whole_tokens(self.tokens)

    def __str__(self) -> str:
        """Write `tokens@last_day`."""
        return f"{self.tokens}@{write_day(self.last_day)}"


def planned_draws(buckets: tuple[Bucket, ...], tokens: int) -> tuple[Draw, ...]:
    """Plan how *tokens* are drawn, the bucket that lapses first before the others.

    Args:
        buckets: What there is, earliest first; at least *tokens* in all.
        tokens: How many to draw.

    Returns:
        The draws, earliest first; they add up to *tokens*, or to all there is. O(buckets).
    """
    first = buckets[0] if buckets else None
    if first is not None and first.tokens >= tokens:
        return (Draw(first.last_day, tokens),)
    draws: list[Draw] = []
    for bucket in buckets:
        last_day, there = bucket
        taken = there if there < tokens else tokens
        draws.append(Draw(last_day, taken))
        tokens -= taken
        if tokens == 0:
            break
    return tuple(draws)


def split_draws(draws: tuple[Draw, ...], tokens: int) -> tuple[tuple[Draw, ...], tuple[Draw, ...]]:
    """Split *draws* into the first *tokens* of them and the rest.

    Args:
        draws: Draws in their order; at least *tokens* in all.
        tokens: How many tokens the first part has, at least 0.

    Returns:
        Both parts, in the order given.
    """
    first: list[Draw] = []
    rest: list[Draw] = []
    for draw in draws:
        taken = draw.tokens if draw.tokens < tokens else tokens
        tokens -= taken
        if taken:
            first.append(Draw(draw.last_day, taken))
        if taken < draw.tokens:
            rest.append(Draw(draw.last_day, draw.tokens - taken))
    return tuple(first), tuple(rest)


def format_buckets(buckets: Iterable[Bucket | Draw]) -> str:
    """Write buckets or draws on one line.

    Args:
        buckets: Buckets or draws, in the order in which to write them.

    Returns:
        `"500@2018-12-31 + 50@2019-12-31"`, or `"0"` when there are none.
    """
    return " + ".join(map(str, buckets)) or "0"


def parse_buckets(text: str) -> tuple[Bucket, ...]:
    """Read the one-line form that `format_buckets` writes.

    Args:
        text: Such as `"500@2018-12-31 + 50@never"` or `"0"`.

    Returns:
        The buckets, earliest first.

    Raises:
        Misuse: The text is not of that form, a last day stands twice, or the days do not rise.
    """
    if text == "0":
        return ()
    buckets: list[Bucket] = []
    for part in text.split(" + "):
        tokens, at_sign, day = part.partition("@")
        if not (at_sign and tokens.isascii() and tokens.isdigit() and len(tokens) <= 19):
            raise Misuse(f"a bucket is written TOKENS@LAST_DAY, not {part!r}")
        bucket = Bucket(read_day(day), int(tokens))
        if buckets and buckets[-1].last_day >= bucket.last_day:
            raise Misuse(f"last valid days must rise: {text!r}")
        buckets.append(bucket)
    return tuple(buckets)
