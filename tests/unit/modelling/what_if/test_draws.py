"""Draws by key: stored samples, what they depend on, and shares of them."""

import hashlib
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.modelling.what_if.draws import as_share, draws_of, keyed_draw

SAMPLES = [
    ((0, "", "", 0), 5456100512275432339),
    ((1, "base", "A", 0), 7881017901192280554),
    ((1, "base", "A", 1), 152463588453784098),
    ((2**64 - 1, "twelve months", "आशा", 2**64 - 1), 10382907848390836456),
]


@pytest.mark.parametrize(("asked", "drawn"), SAMPLES)
def test_stored_samples_are_drawn_again(asked: tuple[int, str, str, int], drawn: int) -> None:
    """What was drawn once is drawn for ever: a stored what-if comes out again."""
    assert keyed_draw(*asked) == drawn


def test_a_draw_is_the_keyed_digest_that_the_page_describes() -> None:
    """The definition, written out: the seed is the key, the scenario's length comes first."""
    message = bytes(7) + b"\x04" + b"base" + "आशा".encode() + bytes(7) + b"\x05"
    digest = hashlib.blake2b(message, digest_size=8, key=bytes(7) + b"\x09").digest()
    assert keyed_draw(9, "base", "आशा", 5) == int.from_bytes(digest, "big")


def test_each_part_of_the_question_matters() -> None:
    """Names that run together alike, and numbers that look like names, are other questions."""
    asked = [
        (1, "base", "A", 0),
        (0, "base", "A", 0),
        (1, "bas", "eA", 0),
        (1, "baseA", "", 0),
        (1, "", "baseA", 0),
        (1, "base", "A", 1),
        (1, "base", "A\0", 0),
        (1, "base", "A" + "\0" * 8, 0),
        (1, "base", "a", 0),
        (1, "base", "\ud800", 0),
    ]
    assert len({keyed_draw(*each) for each in asked}) == len(asked)


def test_a_source_draws_the_same_one_after_the_other() -> None:
    """Draw 0 first, then 1: what is asked twice goes on, and two sources do not meet."""
    draw, other = draws_of(7, "base", "A"), draws_of(7, "base", "A")
    drawn = [draw(), draw(), draw()]
    assert drawn == [keyed_draw(7, "base", "A", n) for n in range(3)]
    assert other() == drawn[0]


@pytest.mark.parametrize(
    "asked",
    [
        (-1, "base", "A", 0),
        (2**64, "base", "A", 0),
        (True, "base", "A", 0),
        (1.0, "base", "A", 0),
        (1, b"base", "A", 0),
        (1, "base", 7, 0),
        (1, "base", "A", -1),
        (1, "base", "A", 2**64),
        (1, "base", "A", False),
        (1, "base", "A", "0"),
    ],
)
def test_what_is_no_question_is_misuse(asked: Any) -> None:
    """Numbers are whole and in range, names are texts."""
    with pytest.raises(Misuse):
        keyed_draw(*asked)


@pytest.mark.parametrize("seed", [0, 2**64 - 1])
def test_the_ends_of_the_range_are_seeds_and_numbers(seed: int) -> None:
    """Both ends are drawn with, and what comes is within the range."""
    assert 0 <= keyed_draw(seed, "", "", seed) < 2**64


@pytest.mark.parametrize(
    ("draw", "numerator", "denominator", "within"),
    [
        (0, 0, 1, False),
        (0, 1, 2**80, True),
        (2**64 - 1, 1, 1, True),
        (2**64 - 1, 3, 2, True),
        (2**64 - 1, 2**64 - 1, 2**64, False),
        (2**63 - 1, 1, 2, True),
        (2**63, 1, 2, False),
        (2**63 + 1, 1, 2, False),
        (6148914691236517205, 1, 3, True),
        (6148914691236517206, 1, 3, False),
    ],
)
def test_a_share_is_compared_exactly(
    draw: int, numerator: int, denominator: int, within: bool
) -> None:
    """Just below the share is within, at it is not; 2**64 over 3 is no whole number."""
    assert as_share(draw, numerator, denominator) is within


@pytest.mark.parametrize(
    "asked",
    [(-1, 1, 2), (2**64, 1, 2), (0.5, 1, 2), (0, -1, 2), (0, 1.0, 2), (0, 1, 0), (0, 1, True)],
)
def test_what_is_no_share_is_misuse(asked: Any) -> None:
    """A draw is in range, a share's numerator from 0, its denominator from 1."""
    with pytest.raises(Misuse):
        as_share(*asked)
