"""What rows of an event log become, and what they state: names of requests, numbers, money."""

from datetime import date, datetime
from typing import Any, Protocol

from mi_rewards._canonical import digest
from mi_rewards.calendar import NEVER, read_day, read_instant
from mi_rewards.commands import Command
from mi_rewards.errors import Misuse
from mi_rewards.money import Money


class Event(Command[Any], Protocol):
    """A command that happens at an instant."""

    @property
    def at(self) -> datetime:
        """The instant (UTC)."""


def named(kind: str, *parts: str) -> str:
    """Name a request for what it is about; the parts are told apart by the colons between them.

    Args:
        kind: What happened.
        parts: What it is about.

    Returns:
        The name.
    """
    return ":".join((kind, *map(escaped, parts)))


def escaped(part: str) -> str:
    """Write a part of a request's name so that no two are named alike.

    Args:
        part: The part.

    Returns:
        The same, with `:` and `%` escaped.
    """
    if ":" in part or "%" in part:
        return part.replace("%", "%25").replace(":", "%3A")
    return part


def is_plain(part: str) -> bool:
    """Tell whether a part is written as it is.

    Args:
        part: The part, or several in one.

    Returns:
        Whether nothing in it is escaped.
    """
    return ":" not in part and "%" not in part


def digest_of(code: str) -> str:
    """Answer with the digest by which a replay finds an F-code that a log names.

    No host has the key of such digests: whoever reads a log can use none of its codes.

    Args:
        code: What the log calls it.

    Returns:
        Thirty-two hexadecimal digits.
    """
    return digest(("code", code), size=16)


def money(amount: str, currency: str) -> Money:
    """Read an amount of money.

    Args:
        amount: A decimal text.
        currency: The ISO 4217 code.

    Returns:
        The amount.

    Raises:
        Misuse: It is none, or the currency is missing.
    """
    if not currency:
        raise Misuse("currency is missing")
    return Money.of(amount, currency)


def whole(name: str, text: str) -> int:
    """Read a whole number.

    Args:
        name: What it is, for the message.
        text: Its digits.

    Returns:
        The number.

    Raises:
        Misuse: It is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        shown = repr(text) if len(text) <= 40 else repr(text[:40]) + " and more"
        raise Misuse(f"{name} must be a whole number of at most 19 digits, not {shown}")
    return int(text)


def day(name: str, text: str) -> date:
    """Read a day.

    Args:
        name: What it is, for the message.
        text: Such as `2017-06-15`.

    Returns:
        The day.

    Raises:
        Misuse: It is none.
    """
    try:
        found = read_day(text)
    except Misuse as fault:
        raise Misuse(f"{name}: {fault}") from None
    if found == NEVER:
        raise Misuse(f"{name}: a day is written YYYY-MM-DD")
    return found


def instant(name: str, text: str) -> datetime:
    """Read an instant.

    Args:
        name: What it is, for the message.
        text: Such as `2017-06-15T10:00:00+05:30`.

    Returns:
        The instant (UTC).

    Raises:
        Misuse: It is none, or missing.
    """
    if not text:
        raise Misuse(f"{name} is missing")
    try:
        return read_instant(text)
    except Misuse as fault:
        raise Misuse(f"{name}: {fault}") from None
