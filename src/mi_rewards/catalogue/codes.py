"""Voucher codes: the alphabet, the check character, and the digest by which a code is looked up.

1. A code is thirteen letters drawn at random and one that checks them: 31 to the power of 13
   possible ones, a little more than 2 to the power of 64.
2. The letters are 31, without those that are taken for another: 0 and O, 1, I and L.
3. Weighted by their place from the right, 14 to 1, the letters of a code add up to a multiple of
   31. Since 31 is prime and all weights differ, no single wrong letter and no swap of two letters
   goes unnoticed.
4. A code is looked up by a keyed digest. The key is the host's, and never in a store.
"""

import hashlib
import hmac
from typing import Final, NamedTuple, Protocol

from mi_rewards.errors import Misuse

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""The letters of codes, in the order of their values from 0 to 30."""

LETTERS: Final = 13
"""How many letters of a code are drawn at random."""

KEY_BYTES_MIN: Final = 16
"""The shortest key of digests, in bytes."""

_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_GROUP: Final = 4
_DIGEST_DIGITS: Final = 32


class CodeGenerator(Protocol):
    """Where the letters of codes come from."""

    def draw(self) -> str:
        """Draw the letters of a new code.

        Returns:
            `LETTERS` letters of `ALPHABET`, which nobody can guess.
        """


class SealedCode(NamedTuple):
    """A code on its way to its owner: the digest that is stored, and the code itself.

    Attributes:
        digest: The keyed digest, 32 hexadecimal digits.
        clear: The code in clear, which is stored only where the programme says so.
    """

    digest: str
    clear: str

    def __repr__(self) -> str:
        """Leave the code itself out of logs and messages."""
        return f"SealedCode(digest={self.digest!r})"


def normalised(text: str) -> str:
    """Bring a code as somebody typed it into the form in which it is digested.

    Args:
        text: A code, in capitals or not, with or without spaces and hyphens.

    Returns:
        Capitals and digits alone.

    Raises:
        Misuse: It is no text.
    """
    if type(text) is not str:
        raise Misuse(f"a code is a text, not {type(text).__name__}")
    return "".join(text.replace("-", " ").split()).upper()


def is_well_formed(text: str) -> bool:
    """Tell whether a text can be a code that was drawn here, before anything is looked up.

    Args:
        text: What somebody typed.

    Returns:
        Whether it has the letters of one, and they add up.
    """
    letters = normalised(text)
    if len(letters) != LETTERS + 1 or not _VALUES.keys() >= set(letters):
        return False
    return _weighted(letters, 1) == 0


def with_check(letters: str) -> str:
    """Add the letter that checks the others.

    Args:
        letters: `LETTERS` letters of `ALPHABET`.

    Returns:
        The code.

    Raises:
        Misuse: They are something else.
    """
    is_text = type(letters) is str and len(letters) == LETTERS
    if not is_text or not _VALUES.keys() >= set(letters):
        raise Misuse(f"a code is made of {LETTERS} letters of {ALPHABET}")
    return letters + ALPHABET[-_weighted(letters, 2) % len(ALPHABET)]


def grouped(code: str) -> str:
    """Write a code for people, in groups of four.

    Args:
        code: A code.

    Returns:
        Such as `"7KQM-W2PX-9RTC-HZ"`.

    Raises:
        Misuse: It is no text.
    """
    letters = normalised(code)
    return "-".join(letters[n : n + _GROUP] for n in range(0, len(letters), _GROUP))


def sealed(code: str, key: bytes) -> SealedCode:
    """Digest a code.

    Args:
        code: The code, as somebody typed it or as it was drawn; a partner's may be of any letters.
        key: The host's key, at least 16 bytes, which whoever reads the store does not have.

    Returns:
        The code with its digest: two codes that differ by capitals, spaces and hyphens alone have
        the same.

    Raises:
        Misuse: The code is no text or empty, or the key is too short.

    Source:
        HMAC, RFC 2104, of SHA-256; its first 128 bits.
    """
    if type(key) is not bytes:
        raise Misuse(f"a key of codes is bytes, not {type(key).__name__}")
    if len(key) < KEY_BYTES_MIN:
        raise Misuse(f"a key of codes is at least {KEY_BYTES_MIN} bytes")
    clear = normalised(code)
    if not clear:
        raise Misuse("a code has letters")
    found = hmac.new(key, clear.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return SealedCode(found[:_DIGEST_DIGITS], clear)


def is_digest(value: object) -> bool:
    """Tell whether something is a digest of a code.

    Args:
        value: Anything.

    Returns:
        Whether it is 32 hexadecimal digits.
    """
    if not isinstance(value, str) or len(value) != _DIGEST_DIGITS:
        return False
    return set("0123456789abcdef") >= set(value)


def _weighted(letters: str, last: int) -> int:
    """Add letters up modulo 31, weighted from *last* at the right end."""
    total = 0
    for weight, letter in enumerate(reversed(letters), start=last):
        total += weight * _VALUES[letter]
    return total % len(ALPHABET)
