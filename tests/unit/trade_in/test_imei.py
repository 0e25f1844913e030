"""Numbers of devices: what is one, what is none and why, and what another library says."""

import random

import pytest
import stdnum.imei

from mi_rewards.trade_in import ImeiInvalid, is_imei, read_imei
from mi_rewards.trade_in.imei import LENGTH, TEST_NUMBERS, check_digit

GOOD = "867400031234564"
"""A number of nobody's, with its right check digit."""

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")  # noqa: RUF001 - that is the point

ROWS = [
    ("", "digits"),
    (GOOD[:-1], "length"),
    (GOOD + "0", "length"),
    ("8674000312345601", "length"),
    (f" {GOOD}", "digits"),
    (f"{GOOD}\n", "digits"),
    ("86-740003-123456-4", "digits"),
    ("86740003123456x", "digits"),
    ("+86740003123456", "digits"),
    (GOOD.translate(FULL_WIDTH), "digits"),
    (GOOD[:-1] + "²", "digits"),
    ("0" * 15, "zeros"),
    ("0" * 14, "length"),
    ("000000000000018", ""),
    ("867400031234563", "check_digit"),
    (GOOD, ""),
    ("867400031234565", "check_digit"),
    ("004999010640000", "test_number"),
    ("490154203237518", "test_number"),
    ("490154203237526", ""),
]


@pytest.mark.parametrize(("text", "why"), ROWS)
def test_a_number_is_read_or_refused_with_the_reason(text: str, why: str) -> None:
    """Fifteen ASCII digits, the last of which checks the others; nothing is stripped."""
    assert is_imei(text) is (why == "")
    if not why:
        assert read_imei(text) == text
        return
    with pytest.raises(ImeiInvalid) as caught:
        read_imei(text)
    assert dict(caught.value.figures) == {"imei": text, "why": why}


@pytest.mark.parametrize("number", [None, int(GOOD), b"8", True])
def test_what_is_no_text_is_no_number(number: object) -> None:
    """It is refused like a wrong text, and shown."""
    assert not is_imei(number)  # type: ignore[arg-type]
    with pytest.raises(ImeiInvalid) as caught:
        read_imei(number)  # type: ignore[arg-type]
    assert dict(caught.value.figures) == {"imei": repr(number), "why": "digits"}


def test_the_test_numbers_would_be_numbers_otherwise() -> None:
    """Each is of full length with a right check digit, or the list would be longer than need be."""
    for number in TEST_NUMBERS:
        assert len(number) == LENGTH
        assert check_digit(number[:-1]) == number[-1]
        assert stdnum.imei.is_valid(number)


def test_the_worked_example_comes_to_its_check_digit() -> None:
    """52 and 8 are a multiple of ten."""
    assert check_digit("49015420323751") == "8"


def test_python_stdnum_says_the_same_of_twenty_thousand_numbers() -> None:
    """Fifteen digits, one in two with a right check digit; many of each kind are met."""
    draws = random.Random("imei")
    met = {True: 0, False: 0}
    for turn in range(20_000):
        body = f"{draws.randrange(10**14):014d}"
        text = body + (check_digit(body) if turn % 2 else str(draws.randrange(10)))
        expected = stdnum.imei.is_valid(text) and text not in TEST_NUMBERS
        assert is_imei(text) is expected, text
        met[expected] += 1
    assert met[True] > 10_000
    assert met[False] > 8_000


def test_what_python_stdnum_lets_through_beyond_that_is_refused() -> None:
    """14 and 16 digits, zeros, full-width digits, and what it strips."""
    draws = random.Random("beyond")
    for _ in range(1_000):
        for text in (
            f"{draws.randrange(10**14):014d}",
            f"{draws.randrange(10**16):016d}",
            "0" * draws.choice((14, 15, 16)),
            f"{GOOD[:2]}-{GOOD[2:8]}-{GOOD[8:14]}-{GOOD[14]}",
            f" {GOOD} ",
            GOOD.translate(FULL_WIDTH),
        ):
            assert stdnum.imei.is_valid(text)
            assert not is_imei(text)
