"""Draws by key: chance that depends on who it concerns, and on nothing else.

1. A draw is a function of its seed, its scenario, its member and its number. It is the same on
   every machine, in whatever order members come and however they are partitioned.
2. Shares are compared in whole numbers. What has one chance in three has it to within 2**-64.
"""

import hashlib
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from mi_rewards.errors import Misuse

DRAW_END: Final = 2**64
"""The first number that a draw cannot be; also the first that a seed cannot be."""

_SEED_BYTES: Final = 8
_NUMBER_BYTES: Final = 8
_DIGEST_BYTES: Final = 8
_PER_MILLION: Final = 1_000_000


def keyed_draw(seed: int, scenario: str, member_id: str, n: int) -> int:
    """Draw a number that depends on these four alone.

    Args:
        seed: 0 to 2**64 - 1.
        scenario: The name of what is drawn for: under another name, other draws.
        member_id: The member.
        n: The number of the draw among the member's, from 0 to 2**64 - 1.

    Returns:
        A whole number, 0 to 2**64 - 1: the BLAKE2b digest of 8 bytes, read with its first byte as
        the highest. The key is the seed in 8 bytes; the message is the length of the scenario in
        8 bytes, the scenario, the member, and *n* in 8 bytes, texts in UTF-8 and numbers with
        their highest byte first. No two different questions have one message.

    Raises:
        Misuse: A number is not whole or out of range, or a name is no text.

    Source:
        BLAKE2: RFC 7693.
    """
    if type(n) is not int or not 0 <= n < DRAW_END:
        raise Misuse(f"the number of a draw is a whole number, 0 to 2**64 - 1, not {n!r:.60}")
    return _number(_begun(seed, scenario, member_id), n)


def draws_of(seed: int, scenario: str, member_id: str) -> Callable[[], int]:
    """Draw one number after the other for a member.

    Args:
        seed: 0 to 2**64 - 1.
        scenario: The name of what is drawn for.
        member_id: The member.

    Returns:
        What answers with draw 0 when it is first called, then with 1, 2 and so on: the same as
        `keyed_draw`.

    Raises:
        Misuse: The seed is not whole or out of range, or a name is no text.
    """
    begun = _begun(seed, scenario, member_id)
    n = -1

    def draw() -> int:
        nonlocal n
        n += 1
        return _number(begun, n)

    return draw


def as_share(draw: int, numerator: int, denominator: int) -> bool:
    """Tell whether a draw falls within a share of all draws.

    Args:
        draw: The draw, 0 to 2**64 - 1.
        numerator: Of the share, from 0.
        denominator: Of the share, from 1; a share of 1 or more is every draw.

    Returns:
        Whether *draw* over 2**64 is less than the share. Nothing is rounded.

    Raises:
        Misuse: One of them is not whole or out of range.
    """
    if type(draw) is not int or not 0 <= draw < DRAW_END:
        raise Misuse(f"a draw is a whole number, 0 to 2**64 - 1, not {draw!r:.60}")
    if type(numerator) is not int or numerator < 0:
        raise Misuse(f"a share's numerator is a whole number from 0, not {numerator!r:.60}")
    if type(denominator) is not int or denominator < 1:
        raise Misuse(f"a share's denominator is a whole number from 1, not {denominator!r:.60}")
    return draw * denominator < numerator * DRAW_END


def share_of(rate: int | tuple[int, int] | Fraction) -> tuple[int, int]:
    """Read a share as a numerator and its denominator.

    Args:
        rate: Both of them, a `Fraction`, or a whole number, which is per million.

    Returns:
        The two, as they were written.

    Raises:
        Misuse: It is something else, or not from 0 to 1.
    """
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


def check_seed(seed: int) -> None:
    """Object to what cannot be a seed.

    Args:
        seed: The seed.

    Raises:
        Misuse: It is no whole number from 0 to 2**64 - 1.
    """
    if type(seed) is not int or not 0 <= seed < DRAW_END:
        raise Misuse(f"a seed is a whole number, 0 to 2**64 - 1, not {seed!r:.60}")


def check_scenario(scenario: str) -> None:
    """Object to what cannot be the name of a scenario.

    Args:
        scenario: The name.

    Raises:
        Misuse: It is no text.
    """
    if type(scenario) is not str:
        raise Misuse(f"a scenario's name is a text, not {scenario!r:.60}")


def _begun(seed: int, scenario: str, member_id: str) -> "hashlib.blake2b":
    """Digest everything but the number of the draw."""
    check_seed(seed)
    check_scenario(scenario)
    if type(member_id) is not str:
        raise Misuse(f"a member's id is a text, not {member_id!r:.60}")
    name = scenario.encode("utf-8", "surrogatepass")
    begun = hashlib.blake2b(digest_size=_DIGEST_BYTES, key=seed.to_bytes(_SEED_BYTES, "big"))
    begun.update(len(name).to_bytes(_NUMBER_BYTES, "big"))
    begun.update(name)
    begun.update(member_id.encode("utf-8", "surrogatepass"))
    return begun


def _number(begun: "hashlib.blake2b", n: int) -> int:
    """Digest the number of the draw too, and read the digest as a number."""
    ended = begun.copy()
    ended.update(n.to_bytes(_NUMBER_BYTES, "big"))
    return int.from_bytes(ended.digest(), "big")
