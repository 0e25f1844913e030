"""Voucher codes: how they are made, written and read, and what is told of them."""

import hashlib
import hmac
from typing import Any

import pytest

from mi_rewards.catalogue import (
    ALPHABET,
    KEY_BYTES_MIN,
    LETTERS,
    SealedCode,
    grouped,
    is_digest,
    is_well_formed,
    normalised,
    sealed,
    with_check,
)
from mi_rewards.errors import Misuse
from tests.catalogue import CODE, KEY

# letters


def test_the_alphabet_has_no_letter_that_is_taken_for_another() -> None:
    """Digits and capitals without 0 and O, 1, I and L: thirty-one, a prime."""
    every = {*"0123456789", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    assert set(ALPHABET) == every - set("01ILO")
    assert len(ALPHABET) == 31
    assert list(ALPHABET) == sorted(ALPHABET)
    assert all(31 % n for n in range(2, 31))


@pytest.mark.parametrize(
    ("letters", "code"),
    [
        ("2222222222222", "22222222222222"),
        ("2222222222223", "2222222222223Y"),
        ("3222222222222", "3222222222222K"),
        ("ZZZZZZZZZZZZZ", "ZZZZZZZZZZZZZD"),
        ("7KQMW2PX9RTCH", CODE),
    ],
)
def test_the_last_letter_checks_the_others(letters: str, code: str) -> None:
    """Weighted from 14 on the left to 1 on the right they add up to a multiple of 31."""
    assert with_check(letters) == code
    assert is_well_formed(code)
    values = [ALPHABET.index(letter) for letter in code]
    weighted = [weight * value for weight, value in zip(range(14, 0, -1), values, strict=True)]
    assert sum(weighted) % 31 == 0


@pytest.mark.parametrize(
    "letters",
    [
        "",
        "2" * 12,
        "2" * 14,
        "2" * 12 + "0",
        "2" * 12 + "a",
        "2" * 12 + "\uff21",
        None,
        b"2" * 13,
        13,
    ],
)
def test_other_letters_are_not_checked(letters: Any) -> None:
    """A generator that draws them is wrong."""
    with pytest.raises(Misuse, match=f"a code is made of 13 letters of {ALPHABET}"):
        with_check(letters)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (CODE, True),
        (CODE.lower(), True),
        (grouped(CODE), True),
        (f"  {grouped(CODE)}\n", True),
        (CODE[:-1], False),
        (CODE + "2", False),
        (CODE[:-1] + "2", False),
        ("0" + CODE[1:], False),
        ("É" + CODE[1:], False),
        ("", False),
    ],
)
def test_a_text_is_looked_at_before_anything_is_looked_up(text: str, is_one: bool) -> None:
    """Length, letters and check."""
    assert is_well_formed(text) is is_one


# writing and reading


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("7KQM-W2PX-9RTC-HB", "7KQMW2PX9RTCHB"),
        ("7kqmw2px9rtchb", "7KQMW2PX9RTCHB"),
        (" 7kqm w2px\t9rtc\u00a0hb\n", "7KQMW2PX9RTCHB"),
        ("--7--", "7"),
        ("partner-ß", "PARTNERSS"),
        ("", ""),
        (" - ", ""),
    ],
)
def test_capitals_spaces_and_hyphens_do_not_matter(typed: str, read: str) -> None:
    """What was read is read as itself."""
    assert normalised(typed) == read
    assert normalised(read) == read


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (CODE, f"{CODE[:4]}-{CODE[4:8]}-{CODE[8:12]}-{CODE[12:]}"),
        ("abc", "ABC"),
        ("abcd", "ABCD"),
        ("abcde", "ABCD-E"),
        ("", ""),
    ],
)
def test_a_code_is_written_in_groups_of_four(code: str, shown: str) -> None:
    """As people read it to each other."""
    assert grouped(code) == shown


@pytest.mark.parametrize("wrong", [None, 5, b"7KQM"])
def test_a_code_is_a_text(wrong: Any) -> None:
    """The message does not quote what may be a code."""
    for read in (normalised, grouped, is_well_formed):
        with pytest.raises(Misuse) as caught:
            read(wrong)
        assert str(caught.value) == f"a code is a text, not {type(wrong).__name__}"
    with pytest.raises(Misuse):
        sealed(wrong, KEY)


# digests


def test_a_digest_is_keyed() -> None:
    """HMAC of SHA-256 over what was read, its first 128 bits."""
    expected = hmac.new(KEY, CODE.encode(), hashlib.sha256).digest()[:16].hex()
    assert sealed(CODE, KEY) == SealedCode(expected, CODE)
    assert sealed(grouped(CODE).lower(), KEY) == SealedCode(expected, CODE)


def test_a_partner_s_code_may_be_of_any_letters() -> None:
    """Even of such as no encoding has."""
    assert sealed("0ILO-ß", KEY).clear == "0ILOSS"
    assert is_digest(sealed("\ud800", KEY).digest)


@pytest.mark.parametrize("code", ["", " ", "---"])
def test_a_code_has_letters(code: str) -> None:
    """Nothing has no digest."""
    with pytest.raises(Misuse, match="a code has letters"):
        sealed(code, KEY)


@pytest.mark.parametrize(
    ("key", "what"),
    [
        (b"", "at least 16 bytes"),
        (b"x" * 15, "at least 16 bytes"),
        ("x" * 16, "bytes, not str"),
        (bytearray(16), "bytes, not bytearray"),
        (None, "bytes, not NoneType"),
    ],
)
def test_a_key_is_long_enough(key: Any, what: str) -> None:
    """Sixteen bytes at least; the message does not quote it."""
    with pytest.raises(Misuse) as caught:
        sealed(CODE, key)
    assert str(caught.value) == f"a key of codes is {what}"
    for length in (KEY_BYTES_MIN, KEY_BYTES_MIN + 1, 64):
        assert is_digest(sealed(CODE, b"x" * length).digest)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("0123456789abcdef" * 2, True),
        ("0123456789abcdef" * 2 + "0", False),
        ("0123456789abcdef0123456789abcde", False),
        ("0123456789ABCDEF" * 2, False),
        ("0123456789abcdeg" * 2, False),
        ("", False),
        (None, False),
        (b"0123456789abcdef" * 2, False),
    ],
)
def test_a_digest_is_thirty_two_hexadecimal_digits(value: object, is_one: bool) -> None:
    """Small ones, as they are written."""
    assert is_digest(value) is is_one


def test_a_sealed_code_does_not_show_itself() -> None:
    """Not in a log, a message or a traceback."""
    code = sealed(CODE, KEY)
    for text in (repr(code), str(code), f"{code}", f"{[code]}"):
        assert CODE not in text
        assert code.digest in text


def test_there_are_more_codes_than_two_to_the_power_of_sixty_four() -> None:
    """Thirteen letters are drawn, one is reckoned."""
    assert LETTERS == 13
    assert 2**64 < len(ALPHABET) ** LETTERS < 2**65
