"""Shards: a quota that thousands race for is kept in several counters that add up to it.

1. A member's first shard is found by a stable hash, so that they spread and no one is picked.
2. Whoever finds theirs empty asks the next one that has units left, in a circle from there.
3. Numbers of shards are powers of four, so that a member has few shards that could be theirs.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from mi_rewards.errors import Misuse

SHARD_COUNTS: Final = (1, 4, 16, 64)
"""How many shards a quota may be kept in."""


def checked_shards(shards: object) -> int:
    """Check a number of shards.

    Args:
        shards: The number.

    Returns:
        It.

    Raises:
        Misuse: It is none of `SHARD_COUNTS`.
    """
    if type(shards) is not int or shards not in SHARD_COUNTS:
        raise Misuse(f"a quota is kept in 1, 4, 16 or 64 shards, not {shards!r:.60}")
    return shards


def shard_name(index: int) -> str:
    """Name a shard.

    Args:
        index: Its number, from 0.

    Returns:
        The name.
    """
    return f"{index:03}"


def first_shard(quota_id: str, member_id: str, shards: int) -> int:
    """Find a member's first shard.

    Args:
        quota_id: The quota.
        member_id: The member.
        shards: How many there are to choose among, one of `SHARD_COUNTS`.

    Returns:
        Its number, from 0; the same on every machine.
    """
    return _number(quota_id, member_id) % shards


@lru_cache(maxsize=1024)
def _number(quota_id: str, member_id: str) -> int:
    """Number a member; each command asks twice, before it knows the quota and then."""
    name = f"{len(quota_id)}:{quota_id}{member_id}".encode(errors="surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=8).digest())


def possible_shards(quota_id: str, member_id: str) -> tuple[int, ...]:
    """List the shards that can be a member's first, however many there are.

    Args:
        quota_id: The quota.
        member_id: The member.

    Returns:
        Their numbers, from 0, each once.
    """
    return _POSSIBLE[first_shard(quota_id, member_id, SHARD_COUNTS[-1])]


_POSSIBLE: Final = tuple(
    [tuple(dict.fromkeys([n % it for it in SHARD_COUNTS])) for n in range(SHARD_COUNTS[-1])]
)
"""By a member's number, as far as it counts."""


def next_with_room(first: int, live: int, rooms: Sequence[int]) -> int | None:
    """Find the shard to take a unit from.

    Args:
        first: The member's first shard.
        live: How many shards members are spread over; those beyond are asked last.
        rooms: How many free units each shard has.

    Returns:
        The first shard with units left, in a circle from the member's; `None` where none has.
    """
    circle = [(first + step) % live for step in range(live)]
    beyond = range(live, len(rooms))
    return next((index for index in (*circle, *beyond) if rooms[index] > 0), None)


def spread(n: int, rooms: Sequence[int]) -> tuple[int, ...]:
    """Spread units over shards as evenly as their rooms allow.

    Args:
        n: How many units, at most all rooms together.
        rooms: How many each shard can have.

    Returns:
        How many each has, the first ones one more where they do not come out even.

    Raises:
        Misuse: There is not as much room.
    """
    if n > sum(rooms):
        raise Misuse(f"{n} units have no room in {sum(rooms)}")
    shares = [0] * len(rooms)
    while n:
        open_ones = [index for index, room in enumerate(rooms) if room > shares[index]]
        each = n // len(open_ones)
        for index in open_ones if each else open_ones[:n]:
            more = min(rooms[index] - shares[index], each or 1)
            shares[index] += more
            n -= more
    return tuple(shares)
