"""Drawing: numbers of tickets, winners, reserves, and the proof of it all."""

import hashlib
import hmac
from typing import Any

import pytest

from mi_rewards.errors import Misuse
from mi_rewards.preorders import (
    Proof,
    commitment,
    draw,
    entrants_digest,
    ticket_number,
    verify,
)
from tests.draws import BY_NUMBER, COMMITMENT, DRAW_ID, FIVE, SEED

NUMBERS = {
    "asha": "475cd8939779082de8eaeee5927c764647defb783801f24edc50c7c7e9ed7fb3",
    "bela": "0d6fa7f2dd85f8719450b0d5324cfa56060e7f744268df0dffeb4072f7b5d968",
    "chand": "fbc7cb6dee5d0e85af8cedf574e95849e9eeef7f8accb8f1ba2bcceb89420649",
    "devi": "d4709f5bcb357964aed9c749d11711db2a24cd4120214aca9126bcb6faa23ee1",
    "esha": "a58cc887f254cf86278d94df5ada2c4a4743222f5acdb37b47630f6affd929ae",
    "आशा": "e6b8d262c9ed16a469bddd2707819f46b3fa2fa830eb948620bed14b10afed34",
}
FIVE_DIGEST = "a3dd4ed2cf455b0c6394d75c56cf9bfcde815c9522cffb68e7e5968d1aeef2f9"
RESULT = draw(SEED, DRAW_ID, FIVE, winners=2, reserves=2)


# vectors: equal on every Python


def test_a_commitment_is_the_digest_of_the_name_and_the_seed() -> None:
    """A fixed vector; who entered is no part of it."""
    assert commitment(SEED, DRAW_ID) == COMMITMENT
    assert commitment(SEED, DRAW_ID) == hashlib.sha256(b"launch\n" + SEED).hexdigest()
    assert commitment(SEED, "launch2") != COMMITMENT
    assert commitment(SEED[::-1], DRAW_ID) != COMMITMENT


def test_a_number_is_the_keyed_digest_of_the_name_and_the_entrant() -> None:
    """Fixed vectors: of letters of any script, and the definition itself."""
    for entrant, digits in NUMBERS.items():
        assert f"{ticket_number(SEED, DRAW_ID, entrant):064x}" == digits
    expected = hmac.new(SEED, "launch\nआशा".encode(), hashlib.sha256).hexdigest()
    assert f"{ticket_number(SEED, DRAW_ID, 'आशा'):064x}" == expected


def test_a_number_depends_on_the_seed_the_draw_and_the_entrant() -> None:
    """Names that only look alike, or run together alike, have numbers of their own."""
    asked = [
        (SEED, "launch", "asha"),
        (SEED[:-1] + b"\0", "launch", "asha"),
        (SEED, "launcha", "sha"),
        (SEED, "launc", "hasha"),
        (SEED, "launch", "Asha"),
        (SEED, "launch", "asha "),
        (SEED, "launch", "\u00e9"),
        (SEED, "launch", "e\u0301"),
    ]
    assert len({ticket_number(*it) for it in asked}) == len(asked)


def test_the_digest_of_entrants_is_that_of_their_digests_in_order() -> None:
    """A fixed vector; none at all have a digest too."""
    assert entrants_digest(FIVE) == FIVE_DIGEST
    assert entrants_digest(reversed(FIVE)) == FIVE_DIGEST
    parts = sorted(hashlib.sha256(it.encode()).digest() for it in FIVE)
    assert hashlib.sha256(b"".join(parts)).hexdigest() == FIVE_DIGEST
    assert entrants_digest(()) == hashlib.sha256(b"").hexdigest()
    assert entrants_digest(("ab", "c")) != entrants_digest(("a", "bc"))


def test_the_lowest_numbers_win_and_the_next_ones_are_reserves() -> None:
    """A fixed vector, with its proof."""
    assert RESULT.winners == BY_NUMBER[:2]
    assert RESULT.reserves == BY_NUMBER[2:4]
    assert RESULT.proof == Proof(
        DRAW_ID,
        COMMITMENT,
        SEED.hex(),
        FIVE_DIGEST,
        5,
        2,
        2,
        ticket_number(SEED, DRAW_ID, "asha"),
        ticket_number(SEED, DRAW_ID, "devi"),
    )
    numbers = [ticket_number(SEED, DRAW_ID, it) for it in BY_NUMBER]
    assert numbers == sorted(numbers)


# how many


@pytest.mark.parametrize(
    ("winners", "reserves", "won", "kept"),
    [
        (1, 0, 1, 0),
        (1, 1, 1, 1),
        (4, 0, 4, 0),
        (4, 1, 4, 1),
        (4, 2, 4, 1),
        (5, 0, 5, 0),
        (5, 1, 5, 0),
        (6, 1, 5, 0),
    ],
)
def test_as_many_win_as_there_are_units(winners: int, reserves: int, won: int, kept: int) -> None:
    """All do where no more entered, and nobody is left to be a reserve."""
    result = draw(SEED, DRAW_ID, FIVE, winners=winners, reserves=reserves)
    assert result.winners == BY_NUMBER[:won]
    assert result.reserves == BY_NUMBER[won : won + kept]
    assert result.proof.winner_count == winners
    assert result.proof.reserve_count == reserves
    assert result.proof.last_winner == ticket_number(SEED, DRAW_ID, result.winners[-1])
    last = ticket_number(SEED, DRAW_ID, result.reserves[-1]) if kept else None
    assert result.proof.last_reserve == last


def test_where_nobody_entered_nobody_wins() -> None:
    """And that can be proved."""
    result = draw(SEED, DRAW_ID, (), winners=2, reserves=2)
    assert (result.winners, result.reserves) == ((), ())
    assert result.proof.entrant_count == 0
    assert (result.proof.last_winner, result.proof.last_reserve) == (None, None)
    assert verify(result.proof, [], committed=COMMITMENT)


# the proof


def test_a_proof_is_verified() -> None:
    """With the entrants in any order."""
    assert verify(RESULT.proof, FIVE, committed=COMMITMENT)
    assert verify(RESULT.proof, sorted(FIVE, reverse=True), committed=COMMITMENT)


@pytest.mark.parametrize(
    "changes",
    [
        {"draw_id": "launch2"},
        {"commitment": commitment(SEED, "launch2")},
        {"seed": SEED[::-1].hex()},
        {"seed": SEED.hex().upper()},
        {"seed": SEED.hex()[:-2]},
        {"seed": ""},
        {"entrants_digest": entrants_digest(FIVE[:4])},
        {"entrant_count": 4},
        {"winner_count": 1},
        {"winner_count": 3},
        {"reserve_count": 1},
        {"reserve_count": 3},
        {"last_winner": ticket_number(SEED, DRAW_ID, "esha")},
        {"last_winner": None},
        {"last_reserve": ticket_number(SEED, DRAW_ID, "esha")},
        {"last_reserve": None},
    ],
)
def test_a_proof_with_one_thing_changed_is_none(changes: dict[str, Any]) -> None:
    """Whatever it is."""
    assert not verify(RESULT.proof._replace(**changes), FIVE, committed=COMMITMENT)


@pytest.mark.parametrize(
    "entrants", [FIVE[:4], (*FIVE, "fay"), (*FIVE[:4], "fay"), (*FIVE[:4], "Esha"), ()]
)
def test_a_proof_among_other_entrants_is_none(entrants: tuple[str, ...]) -> None:
    """One more, one fewer, another one."""
    assert not verify(RESULT.proof, entrants, committed=COMMITMENT)


def test_a_seed_that_was_chosen_afterwards_proves_nothing() -> None:
    """All of the proof fits together; what was published before does not fit it."""
    other = draw(SEED[::-1], DRAW_ID, FIVE, winners=2, reserves=2).proof
    assert verify(other, FIVE, committed=other.commitment)
    assert not verify(other, FIVE, committed=COMMITMENT)


# misuse


@pytest.mark.parametrize(
    "seed", [b"", SEED[:-1], SEED + b"\0", bytearray(SEED), SEED.hex(), 5, None]
)
def test_a_seed_is_of_thirty_two_bytes(seed: Any) -> None:
    """It is not shown, since it is a secret."""
    for asked in (
        lambda: commitment(seed, DRAW_ID),
        lambda: ticket_number(seed, DRAW_ID, "asha"),
        lambda: draw(seed, DRAW_ID, FIVE, winners=1),
    ):
        with pytest.raises(Misuse) as caught:
            asked()
        assert str(caught.value) == "a seed is bytes, 32 of them"


@pytest.mark.parametrize(
    ("draw_id", "message"),
    [
        ("", "a draw's id is a text, not ''"),
        (5, "a draw's id is a text, not 5"),
        (None, "a draw's id is a text, not None"),
        ("a\nb", r"a draw's id is of one line, not 'a\nb'"),
        ("a\udc80", r"'a\udc80\n' cannot be written in UTF-8"),
    ],
)
def test_a_draw_s_id_is_a_text_of_one_line(draw_id: Any, message: str) -> None:
    """So that no other name runs together with another entrant in the same way."""
    for asked in (
        lambda: commitment(SEED, draw_id),
        lambda: ticket_number(SEED, draw_id, "asha"),
        lambda: draw(SEED, draw_id, FIVE, winners=1),
    ):
        with pytest.raises(Misuse) as caught:
            asked()
        assert str(caught.value) == message


@pytest.mark.parametrize(
    ("entrant", "message"),
    [
        ("", "an entrant is a text, not ''"),
        (5, "an entrant is a text, not 5"),
        (b"asha", "an entrant is a text, not b'asha'"),
        ("a\udc80", r"'a\udc80' cannot be written in UTF-8"),
    ],
)
def test_an_entrant_is_a_text(entrant: Any, message: str) -> None:
    """Wherever one is named."""
    for asked in (
        lambda: ticket_number(SEED, DRAW_ID, entrant),
        lambda: entrants_digest(["asha", entrant]),
        lambda: draw(SEED, DRAW_ID, ["asha", entrant], winners=1),
        lambda: verify(RESULT.proof, ["asha", entrant], committed=COMMITMENT),
    ):
        with pytest.raises(Misuse) as caught:
            asked()
        assert str(caught.value) == message


def test_an_entrant_has_one_ticket() -> None:
    """Twice the same name would be twice the chance, or the same: neither is right."""
    for asked in (
        lambda: draw(SEED, DRAW_ID, ["asha", "bela", "asha"], winners=1),
        lambda: verify(RESULT.proof, [*FIVE, "asha"], committed=COMMITMENT),
    ):
        with pytest.raises(Misuse, match="each entrant has one ticket, and one is there twice"):
            asked()


@pytest.mark.parametrize(
    ("winners", "reserves", "message"),
    [
        (0, 0, "winners are a whole number of at least 1, not 0"),
        (-1, 0, "winners are a whole number of at least 1, not -1"),
        (True, 0, "winners are a whole number of at least 1, not True"),
        (1.0, 0, r"winners are a whole number of at least 1, not 1.0"),
        (1, -1, "reserves are a whole number, not -1"),
        (1, False, "reserves are a whole number, not False"),
        (1, "2", "reserves are a whole number, not '2'"),
    ],
)
def test_winners_and_reserves_are_counted_in_whole_numbers(
    winners: Any, reserves: Any, message: str
) -> None:
    """At least one can win."""
    with pytest.raises(Misuse) as caught:
        draw(SEED, DRAW_ID, FIVE, winners=winners, reserves=reserves)
    assert str(caught.value) == message
