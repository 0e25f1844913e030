"""Drawing voucher codes, and sealing them with a host's key."""

import hashlib
import hmac
import secrets
import subprocess
import sys
from typing import Any

import pytest

from mi_rewards.catalogue import ALPHABET, LETTERS, is_digest, is_well_formed, sealed, with_check
from mi_rewards.codes import CodeBook, SecretCodes, fresh_key
from mi_rewards.errors import Misuse

KEY = b"a key of sixteen"
WRITTEN = with_check("7KQMW2PX9RTCH")


class Counted:
    """A generator that counts: the last letters are a number."""

    def __init__(self) -> None:
        self.drawn = 0

    def draw(self) -> str:
        """Draw the letters of the next number."""
        self.drawn += 1
        return "7" * (LETTERS - 1) + ALPHABET[self.drawn]


class Fixed:
    """A generator of always the same letters."""

    def __init__(self, letters: Any) -> None:
        self.letters = letters

    def draw(self) -> str:
        """Draw them."""
        letters: str = self.letters
        return letters


# the host's own secrets


def test_a_drawn_code_is_thirteen_letters_of_the_alphabet() -> None:
    """No two of a thousand are the same, and every letter occurs in every place."""
    drawn = [SecretCodes().draw() for _ in range(1_000)]
    assert len(set(drawn)) == 1_000
    assert {len(it) for it in drawn} == {LETTERS}
    for place in range(LETTERS):
        assert {it[place] for it in drawn} == set(ALPHABET)


def test_codes_come_from_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system's source is asked for each letter, and nothing else is."""
    asked: list[str] = []

    def choice(letters: str) -> str:
        asked.append(letters)
        return letters[len(asked) % len(letters)]

    monkeypatch.setattr(secrets, "choice", choice)
    book = CodeBook(KEY)
    drawn = book.draw()
    assert asked == [ALPHABET] * LETTERS
    assert drawn == sealed(with_check(ALPHABET[1 : LETTERS + 1]), KEY)


def test_codes_differ_from_process_to_process() -> None:
    """Nothing is seeded."""
    script = "from mi_rewards.codes import SecretCodes; print(SecretCodes().draw())"
    drawn = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, text=True
        ).stdout
        for _ in range(2)
    }
    assert len(drawn) == 2


def test_a_fresh_key_is_thirty_two_bytes() -> None:
    """Another one each time; it seals."""
    keys = {fresh_key() for _ in range(100)}
    assert len(keys) == 100
    assert {len(it) for it in keys} == {32}
    assert is_digest(CodeBook(fresh_key()).draw().digest)


# the book


def test_a_book_draws_codes_with_their_digests() -> None:
    """Well formed, and found again by what somebody types."""
    book = CodeBook(KEY)
    drawn = book.draw()
    assert is_well_formed(drawn.clear)
    assert len(drawn.clear) == LETTERS + 1
    assert book.seal(drawn.clear.lower()) == drawn
    assert CodeBook(KEY).seal(f" {drawn.clear[:4]}-{drawn.clear[4:]} ") == drawn


def test_a_digest_is_of_the_key() -> None:
    """HMAC-SHA-256, its first 128 bits; another key, another digest."""
    expected = hmac.new(KEY, WRITTEN.encode(), hashlib.sha256).hexdigest()[:32]
    assert CodeBook(KEY).seal(WRITTEN).digest == expected
    assert CodeBook(KEY[::-1]).seal(WRITTEN).digest != expected


def test_a_book_may_have_a_generator_of_its_own() -> None:
    """Its letters get their check character here."""
    generator = Counted()
    book = CodeBook(KEY, generator=generator)
    drawn = [book.draw().clear for _ in range(3)]
    assert drawn == [with_check("7" * 12 + letter) for letter in "345"]
    assert generator.drawn == 3


@pytest.mark.parametrize("letters", ["", "7" * 12, "7" * 14, "0" * 13, "a" * 13, None, 5])
def test_a_generator_that_draws_something_else_is_misuse(letters: Any) -> None:
    """It is seen when it draws; the message does not show what."""
    book = CodeBook(KEY, generator=Fixed(letters))
    with pytest.raises(Misuse) as caught:
        book.draw()
    assert str(caught.value) == f"a code is made of 13 letters of {ALPHABET}"


@pytest.mark.parametrize(
    ("key", "is_key"),
    [
        (b"", False),
        (b"7" * 15, False),
        (b"7" * 16, True),
        (b"7" * 17, True),
        ("7" * 16, False),
        (bytearray(16), False),
        (None, False),
    ],
)
def test_a_key_is_sixteen_bytes_at_least(key: Any, *, is_key: bool) -> None:
    """Asked when the book is made, not when the first code is drawn."""
    if is_key:
        assert is_digest(CodeBook(key).draw().digest)
    else:
        with pytest.raises(Misuse) as caught:
            CodeBook(key)
        what = "at least 16 bytes" if type(key) is bytes else f"bytes, not {type(key).__name__}"
        assert str(caught.value) == f"a key of codes is {what}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a code has letters"),
        (" - ", "a code has letters"),
        (None, "a code is a text, not NoneType"),
        (5, "a code is a text, not int"),
        (b"7777", "a code is a text, not bytes"),
    ],
)
def test_only_a_code_is_sealed(text: Any, message: str) -> None:
    """A partner's may be of any letters."""
    with pytest.raises(Misuse) as caught:
        CodeBook(KEY).seal(text)
    assert str(caught.value) == message
    assert CodeBook(KEY).seal("Ölfaß 0815").clear == "ÖLFASS0815"


def test_neither_key_nor_code_is_shown() -> None:
    """In logs, in tracebacks, in messages."""
    book = CodeBook(KEY)
    drawn = book.draw()
    assert repr(book) == str(book) == "CodeBook(key=...)"
    for text in (repr(drawn), str(drawn), f"{drawn}", repr([drawn])):
        assert drawn.clear not in text
        assert drawn.digest in text
    assert KEY.decode() not in repr(book)
