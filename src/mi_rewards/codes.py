"""Drawing voucher codes, and sealing them with a host's key."""

import secrets
from typing import Final

from mi_rewards.catalogue.codes import (
    ALPHABET,
    LETTERS,
    CodeGenerator,
    SealedCode,
    sealed,
    with_check,
)

__all__ = [
    "CodeBook",
    "SecretCodes",
    "fresh_key",
]


class SecretCodes:
    """Letters from the operating system's source of secrets."""

    def draw(self) -> str:
        """Draw the letters of a new code.

        Returns:
            Thirteen letters, each of the 31 as likely as any other.
        """
        return "".join([secrets.choice(ALPHABET) for _ in range(LETTERS)])


def fresh_key() -> bytes:
    """Draw a key for digests of codes, to be kept where secrets are kept.

    Returns:
        Thirty-two bytes.
    """
    return secrets.token_bytes(32)


_SECRET: Final = SecretCodes()


class CodeBook:
    """A host's key, and where its codes come from."""

    def __init__(self, key: bytes, *, generator: CodeGenerator = _SECRET) -> None:
        """Take the key.

        Args:
            key: At least 16 bytes that whoever reads the store does not have; the same for as long
                as codes are to be found.
            generator: Where the letters of codes come from.

        Raises:
            Misuse: The key is too short.
        """
        sealed("2", key)
        self._key = key
        self._generator = generator

    def __repr__(self) -> str:
        """Leave the key out of logs and messages."""
        return "CodeBook(key=...)"

    def draw(self) -> SealedCode:
        """Draw a new code, for one redemption.

        Returns:
            The code and its digest.
        """
        return self.seal(with_check(self._generator.draw()))

    def seal(self, code: str) -> SealedCode:
        """Digest a code that somebody typed, or a partner's.

        Args:
            code: The code, in capitals or not, with or without spaces and hyphens.

        Returns:
            The code and its digest.

        Raises:
            Misuse: It is no text, or empty.
        """
        return sealed(code, self._key)
