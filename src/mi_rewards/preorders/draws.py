"""Draws: who may buy where more want to than there are units.

1. A draw is a function of its seed, its name and its entrants: the same again gives the same
   winners. Nothing here draws a random number; the caller brings the seed.
2. What is published before tickets are given out commits to the seed and the name alone; the seed
   that is published afterwards proves it.
3. A ticket has a number that depends on the seed, the draw and the entrant, and on no one else.
   The lowest numbers win; the next ones are reserves, in that order.
4. So a result is told from a ticket alone, by comparing its number with the last winner's.
"""

import hashlib
import heapq
import hmac
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from mi_rewards.errors import Misuse

SEED_BYTES: Final = 32
"""How long a seed is: too long to be guessed from the commitment."""

NUMBER_DIGITS: Final = 64
"""Hexadecimal digits of a seed, a commitment, a digest or a ticket's number."""

_HEXADECIMAL: Final = frozenset("0123456789abcdef")


class Proof(NamedTuple):
    """What shows that a draw was run as it was committed to; it is made to be published.

    Attributes:
        draw_id: The draw.
        commitment: What was published before tickets were given out.
        seed: The seed, in hexadecimal digits.
        entrants_digest: The digest of the entrants, whatever their order.
        entrant_count: How many they are.
        winner_count: How many could win.
        reserve_count: How many could be reserves.
        last_winner: The number of the last winner's ticket; `None` where nobody entered.
        last_reserve: The number of the last reserve's ticket; `None` where there is none.
    """

    draw_id: str
    commitment: str
    seed: str
    entrants_digest: str
    entrant_count: int
    winner_count: int
    reserve_count: int
    last_winner: int | None
    last_reserve: int | None


class Result(NamedTuple):
    """What came of a draw.

    Attributes:
        winners: The entrants who won, the lowest number first.
        reserves: The reserves, who come next in this order.
        proof: What shows that it is so.
    """

    winners: tuple[str, ...]
    reserves: tuple[str, ...]
    proof: Proof


def commitment(seed: bytes, draw_id: str) -> str:
    """Commit to a seed without telling it.

    Args:
        seed: 32 bytes that nobody can guess, such as `secrets.token_bytes(32)`.
        draw_id: The draw.

    Returns:
        The SHA-256 of the draw's id, a line feed and the seed, in hexadecimal digits.

    Raises:
        Misuse: The seed has another length, or the id is empty or has a line feed.

    Source:
        SHA-256: FIPS 180-4.
    """
    _check_seed(seed)
    check_draw_id(draw_id)
    return hashlib.sha256(_octets(f"{draw_id}\n") + seed).hexdigest()


def ticket_number(seed: bytes, draw_id: str, entrant: str) -> int:
    """Reckon the number of an entrant's ticket.

    Args:
        seed: The draw's seed.
        draw_id: The draw.
        entrant: The entrant.

    Returns:
        The HMAC-SHA-256 of the draw's id, a line feed and the entrant, with the seed as its key, as
        a whole number: 0 to 2**256 - 1. That two are equal is as good as impossible.

    Raises:
        Misuse: The seed has another length, or a name is empty or cannot be.

    Source:
        HMAC: RFC 2104.
    """
    _check_seed(seed)
    check_draw_id(draw_id)
    _check_entrant(entrant)
    return _number(seed, _octets(f"{draw_id}\n"), entrant)


def entrants_digest(entrants: Iterable[str]) -> str:
    """Digest who entered, whatever their order.

    Args:
        entrants: The entrants.

    Returns:
        The SHA-256 of each entrant's own, these in ascending order, in hexadecimal digits.

    Raises:
        Misuse: A name is empty or cannot be.
    """
    whole = hashlib.sha256()
    for one in sorted([_digest(it) for it in entrants]):
        whole.update(one)
    return whole.hexdigest()


def draw(
    seed: bytes, draw_id: str, entrants: Collection[str], *, winners: int, reserves: int = 0
) -> Result:
    """Draw.

    Args:
        seed: The seed.
        draw_id: The draw.
        entrants: Who entered, each once, in any order.
        winners: How many win, at least 1; all do where no more entered.
        reserves: How many come next.

    Returns:
        Winners, reserves and the proof. O(entrants).

    Raises:
        Misuse: An argument is wrong, or an entrant is there twice.
    """
    committed = commitment(seed, draw_id)
    check_counts(winners, reserves)
    digest = entrants_digest(entrants)
    if len(set(entrants)) < len(entrants):
        raise Misuse("each entrant has one ticket, and one is there twice")
    prefix = _octets(f"{draw_id}\n")
    numbered = [(_number(seed, prefix, it), it) for it in entrants]
    # Were two numbers ever equal, the names would decide.
    drawn = heapq.nsmallest(winners + reserves, numbered)
    won, kept = drawn[:winners], drawn[winners:]
    return Result(
        tuple([entrant for _, entrant in won]),
        tuple([entrant for _, entrant in kept]),
        Proof(
            draw_id,
            committed,
            seed.hex(),
            digest,
            len(entrants),
            winners,
            reserves,
            won[-1][0] if won else None,
            kept[-1][0] if kept else None,
        ),
    )


def verify(proof: Proof, entrants: Collection[str], *, committed: str) -> bool:
    """Tell whether a proof shows what it should.

    Args:
        proof: What was published after the draw.
        entrants: Who entered, each once, in any order.
        committed: The commitment, as it was published before tickets were given out.

    Returns:
        Whether the seed is the one committed to, the entrants are those who were drawn among, and
        the numbers of the last winner and the last reserve are right.

    Raises:
        Misuse: A count or a name in it cannot be, or an entrant is there twice.
    """
    if not is_digits(proof.seed) or proof.commitment != committed:
        return False
    seed = bytes.fromhex(proof.seed)
    counts = {"winners": proof.winner_count, "reserves": proof.reserve_count}
    return draw(seed, proof.draw_id, entrants, **counts).proof == proof


def is_digits(text: object) -> bool:
    """Tell whether something is a commitment, a digest or a seed as they are written.

    Args:
        text: Whatever it is.

    Returns:
        Whether it is a text of 64 small hexadecimal digits.
    """
    return type(text) is str and len(text) == NUMBER_DIGITS and _HEXADECIMAL.issuperset(text)


def check_draw_id(draw_id: object) -> None:
    """Object to what cannot name a draw.

    Args:
        draw_id: The name.

    Raises:
        Misuse: It is no text, is empty, or has a line feed, which ends it where it is digested.
    """
    if type(draw_id) is not str or not draw_id:
        raise Misuse(f"a draw's id is a text, not {draw_id!r:.60}")
    if "\n" in draw_id:
        raise Misuse(f"a draw's id is of one line, not {draw_id!r:.60}")


def check_counts(winners: object, reserves: object) -> None:
    """Object to numbers of winners and reserves that cannot be.

    Args:
        winners: How many win.
        reserves: How many come next.

    Raises:
        Misuse: Nobody could win, or one is no whole number.
    """
    if type(winners) is not int or winners < 1:
        raise Misuse(f"winners are a whole number of at least 1, not {winners!r:.60}")
    if type(reserves) is not int or reserves < 0:
        raise Misuse(f"reserves are a whole number, not {reserves!r:.60}")


def _check_seed(seed: object) -> None:
    """Object to what cannot be a seed; it is not shown."""
    if type(seed) is not bytes or len(seed) != SEED_BYTES:
        raise Misuse(f"a seed is bytes, {SEED_BYTES} of them")


def _check_entrant(entrant: object) -> None:
    """Object to what cannot name an entrant."""
    if type(entrant) is not str or not entrant:
        raise Misuse(f"an entrant is a text, not {entrant!r:.60}")


def _number(seed: bytes, prefix: bytes, entrant: str) -> int:
    """Reckon the number of a ticket."""
    return int.from_bytes(hmac.digest(seed, prefix + _octets(entrant), "sha256"), "big")


def _digest(entrant: str) -> bytes:
    """Digest one entrant."""
    _check_entrant(entrant)
    return hashlib.sha256(_octets(entrant)).digest()


def _octets(text: str) -> bytes:
    """Write a name in UTF-8."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Misuse(f"{text!r:.60} cannot be written in UTF-8") from None
